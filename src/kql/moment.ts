import { Refused } from '../errors.ts';
import type { Instant } from '../incident/alert.ts';
import { readPastIn } from '../time/read-past.ts';

/** When something begins, by the clock of a zone: `7d` (that long ago), `yesterday 14:00`, `2026-11-20`. Throws `Refused`. */
export function readMoment(said: string, now: Date, zone: string): Instant {
  const read = readPastIn(said, now.getTime(), zone);
  if (read) return new Date(read.from).toISOString();
  throw new Refused(
    `I cannot tell when "${said.slice(0, 40)}" is. Say 4h, 7d, yesterday 14:00 or 2026-11-20 02:00.`,
  );
}
