import type { Instant, Owner } from './alert.ts';

/** What is to be done when the incident is over, by whom. */
export interface FollowUp {
  number: number;
  what: string;
  owner: Owner;
  /** Then its owner is reminded, once; nobody is where absent. */
  dueAt: Instant | undefined;
}

/** What a team wants to remember of an incident, in people's own words. */
export interface Lessons {
  wentWell: string;
  failed: string;
  /** What should have stopped it, and did not. */
  guardRail: string;
}
