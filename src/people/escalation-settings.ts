import { z } from 'zod';
import { severities } from '../incident/alert.ts';
import {
  type ChainStep,
  type EscalationPolicy,
  type Length,
  type LimitPolicy,
  type LimitRule,
  ranks,
  ways,
} from '../incident/limits.ts';
import { clockTime, days, room, text, timeZone } from '../setting-shapes.ts';

const length = text.transform((said, context): Length => {
  const [, count = '', unit = ''] = said.match(/^(\d{1,5})([smhd%])$/) ?? [];
  const number = Number(count);
  if (count !== '') {
    switch (unit) {
      case 's':
        return { minutes: number / 60 };
      case 'm':
        return { minutes: number };
      case 'h':
        return { hours: number };
      case 'd':
        return { days: number };
      case '%':
        return { percent: number };
    }
  }
  context.addIssue({ code: 'custom', message: 'is not like 15m, 4h, 1d or, in a chain, 150%' });
  return z.NEVER;
});

const limit = length.refine((said) => !('percent' in said), {
  error: 'is a time; % is for steps of a chain',
});

const anyOf = <T extends z.ZodType>(one: T) =>
  z.preprocess((said) => (said === undefined || Array.isArray(said) ? said : [said]), z.array(one).min(1));

const limits: z.ZodType<LimitRule> = z
  .object({
    severity: anyOf(z.enum(severities)).optional(),
    priority: z.number().min(0).optional(),
    acknowledge: limit.optional(),
    remediate: limit.optional(),
    quiet: limit.optional(),
    counts: z.enum(['always', 'business']).default('always'),
  })
  .strict();

const whom = z.union([
  z.enum(ranks),
  z.object({ person: text }).strict(),
  room.transform((room) => ({ room })),
]);

const step: z.ZodType<ChainStep> = z
  .object({
    limit: z.enum(['acknowledge', 'remediate']),
    after: length,
    whom,
    how: anyOf(z.enum(ways)).default(['direct']),
  })
  .strict();

const policy: z.ZodType<LimitPolicy> = z
  .object({
    name: text,
    limits: z
      .array(limits)
      .max(20)
      .default(() => usualLimits),
    // Nobody has more people to call, and each step is kept with every incident.
    chain: z
      .array(step)
      .max(20)
      .default(() => usualChain),
  })
  .strict();

const hours = z
  .object({
    timeZone: timeZone.default('UTC'),
    days: days.default([1, 2, 3, 4, 5]),
    from: clockTime.default('09:00'),
    to: clockTime.default('17:00'),
    except: z.array(z.iso.date('is not a day like 2026-12-25, in quotation marks')).max(500).default([]),
  })
  .strict()
  .refine(({ from, to }) => from !== to, { error: 'end when they begin; let limits count always' });

/** A team of six: whoever is on call hears of a grave incident within a quarter of an hour, at night too. */
const usualLimits: LimitRule[] = [
  {
    severity: ['high'],
    acknowledge: { minutes: 15 },
    remediate: { hours: 4 },
    quiet: { hours: 2 },
    counts: 'always',
  },
  {
    severity: ['medium'],
    acknowledge: { minutes: 60 },
    remediate: { days: 1 },
    quiet: { hours: 4 },
    counts: 'business',
  },
];

/** As parts of the limit, so that one chain is right for fifteen minutes and for a day. */
const usualChain: ChainStep[] = [
  { limit: 'acknowledge', after: { percent: 60 }, whom: 'owner', how: ['direct'] },
  { limit: 'acknowledge', after: { percent: 100 }, whom: 'on-call', how: ['direct', 'mention', 'page'] },
  { limit: 'acknowledge', after: { percent: 150 }, whom: 'second', how: ['direct', 'mention', 'page'] },
  { limit: 'acknowledge', after: { percent: 200 }, whom: 'lead', how: ['direct', 'mention'] },
  { limit: 'acknowledge', after: { percent: 300 }, whom: 'manager', how: ['direct'] },
  { limit: 'remediate', after: { percent: 75 }, whom: 'owner', how: ['direct'] },
  { limit: 'remediate', after: { percent: 100 }, whom: 'lead', how: ['direct', 'mention'] },
  { limit: 'remediate', after: { percent: 150 }, whom: 'manager', how: ['direct'] },
];

export const usualEscalation: EscalationPolicy = {
  enabled: true,
  hours: { timeZone: 'UTC', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', except: [] },
  answerMinutes: 30,
  policies: [{ name: 'usual', limits: usualLimits, chain: usualChain }],
};

export const escalationPolicy: z.ZodType<EscalationPolicy> = z
  .object({
    enabled: z.boolean().default(true),
    hours: hours.default(usualEscalation.hours),
    answerMinutes: z.number().positive().max(1_440).default(usualEscalation.answerMinutes),
    policies: z.array(policy).min(1).max(50).default(usualEscalation.policies),
  })
  .strict()
  .superRefine(({ policies }, context) => {
    for (const [index, { name }] of policies.entries()) {
      if (policies.findIndex((one) => one.name === name) === index) continue;
      context.addIssue({
        code: 'custom',
        path: ['policies', index, 'name'],
        message: 'is the name of another one above',
      });
    }
  });
