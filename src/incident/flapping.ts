import type { Instant } from './alert.ts';
import type { Incident } from './incident.ts';

/** When an incident opens and closes by itself so often that nobody should look at each turn. */
export interface FlappingLimits {
  /** So many turns … */
  times: number;
  /** … within so many minutes. */
  minutes: number;
  /** Its card is then edited at most once in so many minutes. */
  editMinutes: number;
}

/** Twice there and back within half an hour is no coincidence. A pause is no longer than what rests may: a quarter of an hour. */
export const usualFlapping: FlappingLimits = { times: 4, minutes: 30, editMinutes: 5 };

/**
 * Until when it counts as flapping, whatever the time is now; `undefined` where it never turned so often. Turns are what
 * its sources do, not people. As it keeps its newest deeds, so it ends by itself.
 */
export function flapsUntil({ deeds }: Incident, { times, minutes }: FlappingLimits): Instant | undefined {
  const turns = deeds.filter(
    ({ type, by }) => by.kind === 'source' && (type === 'closed' || type === 'reopened'),
  );
  const [first] = turns.slice(-times);
  const last = turns.at(-1);
  if (!first || !last || turns.length < times) return undefined;
  const end = Date.parse(first.at) + minutes * 60_000;
  return Date.parse(last.at) <= end ? new Date(end).toISOString() : undefined;
}
