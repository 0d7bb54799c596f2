import type { Instant } from '../../incident/alert.ts';
import { beginningOf } from '../../incident/begin-escalation.ts';
import { exerciseOf } from '../../incident/exercise.ts';
import { bot, type Incident, type IncidentEvent, type IncidentFact } from '../../incident/incident.ts';
import { type Plan, planFor } from '../../incident/limits.ts';
import { prioritise } from '../../incident/priority.ts';
import { route } from '../../incident/route.ts';
import { append, type Draft } from '../../store/draft.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** That the limits of an incident begin, or begin anew, with the facts that made it what it is now; mostly nothing. */
export function beginEscalation(
  floor: Pick<Watchfloor, 'escalation' | 'worth' | 'route' | 'preparation'>,
  now: Incident,
  facts: IncidentFact[],
  at: Instant,
): IncidentEvent[] {
  if (now.status === 'closed' || !floor.escalation.enabled) return [];
  const { score: priority } = prioritise(now, floor.worth);
  const weighs = { severity: now.severity, priority };
  const made = exerciseOf(now);
  const limited = planFor(floor.escalation, weighs, policyOf(floor, now, priority));
  const practised = made === 'drill' && floor.preparation?.policy.drills.pages === 'marked';
  const plan = made === undefined ? limited : practised ? limited && forPractice(limited) : undefined;
  const begun = beginningOf(now, facts, plan, at);
  return begun ? [{ at, by: bot, ...begun }] : [];
}

/** Whoever is on call is practised with; nobody is got out of bed for it, and nobody above is called. */
function forPractice(plan: Plan): Plan {
  const steps = plan.steps
    .filter(({ whom }) => whom === 'owner' || whom === 'on-call' || whom === 'second')
    .map((step) => ({ ...step, how: step.how.filter((way) => way !== 'page') }));
  return { ...plan, steps: steps.filter(({ how }) => how.length > 0) };
}

/** The policy that the routes of its alerts name, the first that does. */
function policyOf(
  { escalation, route: root }: Pick<Watchfloor, 'escalation' | 'route'>,
  { alerts, severity }: Incident,
  priority: number,
): string | undefined {
  if (escalation.policies.length < 2) return undefined;
  for (const alert of alerts) {
    const { escalation: named } = route(root, { ...alert, severity }, priority);
    if (named !== undefined) return named;
  }
  return undefined;
}

/** Of an incident from before there were limits they begin when somebody looks. Returns the incident then. */
export function beginLate(floor: Watchfloor, draft: Draft, incident: Incident): Incident {
  if (incident.escalation) return incident;
  const events = beginEscalation(floor, incident, [], floor.now().toISOString());
  if (events.length === 0) return incident;
  return append(draft, incident, events, {
    priorityOf: (after) => prioritise(after, floor.worth).score,
    forSources: false,
  });
}
