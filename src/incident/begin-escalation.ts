import type { Instant } from './alert.ts';
import { dueAfter } from './counted-time.ts';
import type { EscalationFact } from './escalation.ts';
import { type Incident, type IncidentFact, worse } from './incident.ts';
import type { Plan } from './limits.ts';
import { runningLimit } from './limits-ahead.ts';

type Begun = Extract<EscalationFact, { type: 'escalation-begun' }>;

/**
 * What begins for an incident with the facts that made it what it is now. `plan` is what the settings make of it, `undefined`
 * where nothing limits it. What runs goes on as it began, whatever became of the settings, unless the incident itself is
 * another: one that became graver begins anew where that ends sooner, one that somebody made lighter goes on by lighter
 * limits.
 */
export function beginningOf(
  now: Incident,
  facts: IncidentFact[],
  plan: Plan | undefined,
  at: Instant,
): Begun | undefined {
  const { escalation: known } = now;
  if (now.status === 'closed' || (!known && !plan)) return undefined;
  const begin = (why: Begun['why'], from: Instant): Begun => ({
    type: 'escalation-begun',
    episode: (known?.episode ?? 0) + 1,
    why,
    from,
    plan: plan ?? { ...unlimited, severity: now.severity },
  });
  if (!known) return begin('opened', at);
  const again = facts.findLast(({ type }) => type === 'reopened' || type === 'released');
  if (again) return begin(again.type === 'reopened' ? 'reopened' : 'released', at);
  if (isGraver(now, known.plan, plan) && endsSooner(now, plan, at)) return begin('graver', at);
  const isLighter = worse(now.severity, known.plan.severity) !== now.severity;
  if (isLighter && facts.some(({ type }) => type === 'severity-changed'))
    return begin('lighter', known.acknowledgedAt ?? known.from);
  return undefined;
}

const unlimited: Omit<Plan, 'severity'> = { policy: '', priority: 0, answer: 0, steps: [] };

function isGraver({ severity }: Incident, was: Plan, plan: Plan | undefined): plan is Plan {
  if (!plan) return false;
  const isWorse = severity !== was.severity && worse(severity, was.severity) === severity;
  return isWorse || plan.priority > was.priority;
}

function endsSooner(now: Incident, plan: Plan, at: Instant): boolean {
  const limit = now.status === 'new' ? 'acknowledge' : 'remediate';
  const minutes = plan[limit];
  if (minutes === undefined) return false;
  const running = runningLimit(now);
  return !running || dueAfter(at, minutes, plan.hours) < running.by;
}
