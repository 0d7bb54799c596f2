/** What one repetition sends. */
export interface Scale {
  repetitions: number;
  /** Before the first figure, thrown away. */
  warmUp: number;
  /** Alerts at 25 a second, watched until their cards. */
  steady: number;
  /** Different alerts over 16 connections. */
  burst: number;
  /** Clicks at 50 a second, in Slack and again in Teams; 200 at most, for each needs a conversation. */
  clicks: number;
  /** Clicks at 50 a second while a storm lasts; 200 at most. */
  stormClicks: number;
  /** Commands typed at 25 a second. */
  commands: number;
  /** Different alerts of a storm; each comes ten times. */
  storm: number;
  /** Alerts accepted before the product is killed. */
  backlog: number;
  /** How long the chat is away. */
  awaySeconds: number;
  /** Closed incidents that a grown database holds. */
  history: number;
  /** Alerts over 16 connections on the slow disk and on the same disk unhurried. */
  slowDisk: number;
  /** Stories of which it is measured when their card is whole; ten at most. */
  enriched: number;
  /** Parts that are left out unless they are asked for. */
  without: string[];
  /** Parts that the embedded database is measured with: it is for one team and no storm. */
  onEmbedded: string[];
}

export const full: Scale = {
  repetitions: 3,
  warmUp: 150,
  steady: 120,
  burst: 10_000,
  clicks: 120,
  stormClicks: 150,
  commands: 50,
  storm: 1_000,
  backlog: 300,
  awaySeconds: 60,
  history: 1_000_000,
  slowDisk: 2_000,
  enriched: 10,
  without: [],
  onEmbedded: ['steady', 'clicks', 'burst', 'enrichment', 'digest'],
};

/** Shows that the bench runs and where a figure is far off; three minutes at most. */
export const quick: Scale = {
  repetitions: 1,
  warmUp: 75,
  steady: 50,
  burst: 1_000,
  clicks: 40,
  stormClicks: 60,
  commands: 20,
  storm: 1_000,
  backlog: 300,
  awaySeconds: 10,
  history: 100_000,
  slowDisk: 500,
  enriched: 3,
  without: ['history', 'queries', 'search', 'enrichment', 'digest'],
  onEmbedded: ['steady'],
};

/** The embedded database is measured with less. */
export const small = (scale: Scale): Scale => ({
  ...scale,
  warmUp: Math.min(scale.warmUp, 75),
  steady: Math.min(scale.steady, 75),
  burst: Math.min(scale.burst, 2_000),
  clicks: Math.min(scale.clicks, 60),
});
