import { Temporal } from 'temporal-polyfill';

/**
 * Times on the clock on somebody's wall, as milliseconds that read like UTC: `02:14` in Berlin is the moment that is
 * 02:14 in UTC. What reads words knows one zone then.
 */

/** What the clock on the wall shows at that moment. */
export function onTheWall(at: number, zone: string): number {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return there.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds;
}

/** The moment at which it shows that. An hour that comes twice is the first; one that is left out is the one after. */
export function offTheWall(shown: number, zone: string): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(shown).toZonedDateTimeISO('UTC').toPlainDateTime();
  return wall.toZonedDateTime(zone).epochMilliseconds;
}
