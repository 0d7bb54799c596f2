import { readFile, stat } from 'node:fs/promises';
import { Malformed } from '../errors.ts';
import { readCalendar } from '../people/read-calendar.ts';
import { clip } from '../time/stretch.ts';
import type { Schedule } from './schedule.ts';

/** A year of turns by the hour is two. */
const mostBytes = 5 * 1024 * 1024;

/** A calendar in a file: shifts, whose attendees are on call, or holidays. It may change while we run. */
export function createCalendarFile(
  { file, timeZone }: { file: string; timeZone: string },
  key: string,
): Schedule {
  return {
    key,
    title: key,
    async read(stretch, signal) {
      const { size } = await stat(file);
      if (size > mostBytes) throw new Malformed(`It is larger than ${mostBytes} bytes.`);
      const text = await readFile(file, { encoding: 'utf8', signal });
      const turns = readCalendar(text, stretch, timeZone).flatMap(({ who, from, to }) =>
        who.map((one) => ({ from, to, who: one.toLowerCase() })),
      );
      return clip(turns, stretch);
    },
  };
}
