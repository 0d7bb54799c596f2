import type { Stretch } from '../time/stretch.ts';

/** Who is on call, as somebody else keeps it: one file each, and nothing is ever written there. */
export interface Schedule {
  /** As the settings name it. */
  key: string;
  /** As people know it: `PagerDuty schedule PI7DH85`. */
  title: string;
  /** Who is on call within a stretch, in no order. Throws `FarSideError`, or `Malformed` of a file. */
  read(stretch: Stretch, signal: AbortSignal): Promise<ScheduledTurn[]>;
}

/** Somebody's turn. What does not end ends with the stretch. */
export interface ScheduledTurn extends Stretch {
  /** Id, principal name or address of an account, in lower case; of a file also a name. */
  who: string;
}
