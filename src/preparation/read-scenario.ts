import { parse } from 'yaml';
import { z } from 'zod';
import { Malformed } from '../errors.ts';
import { type Entity, severities } from '../incident/alert.ts';
import type { Expectation, Scenario } from '../incident/scenario.ts';
import { safeParse } from '../safe-parse.ts';

/** Two days: whoever has not looked by then is not practising. */
const longestMinutes = 2_880;

const said = z.string().trim().min(1).max(300);
const words = z.array(z.string().max(300)).max(20).default([]);
const minutesIn: Record<string, number> = { s: 1 / 60, m: 1, h: 60 };

/** `0m`, `90s`, `2h`, in minutes. */
const duration = z.string().transform((text, context) => {
  const [, count = '', unit = ''] = text.match(/^(\d{1,4})([smh])$/) ?? [];
  const minutes = Number(count) * (minutesIn[unit] ?? Number.NaN);
  if (minutes <= longestMinutes) return minutes;
  context.addIssue({ code: 'custom', message: 'is not like 90s, 10m or 2h' });
  return z.NEVER;
});

/** One word says what it is: `account: dora@contoso.com`. */
const entity = z
  .object({
    account: said,
    host: said,
    ip: said,
    url: said,
    domain: said,
    file: said,
    process: said,
    resource: said,
    mailbox: said,
  })
  .partial()
  .strict()
  .refine((one) => Object.keys(one).length === 1, { error: 'names one thing: { host: vm-files-01 }' })
  .transform((one): Entity => toEntity(one));

function toEntity(one: Partial<Record<string, string>>): Entity {
  const [[kind, name = ''] = ['', '']] = Object.entries(one);
  switch (kind) {
    case 'account':
      return { kind, name: name.split('@')[0] ?? name, upn: name.includes('@') ? name : '', oid: '' };
    case 'host':
    case 'resource':
      return { kind, name: name.split('/').at(-1) ?? name, resourceId: name.startsWith('/') ? name : '' };
    case 'ip':
      return { kind, address: name, country: '' };
    case 'url':
      return { kind, url: name };
    case 'file':
      return { kind, name, directory: '' };
    case 'process':
      return { kind, name: name.split(' ')[0] ?? name, commandLine: name };
    case 'mailbox':
      return { kind, address: name };
    default:
      return { kind: 'domain', name };
  }
}

const alert = z
  .object({
    after: duration.default(0),
    title: said,
    description: z.string().max(5_000).default(''),
    severity: z.enum(severities),
    type: said,
    product: said.default('Microsoft Defender for Cloud'),
    target: z.string().max(300).default(''),
    entities: z.array(entity).max(20).default([]),
    tactics: words,
    techniques: words,
    remediation: words,
  })
  .strict()
  .transform(({ after, ...rest }) => ({ ...rest, afterMinutes: after }));

const within = { within: duration };
const expectation = z
  .discriminatedUnion('step', [
    z.object({ step: z.literal('acknowledge'), ...within }).strict(),
    z.object({ step: z.literal('assign'), ...within }).strict(),
    z.object({ step: z.literal('look'), ...within }).strict(),
    z.object({ step: z.literal('run'), playbook: said, ...within }).strict(),
    z.object({ step: z.literal('approve'), playbook: said, ...within }).strict(),
    z
      .object({
        step: z.literal('close'),
        as: z.enum(['true-positive', 'benign-positive', 'false-positive', 'undetermined']).optional(),
        ...within,
      })
      .strict(),
  ])
  .transform((one): Expectation => {
    const withinMinutes = one.within;
    switch (one.step) {
      case 'acknowledge':
      case 'assign':
      case 'look':
        return { step: one.step, withinMinutes };
      case 'run':
      case 'approve':
        return { step: one.step, play: one.playbook, withinMinutes };
      case 'close':
        return { step: one.step, as: one.as, withinMinutes };
    }
  });

const scenario = z
  .object({
    name: said.max(40).regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'is not like exposed-storage: it is typed'),
    title: said.max(80),
    about: said,
    lasts: duration.default(60),
    alerts: z.array(alert).min(1).max(30),
    expect: z.array(expectation).min(1).max(12),
  })
  .strict()
  .superRefine(({ lasts, alerts, expect }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (lasts < 1) fault(['lasts'], 'is too short to do anything');
    if (alerts[0]?.afterMinutes !== 0) fault(['alerts', 0, 'after'], 'is not 0m: time is counted from it');
    for (const [index, { afterMinutes }] of alerts.entries()) {
      if (afterMinutes < (alerts[index - 1]?.afterMinutes ?? 0))
        fault(['alerts', index, 'after'], 'is before the alert above it');
      if (afterMinutes >= lasts) fault(['alerts', index, 'after'], 'is after the drill is over');
    }
    for (const [index, { withinMinutes }] of expect.entries())
      if (withinMinutes > lasts) fault(['expect', index, 'within'], 'is longer than the drill lasts');
  })
  .transform(({ lasts, ...rest }): Scenario => ({ ...rest, minutes: lasts }));

/** A scenario's file. Throws `Malformed`, naming every fault and its place. */
export function readScenario(yaml: string, file: string): Scenario {
  let read: unknown;
  try {
    read = parse(yaml, { maxAliasCount: 20 });
  } catch (cause) {
    throw new Malformed(`${file} is no YAML: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const { data, error } = safeParse(scenario, read);
  if (error) throw new Malformed(`${file}: ${z.prettifyError(error)}`);
  return data;
}
