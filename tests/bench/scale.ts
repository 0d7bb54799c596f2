/** What one repetition sends. */
export interface Scale {
  repetitions: number;
  /** Alerts at 25 a second, watched until their cards. */
  alerts: number;
  /** Alerts over 16 connections; they also make the incidents that are clicked on. */
  burst: number;
  /** Clicks at 50 a second, in Slack and again in Teams. */
  clicks: number;
  /** Clicks over 16 connections, in Slack and again in Teams. */
  rush: number;
}

export const full: Scale = { repetitions: 3, alerts: 75, burst: 240, clicks: 60, rush: 60 };
/** Shows that the bench runs; its figures mean little. */
export const quick: Scale = { repetitions: 1, alerts: 15, burst: 60, clicks: 10, rush: 20 };
/** Runs before the first repetition and is thrown away: nobody judges a product by code that is not compiled yet. */
export const warmUp: Scale = { repetitions: 1, alerts: 15, burst: 80, clicks: 20, rush: 20 };
