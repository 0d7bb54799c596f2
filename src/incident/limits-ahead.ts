import type { Instant } from './alert.ts';
import { dueAfter } from './counted-time.ts';
import type { Escalation } from './escalation.ts';
import type { Incident } from './incident.ts';
import type { Limit, Step } from './limits.ts';

/** What is next, and when. */
export type Next =
  | { kind: 'step'; number: number; step: Step; dueAt: Instant }
  | { kind: 'ask'; dueAt: Instant }
  | { kind: 'give-back'; dueAt: Instant };

/** What is due by now, or when to look again; `undefined` where nothing will be due. */
export function nextStep(incident: Incident, now: Instant): Next | { kind: 'look'; at: Instant } | undefined {
  const next = nextOf(incident);
  if (!next) return undefined;
  return next.dueAt <= now ? next : { kind: 'look', at: next.dueAt };
}

/** When somebody is to look at its limits. */
export function watchAt(incident: Incident): Instant | undefined {
  return nextOf(incident)?.dueAt;
}

/** The limit that runs, until when, and since when; `undefined` where none does. */
export function runningLimit(
  incident: Incident,
): { limit: Limit; from: Instant; minutes: number; by: Instant } | undefined {
  const { escalation } = incident;
  const limit = limitOf(incident);
  if (!escalation || !limit) return undefined;
  const from = startOf(escalation, limit);
  const minutes = escalation.plan[limit];
  return minutes === undefined ? undefined : { limit, from, minutes, by: after(escalation, from, minutes) };
}

/** Every step that is still to come, in order, each with when. */
export function stepsAhead(incident: Incident): Extract<Next, { kind: 'step' }>[] {
  const { escalation } = incident;
  const limit = limitOf(incident);
  if (!escalation || !limit) return [];
  const from = startOf(escalation, limit);
  return escalation.plan.steps.flatMap((step, index) => {
    const number = index + 1;
    return step.limit === limit && !escalation.done.includes(number)
      ? [{ kind: 'step' as const, number, step, dueAt: after(escalation, from, step.after) }]
      : [];
  });
}

function nextOf(incident: Incident): Next | undefined {
  const [step] = stepsAhead(incident);
  const quiet = quietOf(incident);
  if (step && quiet) return step.dueAt <= quiet.dueAt ? step : quiet;
  return step ?? quiet;
}

/** Somebody has it and does nothing: they are asked, and without an answer it goes back into the queue. */
function quietOf(incident: Incident): Next | undefined {
  const { escalation, owner } = incident;
  if (!escalation || limitOf(incident) !== 'remediate') return undefined;
  const { plan, askedAt } = escalation;
  if (plan.quiet === undefined) return undefined;
  const since = lastDone(incident, startOf(escalation, 'remediate'));
  if (askedAt !== undefined && askedAt >= since)
    return { kind: 'give-back', dueAt: after(escalation, askedAt, plan.answer) };
  const dueAt = after(escalation, since, plan.quiet);
  return owner ? { kind: 'ask', dueAt } : { kind: 'give-back', dueAt };
}

/** When somebody last did something about it. What limits do by themselves is nothing that anybody did. */
function lastDone({ deeds }: Incident, from: Instant): Instant {
  const last = deeds.findLast(({ type }) => type !== 'escalated' && type !== 'reminded');
  return last && last.at > from ? last.at : from;
}

function limitOf({ status }: Incident): Limit | undefined {
  switch (status) {
    case 'new':
      return 'acknowledge';
    case 'active':
      return 'remediate';
    case 'closed':
      return undefined;
  }
}

const startOf = ({ from, acknowledgedAt }: Escalation, limit: Limit): Instant =>
  limit === 'remediate' ? (acknowledgedAt ?? from) : from;

const after = ({ plan, holds }: Escalation, from: Instant, minutes: number): Instant =>
  dueAfter(from, minutes, plan.hours, holds);
