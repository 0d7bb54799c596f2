import { z } from 'zod';
import { isPlainId } from '../azure/resource-id.ts';
import { type ApprovalRule, targetValues } from '../incident/approval.ts';
import { type AutomationRule, occasions } from '../incident/automation.ts';
import { marks, type SubjectKind } from '../incident/enrichment.ts';
import type { Matcher } from '../incident/match.ts';
import { needs, risks } from '../incident/run.ts';
import { clockTime, type Room, roomById, text, timeZone } from '../setting-shapes.ts';
import { type YourPlaybook, yourKinds } from './yours/your-playbook.ts';

/** What the settings file says of playbooks. */
export interface PlaybookPolicy {
  enabled: boolean;
  /** Playbooks by name that nobody is to run. */
  off: string[];
  /** Those that the team has in Azure already, and lets be run from here. */
  yours: YourPlaybook[];
  /** Whose yes is needed; the first that fits decides. */
  approval: ApprovalRule[];
  /** For so long a request for approval stands. */
  decideWithinMinutes: number;
  /** Requests for approval are shown there too. */
  rooms: Room[];
  /** What is run by itself. */
  rules: AutomationRule[];
}

export const usualPlaybooks: PlaybookPolicy = {
  enabled: true,
  off: [],
  yours: [],
  approval: [],
  decideWithinMinutes: 30,
  rooms: [],
  rules: [],
};

const word = text.regex(
  /^[a-z]+(-[a-z]+)*$/,
  'is not like block-in-proxy: words in lower case, - between them',
);
const minutes = z.number().int().min(5).max(10_080);

const kinds = [
  'account',
  'machine',
  'resource',
  'ip',
  'domain',
  'url',
  'file',
  'mailbox',
  'incident',
] as const satisfies SubjectKind[];

const choice = z.union([
  text.transform((value) => ({ value, label: value })),
  z.object({ value: text, label: text }).strict(),
]);

const parameter = z
  .object({
    name: text
      .regex(/^[A-Za-z][\w-]{0,63}$/, 'is not like reason: letters, digits, - and _')
      .refine((name) => name.toLowerCase() !== 'target', 'is said anyway: whom or what it is done to'),
    label: text.optional(),
    required: z.boolean().default(false),
    usual: z.union([z.string(), z.number().transform(String)]).default(''),
    choices: z.array(choice).min(1).optional(),
  })
  .strict()
  .transform(({ label, choices, ...rest }) => ({
    ...rest,
    label: label ?? rest.name,
    ...(choices && { choices }),
  }))
  .refine(({ usual, choices }) => !usual || !choices || choices.some(({ value }) => value === usual), {
    path: ['usual'],
    error: 'is none of the choices',
  });

const workflow = /\/providers\/Microsoft\.Logic\/workflows\/[^/]+$/i;
const runbook = /\/providers\/Microsoft\.Automation\/automationAccounts\/[^/]+\/runbooks\/[^/]+$/i;

const yours = z
  .object({
    name: word,
    title: text.max(75),
    kind: z.enum(yourKinds),
    resource: text,
    risk: z.enum(risks),
    effect: text
      .max(300)
      .includes('{target}', { error: 'does not say {target}, where the name of it is to stand' }),
    about: z.array(z.enum(kinds)).min(1).optional(),
    reverse: z.object({ name: word }).strict().optional(),
    parameters: z.array(parameter).max(10).default([]),
    minutes: minutes.optional(),
  })
  .strict()
  .transform(({ about, ...rest }, context): YourPlaybook => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { kind, resource, effect, reverse, parameters } = rest;
    const like = kind === 'runbook' ? runbook : workflow;
    if (!isPlainId(resource) || !like.test(resource)) fault('resource', resourceLike[kind]);
    if (kind === 'sentinel' && about && about.join() !== 'incident')
      fault('about', 'is [incident] where kind is sentinel: Sentinel runs it on an incident');
    if (kind !== 'sentinel' && !about) fault('about', `says nothing. Any of ${kinds.join(', ')}`);
    if (kind === 'sentinel' && parameters.length > 0)
      fault('parameters', 'are none where kind is sentinel: Sentinel passes the incident and nothing else');
    if (rest.minutes && !reverse) fault('minutes', 'needs reverse: nothing would take it back');
    const known = ['target', ...parameters.map(({ name }) => name)];
    for (const [, name = ''] of effect.matchAll(/\{([^{}]*)\}/g))
      if (!known.includes(name)) fault('effect', `says {${name}}, which is none of ${known.join(', ')}`);
    return { ...rest, about: about ?? ['incident'] };
  });

const aWorkflow = 'is not like /subscriptions/…/resourceGroups/…/providers/Microsoft.Logic/workflows/…';
const resourceLike = {
  'logic-app': aWorkflow,
  sentinel: aWorkflow,
  runbook:
    'is not like /subscriptions/…/resourceGroups/…/providers/Microsoft.Automation/automationAccounts/…/runbooks/…',
};

const hours = z
  .object({
    from: clockTime,
    to: clockTime,
    timeZone,
  })
  .strict()
  .refine(({ from, to }) => from !== to, { error: 'end when they begin; leave hours out for the whole day' });

/** One word needs no brackets. */
const anyOf = <T extends z.ZodType>(one: T) =>
  z.preprocess(
    (said) => (said === undefined || Array.isArray(said) ? said : [said]),
    z.array(one).min(1).optional(),
  );

const approval: z.ZodType<ApprovalRule> = z
  .object({
    name: text,
    match: z
      .object({
        risk: anyOf(z.enum(risks)),
        play: anyOf(word),
        value: anyOf(z.enum(targetValues)),
        environment: anyOf(text),
        hours: hours.optional(),
      })
      .strict()
      .default({}),
    needs: z.enum(needs),
  })
  .strict();

const classifications = ['true-positive', 'benign-positive', 'false-positive', 'undetermined'] as const;

const ruleWith = (matcher: z.ZodType<Matcher>) =>
  z
    .object({
      name: text,
      on: z.enum(occasions),
      match: matcher.default({}),
      marks: z.array(z.enum(marks)).default([]),
      classification: z.array(z.enum(classifications)).default([]),
      run: word,
      target: z.enum(kinds),
      parameters: z.record(text, z.union([z.string(), z.number().transform(String)])).default({}),
      minutes: minutes.optional(),
      // Somebody has to be able to read what went by itself.
      mostPerHour: z.number().int().min(1).max(100).default(5),
    })
    .strict()
    .superRefine(({ on, marks, classification }, context) => {
      const fault = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (on === 'opened' && marks.length > 0)
        fault('marks', 'are not known yet when an incident opens. Write on: learned');
      if (on !== 'closed' && classification.length > 0)
        fault('classification', 'is known when an incident is closed. Write on: closed');
    });

/** `matcher` is what routes match alerts with as well. */
export const playbookPolicy = (matcher: z.ZodType<Matcher>): z.ZodType<PlaybookPolicy> =>
  z
    .object({
      enabled: z.boolean().default(usualPlaybooks.enabled),
      off: z.array(word).default([]),
      yours: z.array(yours).max(100).default([]),
      approval: z.array(approval).max(100).default([]),
      // A day: whoever has not answered by then is not going to.
      decideWithinMinutes: z.number().int().min(5).max(1_440).default(usualPlaybooks.decideWithinMinutes),
      rooms: z.array(roomById).default([]),
      rules: z.array(ruleWith(matcher)).max(100).default([]),
    })
    .strict()
    .superRefine(({ yours, rules, approval }, context) => {
      const fault = (path: (string | number)[], message: string) =>
        context.addIssue({ code: 'custom', path, message });
      for (const key of twice(yours)) fault(['yours', key, 'name'], 'is the name of another one above');
      for (const key of twice(approval)) fault(['approval', key, 'name'], 'is the name of another one above');
      for (const key of twice(rules)) fault(['rules', key, 'name'], 'is the name of another one above');
      for (const [index, { name, about, reverse }] of yours.entries()) {
        if (!reverse) continue;
        const back = yours.find((one) => one.name === reverse.name && one.name !== name);
        const place = ['yours', index, 'reverse', 'name'];
        if (!back) fault(place, `${reverse.name} is none of the others under playbooks.yours`);
        else if (about.some((kind) => !back.about.includes(kind)))
          fault(place, `${reverse.name} is not about all that ${name} is about`);
      }
    });

/** Places whose name was given to one before them. */
const twice = (all: readonly { name: string }[]): number[] =>
  all.flatMap(({ name }, index) => (all.findIndex((one) => one.name === name) < index ? [index] : []));

/** Names of playbooks in the settings that there are none of; `known` are all that there are. */
export function strangers(policy: PlaybookPolicy, known: readonly string[]): string[] {
  const named = [
    ...policy.off,
    ...policy.approval.flatMap(({ match }) => match.play ?? []),
    ...policy.rules.map(({ run }) => run),
  ];
  return [...new Set(named)].filter((name) => !known.includes(name));
}
