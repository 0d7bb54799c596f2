import { Denied, Refused } from '../../errors.ts';
import type { Owner } from '../../incident/alert.ts';
import { type Actor, type Incident, incidentName } from '../../incident/incident.ts';
import { stepsAhead } from '../../incident/limits-ahead.ts';
import { admitTo } from '../../people/people.ts';
import { change } from '../change.ts';
import { type Calling, call, type Wish } from './call.ts';

/**
 * Somebody calls the next one now, before their time, or somebody in particular. Where no chain is left the next one up who
 * was not called yet. Throws `Refused`. Returns the incident then.
 */
export async function escalateNow(
  calling: Calling,
  incident: Incident,
  { to, why }: { to: Owner | undefined; why: string },
  by: Actor,
): Promise<Incident> {
  const { floor, draft, at } = calling;
  change(floor, draft, incident, { type: 'escalate', to, why }, by);
  const about = incident.status === 'new' ? ('acknowledge' as const) : ('remediate' as const);
  const shared = { about, dueAt: at.toISOString(), by, why };
  if (to) {
    refuseStranger(incident, to);
    return call(calling, incident, {
      ...shared,
      number: null,
      whom: { person: to.id },
      how: ['direct', 'mention'],
    });
  }
  // Whoever escalates wants somebody else than the owner.
  const next = stepsAhead(incident).find(({ step }) => step.whom !== 'owner');
  const wish: Wish = next
    ? { ...shared, number: next.number, whom: next.step.whom, how: next.step.how }
    : { ...shared, number: null, whom: 'on-call', how: ['direct', 'mention', 'page'] };
  const after = await call(calling, incident, wish);
  const made = after.deeds.at(-1);
  if (made?.type === 'escalated' && made.how.length === 0)
    throw new Refused(
      `There is nobody to call about ${incidentName(incident.id)}. Name somebody: escalate ${incidentName(incident.id)} to Adam.`,
    );
  return after;
}

/** Of a restricted incident nobody is told but whom it names. */
function refuseStranger(incident: Incident, { id, name }: Owner): void {
  try {
    admitTo({ id, name, upn: '', roles: [], assurance: 'full', because: '' }, incident);
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    throw new Refused(`${name} may not see it: it is restricted. Name them with restrict first.`);
  }
}
