import type { Instant } from '../incident/alert.ts';

/** `Sat 28 Nov 2026, 02:14 (Europe/Berlin)`: within a sentence no platform draws the reader's own time. */
export function zonedTime(at: Instant, zone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  });
  const parts = Object.fromEntries(
    format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]),
  );
  const { weekday, day, month, year, hour, minute } = parts;
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute} (${zone})`;
}
