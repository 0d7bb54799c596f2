import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Matcher } from '../incident/match.ts';
import { clockTime, days, oneOrMore, type Room, room, text, timeZone } from '../setting-shapes.ts';
import { everyDay, type Hours } from '../time/hours.ts';
import type { Layer, Rota } from './rota.ts';
import type { Shift } from './shift.ts';

/** What the settings file says of who is on call. */
export interface OnCallPolicy {
  /** The first of those without `match` is called for what no other one is. */
  rotas: Rota[];
  /** Schedules that are kept elsewhere, each once. */
  schedules: ScheduleSource[];
  /** Where gaps and overlaps are told; the leads themselves where there is none. */
  rooms: Room[];
  /** So far ahead gaps and overlaps are looked for. */
  aheadDays: number;
  /** When they are, each day: by the clock on the wall of the first rota. */
  lookAt: string;
  /** How often schedules that are kept elsewhere are read. */
  everyMinutes: number;
}

/** Where a schedule is kept; `key` names it. */
export type ScheduleSource = { key: string; timeZone: string } & (
  | { kind: 'calendar'; file: string }
  | { kind: 'teams-shifts'; team: string; group: string }
  | { kind: 'pagerduty'; schedule: string }
  | { kind: 'opsgenie'; schedule: string; rotation: string }
);

export const noRotas: OnCallPolicy = {
  rotas: [],
  schedules: [],
  rooms: [],
  aheadDays: 14,
  lookAt: '09:00',
  everyMinutes: 5,
};

const wordLike = /^[a-z][a-z0-9-]{0,39}$/;
const word = text.regex(wordLike, 'is not like first or second-line: small letters, digits and -');
/** Words of the command: nobody could type a rota of that name. */
const verbs = ['gaps', 'swap', 'agree', 'decline', 'override', 'undo', 'calendar'];
// What follows reads days and zones: with others it is not tried.
const date = text.refine(isDate, { error: 'is not a day like 2026-11-02', abort: true });

function isDate(said: string): boolean {
  try {
    return /^\d{4}-\d\d-\d\d$/.test(said) && Boolean(Temporal.PlainDate.from(said, { overflow: 'reject' }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const hours: z.ZodType<Hours> = z
  .object({
    days: days.default(everyDay),
    from: clockTime.default('00:00'),
    to: clockTime.default('00:00'),
  })
  .strict();

const every = z.union([
  z.literal('daily').transform(() => 1),
  z.literal('weekly').transform(() => 7),
  text
    .regex(/^[1-9]\d{0,2} days?$/, 'is daily, weekly, or like 3 days')
    .transform((said) => Number.parseInt(said, 10)),
]);

const shiftFields = {
  members: z.array(text.toLowerCase()).min(1).max(100),
  every: every.default(7),
  handoff: clockTime.optional(),
  start: date,
  until: date.optional(),
  hours: oneOrMore(hours).optional(),
};
type ShiftFields = z.infer<z.ZodObject<typeof shiftFields>>;

const toShift = ({ every, hours = [], handoff, until, ...rest }: ShiftFields, name: string): Shift => ({
  ...rest,
  name,
  everyDays: every,
  // Whoever begins at 22:00 does not change hands at 09:00.
  handoff: handoff ?? hours[0]?.from ?? '09:00',
  until,
  hours,
});

const schedule = z.union([
  z
    .object({ calendar: text })
    .strict()
    .transform(({ calendar }) => ({
      key: `calendar ${calendar}`,
      kind: 'calendar' as const,
      file: calendar,
    })),
  z
    .object({ teams: z.guid().toLowerCase(), group: text.default('') })
    .strict()
    .transform(({ teams, group }) => ({
      ...{ key: `teams-shifts ${teams} ${group}`.trim(), kind: 'teams-shifts' as const },
      ...{ team: teams, group },
    })),
  z
    .object({
      pagerDuty: text.regex(/^[A-Z0-9]{1,32}$/i, 'is not like PI7DH85, as in the address of the schedule'),
    })
    .strict()
    .transform(({ pagerDuty }) => ({
      ...{ key: `pagerduty ${pagerDuty}`, kind: 'pagerduty' as const, schedule: pagerDuty },
    })),
  z
    .object({ opsgenie: text.max(100), rotation: text.default('') })
    .strict()
    .transform(({ opsgenie, rotation }) => ({
      ...{ key: `opsgenie ${opsgenie} ${rotation}`.trim(), kind: 'opsgenie' as const },
      ...{ schedule: opsgenie, rotation },
    })),
]);

const layerFields = {
  name: word,
  onHolidays: z.union([z.literal('off'), word.transform((layer) => ({ layer }))]).optional(),
  pairs: z.boolean().default(false),
};
type SaidLayer = { layer: Layer; source: Omit<z.infer<typeof schedule>, 'timeZone'> | undefined };

const layer: z.ZodType<SaidLayer> = z
  .object({
    ...layerFields,
    ...z.object(shiftFields).partial().shape,
    every: every.optional(),
    shifts: z
      .array(z.object({ ...shiftFields, name: text }).strict())
      .min(1)
      .optional(),
    schedule: schedule.optional(),
  })
  .strict()
  .transform(({ name, onHolidays, pairs, shifts, schedule, ...one }, context): SaidLayer => {
    const says = [one.members, shifts, schedule].filter((part) => part !== undefined).length;
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (says !== 1) fault('says either members, or shifts, or schedule');
    const { members, start, every = 7, handoff, until, hours } = one;
    if (members && !start) fault('says no start: the day on which the first of its members takes over');
    const own = members && start ? [toShift({ members, start, every, handoff, until, hours }, '')] : [];
    const named = (shifts ?? []).map(({ name, ...shift }) => toShift(shift, name));
    const layer = { name, shifts: [...own, ...named], schedule: schedule?.key, onHolidays, pairs };
    return { layer, source: schedule };
  });

const holiday = text.refine((said) => isDate(said) || /\.ics$/i.test(said), {
  error: 'is neither a day like 2026-12-25 nor a file like holidays.ics',
  abort: true,
});

const rotaWith = (matcher: z.ZodType<Matcher>) =>
  z
    .object({
      timeZone: timeZone.optional(),
      match: matcher.optional(),
      layers: z.array(layer).min(1).max(10),
      holidays: z.array(holiday).default([]),
      covers: oneOrMore(hours).optional(),
    })
    .strict()
    .superRefine(({ layers }, context) => {
      for (const [index, { layer }] of layers.entries()) {
        const fault = (message: string) =>
          context.addIssue({ code: 'custom', path: ['layers', index], message });
        if (layers.findIndex((one) => one.layer.name === layer.name) < index)
          fault('has the name of another one above');
        if (!layer.onHolidays || layer.onHolidays === 'off') continue;
        const { layer: wanted } = layer.onHolidays;
        if (!layers.some((one) => one.layer.name === wanted && wanted !== layer.name))
          fault(`onHolidays: ${wanted} is no other layer of this rota, nor off`);
      }
    });

/** Faults of keys are told by nothing else. */
function checkNames(rotas: Record<string, unknown>, context: z.RefinementCtx): void {
  for (const name of Object.keys(rotas)) {
    const fault = (message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (!wordLike.test(name)) fault('is not like soc or second-line: small letters, digits and -');
    if (verbs.includes(name)) fault('is a word that oncall understands as an order');
  }
}

/** `matcher` is what routes match alerts with as well. */
export const onCallPolicy = (matcher: z.ZodType<Matcher>): z.ZodType<OnCallPolicy> =>
  z
    .object({
      timeZone: timeZone.default('UTC'),
      rotas: z.record(z.string(), rotaWith(matcher)).default({}).superRefine(checkNames),
      rooms: z.array(room).default([]),
      // What is further away changes before it comes.
      aheadDays: z.number().int().min(1).max(60).default(noRotas.aheadDays),
      lookAt: clockTime.default(noRotas.lookAt),
      everyMinutes: z.number().int().min(1).max(60).default(noRotas.everyMinutes),
    })
    .strict()
    .transform(({ timeZone, rotas, ...rest }): OnCallPolicy => {
      const schedules = new Map<string, ScheduleSource>();
      const all = Object.entries(rotas).map(([name, said]): Rota => {
        const own = said.timeZone ?? timeZone;
        const [calendar] = said.holidays.filter((one) => !isDate(one));
        for (const { source } of said.layers)
          if (source) schedules.set(source.key, { ...source, timeZone: own } as ScheduleSource);
        const holidayCalendar = calendar && `calendar ${calendar}`;
        if (holidayCalendar)
          schedules.set(holidayCalendar, {
            key: holidayCalendar,
            timeZone: own,
            kind: 'calendar',
            file: calendar,
          });
        return {
          ...{ name, timeZone: own, match: said.match, layers: said.layers.map(({ layer }) => layer) },
          ...{ holidays: said.holidays.filter(isDate), holidayCalendar, covers: said.covers ?? [] },
        };
      });
      return { ...rest, rotas: all, schedules: [...schedules.values()] };
    });

/** Calendars are named as seen from the settings file. */
export function withCalendars(policy: OnCallPolicy, place: (path: string) => string): OnCallPolicy {
  const schedules = policy.schedules.map((one) =>
    one.kind === 'calendar' ? { ...one, file: place(one.file) } : one,
  );
  return { ...policy, schedules };
}
