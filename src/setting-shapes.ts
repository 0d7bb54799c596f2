import { Cron } from 'croner';
import { z } from 'zod';
import { everyDay } from './time/hours.ts';
import { isTimeZone } from './time/wall-clock.ts';

/** What several parts of the settings file say, each in one way. */

export const text = z.string().trim().min(1);

/** A room, by the id that its platform gives it. */
export interface Room {
  channel: 'slack' | 'teams';
  conversation: string;
}

/** `{ slack: C012ABCDEF }` or `{ teams: "19:…@thread.tacv2" }`. */
export const room: z.ZodType<Room> = roomWith(text);

/** The same, where a name will not do. */
export const roomById: z.ZodType<Room> = roomWith(
  text.regex(/^[CDG][A-Z0-9]+$/, 'is not like C012ABCDEF, the id in the details of a channel'),
);

function roomWith(slackRoom: typeof text): z.ZodType<Room> {
  return z
    .object({ slack: slackRoom.optional(), teams: text.optional() })
    .strict()
    .transform(({ slack, teams }, context): Room => {
      if (slack && !teams) return { channel: 'slack', conversation: slack };
      if (teams && !slack) return { channel: 'teams', conversation: teams };
      context.addIssue({ code: 'custom', message: 'needs either slack or teams' });
      return z.NEVER;
    });
}

/** `09:00`. YAML without quotation marks reads minutes since midnight. */
export const clockTime = text.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not like 09:00, in quotation marks');

export const timeZone = text.refine(isTimeZone, { error: 'is no time zone like Europe/Berlin', abort: true });

/** One needs no brackets. */
export const oneOrMore = <T extends z.ZodType>(one: T) =>
  z.preprocess((said) => (Array.isArray(said) ? said : [said]), z.array(one).min(1));

const dayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const shortNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const several = { weekdays: [1, 2, 3, 4, 5], weekend: [6, 7] };

/** `friday`, `[mon, wed]`, `weekdays`, `weekend`: days of the week in their order, 1 is Monday. */
export const days = oneOrMore(z.enum([...dayNames, ...shortNames, 'weekdays', 'weekend'])).transform((said) =>
  everyDay.filter((day) =>
    said.some((one) =>
      one === 'weekdays' || one === 'weekend'
        ? several[one].includes(day)
        : [dayNames[day - 1], shortNames[day - 1]].some((name) => name === one),
    ),
  ),
);

/** Minute, hour, day, month and weekday, of a time that comes. */
export const cron = text.refine(
  isCron,
  'is no schedule like "0 10 * * 2": minute, hour, day, month, weekday',
);

export function isCron(said: string): boolean {
  try {
    return said.split(/\s+/).length === 5 && new Cron(said, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
