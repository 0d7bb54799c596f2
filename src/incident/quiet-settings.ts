import { z } from 'zod';
import { clockTime, days, text, timeZone } from '../setting-shapes.ts';
import { everyDay } from '../time/hours.ts';
import { type Severity, severities } from './alert.ts';
import { type FlappingLimits, usualFlapping } from './flapping.ts';
import type { InhibitRule } from './inhibit.ts';
import { type Matcher, matchable } from './match.ts';
import { withSeverities } from './silence.ts';
import { type MaintenanceWindow, openAt } from './window.ts';

/** What the settings file says of what is kept quiet. */
export interface QuietPolicy {
  /** In which hours that people type are meant; IANA. */
  timeZone: string;
  /** No silence lasts longer, nor is one extended further than that from now. */
  mostDays: number;
  windows: MaintenanceWindow[];
  inhibit: InhibitRule[];
  flapping: FlappingLimits;
  /** Incidents of these severities have no card of their own while nobody has taken them. */
  digest: QuietDigest | undefined;
}

export interface QuietDigest {
  severities: Severity[];
  to: { channel: 'slack' | 'teams'; conversation: string };
  /** `09:00`. */
  at: string;
  timeZone: string;
}

/** A quarter: what has to be quiet for longer is a rule to be mended at its source. */
const mostDays = 90;

/** Everything has a card: which room a digest goes to nobody can guess. */
export const usualQuiet: QuietPolicy = {
  timeZone: 'UTC',
  mostDays,
  windows: [],
  inhibit: [],
  flapping: usualFlapping,
  digest: undefined,
};

const windowOf = (matcher: z.ZodType<Matcher>) =>
  z
    .object({
      name: text.max(60),
      match: matcher,
      timeZone: timeZone.default('UTC'),
      days: days.optional(),
      from: clockTime.optional(),
      to: clockTime.optional(),
      cron: text.optional(),
      // A day: what comes more seldom and lasts longer is a silence that somebody makes.
      minutes: z.number().int().min(5).max(1_440).optional(),
    })
    .strict()
    .transform(({ name, match, timeZone, days: on, from, to, cron, minutes }, context): MaintenanceWindow => {
      const window = { name, match: withSeverities(match), timeZone };
      if (cron && minutes && !from && !to && !on) {
        const read = { ...window, at: { cron, minutes } };
        if (isCron(read)) return read;
        context.addIssue({ code: 'custom', path: ['cron'], message: 'is not like 0 22 * * 6' });
        return z.NEVER;
      }
      if (from && to && !cron && !minutes) {
        return { ...window, at: { days: on ?? everyDay, from, to } };
      }
      context.addIssue({
        code: 'custom',
        message: 'needs either from and to (and days), or cron and minutes',
      });
      return z.NEVER;
    });

function isCron(window: MaintenanceWindow): boolean {
  try {
    openAt(window, '2026-01-01T00:00:00.000Z');
    return true;
  } catch {
    return false;
  }
}

const inhibitOf = (matcher: z.ZodType<Matcher>) =>
  z
    .object({
      name: text.max(100),
      parent: matcher,
      child: matcher,
      share: z.array(z.enum(matchable)).min(1),
      hours: z.number().min(0.25).max(168).default(24),
    })
    .strict();

/** `matcher` and `destination` as routes have them. */
export function quietPolicy(
  matcher: z.ZodType<Matcher>,
  destination: z.ZodType<QuietDigest['to']>,
): z.ZodType<QuietPolicy> {
  return z
    .object({
      timeZone: timeZone.default(usualQuiet.timeZone),
      mostDays: z.number().int().min(1).max(365).default(usualQuiet.mostDays),
      windows: z.array(windowOf(matcher)).max(100).default([]),
      inhibit: z.array(inhibitOf(matcher)).max(50).default([]),
      flapping: z
        .object({
          times: z.number().int().min(2).max(20).default(usualFlapping.times),
          minutes: z.number().int().min(5).max(1_440).default(usualFlapping.minutes),
          // Nothing rests longer than a quarter of an hour.
          editMinutes: z.number().min(1).max(10).default(usualFlapping.editMinutes),
        })
        .strict()
        .default(usualFlapping),
      digest: z
        .object({
          severities: z.array(z.enum(severities)).min(1).default(['informational']),
          to: destination,
          at: clockTime.default('09:00'),
          timeZone: timeZone.optional(),
        })
        .strict()
        .optional(),
    })
    .strict()
    .transform(({ digest, ...rest }) => ({
      ...rest,
      digest: digest && { ...digest, timeZone: digest.timeZone ?? rest.timeZone },
    }));
}
