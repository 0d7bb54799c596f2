import type { Severity } from './alert.ts';
import { dayLength, type WorkHours } from './counted-time.ts';
import type { Destination } from './route.ts';

/** `acknowledge`: until somebody has it. `remediate`: from then on until it is closed. */
export type Limit = 'acknowledge' | 'remediate';

/** Whom a step calls. Who that is at the time, the rota and the roles say. */
export const ranks = ['owner', 'on-call', 'second', 'lead', 'manager'] as const;
export type Rank = (typeof ranks)[number];
/** `person` is an Entra object id or a principal name; `room` a room that is told whoever is in it. */
export type Whom = Rank | { person: string } | { room: Destination };

/** In their direct chat, by a mention under the card, through the paging service. */
export const ways = ['direct', 'mention', 'page'] as const;
export type Way = (typeof ways)[number];

/** A step of a chain: so many minutes that count after its limit has begun to run. */
export interface Step {
  limit: Limit;
  after: number;
  whom: Whom;
  how: Way[];
}

/**
 * The limits of one incident and who is called when, frozen when it began: settings that change meanwhile change nothing of
 * it. All lengths in minutes that count.
 */
export interface Plan {
  policy: string;
  /** What it was chosen for. */
  severity: Severity;
  priority: number;
  /** When minutes count; absent where they do round the clock. */
  hours?: WorkHours;
  acknowledge?: number;
  remediate?: number;
  /** For so long nobody may do anything about one that somebody has, before they are asked. */
  quiet?: number;
  /** So long an answer to that is waited for. */
  answer: number;
  /** In the order in which they come; a step is known by its place, from 1. */
  steps: Step[];
}

/** `15m`, or `150%` of the limit that it belongs to. A day counts as long as a day of work where hours do. */
export type Length = { minutes: number } | { hours: number } | { days: number } | { percent: number };

/** Which limits hold for what; what is absent is not looked at. */
export interface LimitRule {
  severity?: Severity[] | undefined;
  /** From this priority upwards. */
  priority?: number | undefined;
  acknowledge?: Length | undefined;
  remediate?: Length | undefined;
  quiet?: Length | undefined;
  counts: 'always' | 'business';
}

export interface ChainStep {
  limit: Limit;
  after: Length;
  whom: Whom;
  how: Way[];
}

export interface LimitPolicy {
  name: string;
  /** The first that fits holds; where none fits there are no limits. */
  limits: LimitRule[];
  chain: ChainStep[];
}

/** What the settings say of limits. */
export interface EscalationPolicy {
  enabled: boolean;
  hours: WorkHours;
  answerMinutes: number;
  /** The first is that of every route that names none. */
  policies: LimitPolicy[];
}

/** What the settings make of an incident now; `undefined` where nothing limits it. */
export function planFor(
  { enabled, hours, answerMinutes, policies }: EscalationPolicy,
  { severity, priority }: { severity: Severity; priority: number },
  name: string | undefined,
): Plan | undefined {
  const policy = policies.find((one) => one.name === name) ?? policies[0];
  if (!enabled || !policy) return undefined;
  const rule = policy.limits.find(
    (one) =>
      (one.severity === undefined || one.severity.includes(severity)) && priority >= (one.priority ?? 0),
  );
  if (!rule) return undefined;
  const counted = rule.counts === 'business' ? hours : undefined;
  const limits = {
    acknowledge: minutesOf(rule.acknowledge, counted),
    remediate: minutesOf(rule.remediate, counted),
  };
  const quiet = minutesOf(rule.quiet, counted);
  if (limits.acknowledge === undefined && limits.remediate === undefined && quiet === undefined)
    return undefined;
  return {
    policy: policy.name,
    severity,
    priority,
    ...(counted && { hours: counted }),
    ...(limits.acknowledge !== undefined && { acknowledge: limits.acknowledge }),
    ...(limits.remediate !== undefined && { remediate: limits.remediate }),
    ...(quiet !== undefined && { quiet }),
    answer: answerMinutes,
    steps: policy.chain
      .flatMap(({ limit, after, ...step }) => {
        const minutes = minutesOf(after, counted, limits[limit]);
        return limits[limit] === undefined || minutes === undefined
          ? []
          : [{ limit, after: minutes, ...step }];
      })
      .toSorted((a, b) => a.limit.localeCompare(b.limit) || a.after - b.after),
  };
}

function minutesOf(
  length: Length | undefined,
  hours: WorkHours | undefined,
  whole?: number,
): number | undefined {
  if (length === undefined) return undefined;
  if ('minutes' in length) return length.minutes;
  if ('hours' in length) return length.hours * 60;
  if ('days' in length) return length.days * (hours ? dayLength(hours) : 1_440);
  return whole === undefined ? undefined : (whole * length.percent) / 100;
}
