import { z } from 'zod';
import { type DigestPart, digestParts } from '../incident/digest.ts';
import { type Period, periods } from '../incident/local-span.ts';
import { isCron, type Room, room, text, timeZone } from '../setting-shapes.ts';

/** One digest that is sent by itself. */
export interface DigestPlan {
  name: string;
  /** The last whole one of these is looked back at. */
  period: Period;
  /** Five fields of cron, on the clocks of `timeZone`. */
  cron: string;
  timeZone: string;
  /** `undefined` is where the route leads first of all. */
  to: Room[] | undefined;
  parts: readonly DigestPart[];
}

export interface DigestPolicy {
  /** Whose midnight ends a day where people ask by themselves. */
  timeZone: string;
  plans: DigestPlan[];
}

/** What a team reads before the first coffee. */
const ofDay: DigestPart[] = ['decisions', 'charts', 'severities', 'noise', 'containments', 'load'];

const usualZone = 'UTC';
const usualTime = '08:00';
const usual: DigestPlan = {
  name: 'daily',
  period: 'day',
  cron: cronOf('day', usualTime),
  timeZone: usualZone,
  to: undefined,
  parts: ofDay,
};

/** Every morning, in the first room of the route. */
export const usualDigests: DigestPolicy = { timeZone: usualZone, plans: [usual] };

/** A time of the day, or five fields of cron. */
const at = text.refine(
  (said) => isTime(said) || isCron(said),
  'is neither a time like 08:00 nor cron like 0 8 * * 1-5',
);

const plan = z
  .object({
    name: text.regex(/^[\w-]{1,40}$/, 'is a word of letters, digits, - and _'),
    every: z.enum(periods),
    at: at.default(usualTime),
    timeZone: timeZone.optional(),
    to: z.array(room).min(1).optional(),
    tells: z.array(z.enum(digestParts)).optional(),
  })
  .strict();

export const digestPolicy = z
  .object({ timeZone: timeZone.default(usualZone), send: z.array(plan).max(20).optional() })
  .strict()
  .transform((said): DigestPolicy => {
    const zone = said.timeZone;
    if (!said.send) return { timeZone: zone, plans: [{ ...usual, timeZone: zone }] };
    const plans = said.send.map((one) => ({
      name: one.name,
      period: one.every,
      cron: isTime(one.at) ? cronOf(one.every, one.at) : one.at,
      timeZone: one.timeZone ?? zone,
      to: one.to,
      parts: one.tells ?? (one.every === 'day' ? ofDay : digestParts),
    }));
    return { timeZone: zone, plans };
  })
  .refine(({ plans }) => new Set(plans.map(({ name }) => name)).size === plans.length, {
    error: 'two digests have one name',
    path: ['send'],
  });

/** Of a week on Monday, of a month on its first day. */
function cronOf(period: Period, time: string): string {
  const [hours, minutes] = time.split(':').map(Number);
  const days = { day: '* * *', week: '* * 1', month: '1 * *' } as const satisfies Record<Period, string>;
  return `${minutes} ${hours} ${days[period]}`;
}

function isTime(said: string): boolean {
  return /^([01]?\d|2[0-3]):[0-5]\d$/.test(said);
}
