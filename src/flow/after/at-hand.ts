import type { AudienceRule } from '../../channels/audience-policy.ts';
import type { ClockRule } from '../../people/clock-policy.ts';

/** What is set up for the time when an incident is over, or others have to be told of it. */
export interface AfterAtHand {
  clocks: ClockRule[];
  audiences: AudienceRule[];
  /** Template of a review, in Mustache; our own where `undefined`. */
  template: string | undefined;
  /** There may be reminders that are due, or files to be handed over, or in so many milliseconds. */
  ring: (inMs?: number) => void;
}
