import type { LogEvent } from '../../ingest.ts';
import type { Dice } from '../dice.ts';

/** What a story is told with: its own dice, and times counted back from the alert's newest one. */
export interface Telling {
  dice: Dice;
  /** So many minutes before the alert. */
  before(minutes: number): number;
  /** `count` moments spread over the minutes, oldest first. */
  spread(count: number, fromMinutes: number, toMinutes: number): number[];
}

/** The rows that an alert's cause left in the logs. */
export type Story = (telling: Telling) => LogEvent[];
