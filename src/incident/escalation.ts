import type { Instant, Owner, Status } from './alert.ts';
import type { Hold } from './counted-time.ts';
import type { Limit, Plan } from './limits.ts';

/** How far an incident's escalation is. */
export interface Escalation {
  /** How often it has begun. */
  episode: number;
  plan: Plan;
  /** The limit to acknowledge runs from here, that to remediate from `acknowledgedAt`. */
  from: Instant;
  acknowledgedAt: Instant | undefined;
  /** Steps that were done, by their places. */
  done: number[];
  /** Object ids of everybody who was called since it began. */
  called: string[];
  /** When time stood still: it was silenced. */
  holds: Hold[];
  /** Who was called last, and for which limit. */
  last: { at: Instant; limit: Limit; names: string[] } | undefined;
  /** Whose attention was drawn to it last, without a call. */
  reminded?: string[];
  /** The limit that was missed when somebody was called last. */
  missed: { limit: Limit; at: Instant } | undefined;
  /** When the owner was asked whether they are still on it. */
  askedAt: Instant | undefined;
}

/** Why an escalation began: with the incident, anew after it was over, or because it weighs more or less than before. */
export type Beginning = 'opened' | 'reopened' | 'released' | 'graver' | 'lighter';

export type EscalationFact =
  | { type: 'escalation-begun'; episode: number; why: Beginning; from: Instant; plan: Plan }
  /** `missed` is when its limit was over, where it was by then. */
  | ({ type: 'escalated'; limit: Limit; missed: Instant | null } & Call)
  /** Somebody is told in time, or asked whether they are still on it. */
  | ({ type: 'reminded'; about: Limit | 'quiet' } & Call);

/** Who was called, how, and why. */
export interface Call {
  episode: number;
  /** Its place in the chain; `null` of a call that is none of its steps. */
  step: number | null;
  /** When it was to happen; when it did, the event itself says. */
  dueAt: Instant;
  to: Owner[];
  /** Empty where it came so late that the next step says all: then nobody was told. */
  how: ('direct' | 'mention' | 'page' | 'room')[];
  /** In somebody's words; empty where the time alone says it. */
  why: string;
  /** Key of the notice that tells it; `null` where nobody was told. */
  notice: string | null;
}

/** What of an incident matters here. */
interface Followed {
  status: Status;
  escalation?: Escalation;
  silenced?: { until: Instant } | undefined;
}

/** The escalation after an event that made `after` of `before`. */
export function follow(
  before: Followed,
  after: Followed,
  event: { type: string; at: Instant },
): { escalation: Escalation } | undefined {
  const escalation = moved(before.escalation, after, event);
  return escalation && { escalation: held(escalation, before, after, event.at) };
}

function moved(
  known: Escalation | undefined,
  after: Followed,
  event: { type: string; at: Instant },
): Escalation | undefined {
  if (isOurs(event)) {
    if (event.type === 'escalation-begun') return begun(known, after, event);
    return known && told(known, event, event.at);
  }
  if (!known || event.type !== 'acknowledged') return known;
  return { ...known, acknowledgedAt: known.acknowledgedAt ?? event.at, missed: undefined };
}

const isOurs = <T extends { type: string }>(event: T): event is T & EscalationFact =>
  ['escalation-begun', 'escalated', 'reminded'].includes(event.type);

function told(
  known: Escalation,
  fact: Exclude<EscalationFact, { type: 'escalation-begun' }>,
  at: Instant,
): Escalation {
  if (fact.type === 'reminded') {
    const reminded = fact.to.map(({ name }) => name);
    return fact.about === 'quiet'
      ? { ...known, reminded, askedAt: at }
      : { ...done(known, fact, fact.about), reminded };
  }
  const { limit, missed } = fact;
  return {
    ...called(done(known, fact, limit), fact, at, limit),
    missed: missed === null ? known.missed : { limit, at: missed },
  };
}

function begun(
  known: Escalation | undefined,
  { status }: Followed,
  { episode, from, plan }: Extract<EscalationFact, { type: 'escalation-begun' }>,
): Escalation {
  return {
    episode,
    plan,
    from,
    acknowledgedAt: status === 'active' ? from : undefined,
    done: [],
    called: [],
    holds: known?.holds ?? [],
    last: undefined,
    missed: undefined,
    askedAt: undefined,
  };
}

/** Whoever is reminded was not called: when the limit is over they still are. */
function done(known: Escalation, { step }: Call, limit: Limit): Escalation {
  if (step === null) return known;
  // Whoever calls the next one now wants nobody before them to be told later.
  return { ...known, done: [...new Set([...known.done, ...upTo(known.plan, limit, step)])] };
}

function called(known: Escalation, { to, how }: Call, at: Instant, limit: Limit): Escalation {
  if (how.length === 0) return known;
  return {
    ...known,
    called: [...new Set([...known.called, ...to.map(({ id }) => id)])],
    last: { at, limit, names: to.map(({ name }) => name) },
  };
}

/** A step and those of its limit before it. */
function upTo({ steps }: Plan, limit: Limit, step: number): number[] {
  return steps.flatMap((one, index) => (one.limit === limit && index < step ? [index + 1] : []));
}

/** While it is silenced its time stands still. */
function held(escalation: Escalation, before: Followed, { silenced }: Followed, at: Instant): Escalation {
  const last = escalation.holds.at(-1);
  const isOpen = last !== undefined && last.until > at;
  const until = silenced?.until;
  if (until === undefined) {
    if (!isOpen) return escalation;
    return { ...escalation, holds: [...escalation.holds.slice(0, -1), { ...last, until: at }] };
  }
  if (before.silenced?.until === until && before.escalation) return escalation;
  if (isOpen) return { ...escalation, holds: [...escalation.holds.slice(0, -1), { ...last, until }] };
  return until > at ? { ...escalation, holds: [...escalation.holds, { from: at, until }] } : escalation;
}
