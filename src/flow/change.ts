import type { Instant } from '../incident/alert.ts';
import { decide, type Intent } from '../incident/decide.ts';
import { type Actor, type Incident, tellsOfDeed } from '../incident/incident.ts';
import { prioritise } from '../incident/priority.ts';
import type { Trx } from '../store/database.ts';
import { append } from '../store/incidents.ts';
import { enqueue } from '../store/jobs.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * Decides an intent on an incident that the caller has locked or just made, and stores what follows: the
 * events, that its cards are behind, and that its sources may be. Returns the incident as it is then, or the
 * same one where nothing follows. Throws `Refused`.
 */
export async function change(
  floor: Watchfloor,
  trx: Trx,
  incident: Incident,
  intent: Intent,
  by: Actor,
  correlationKey?: string,
): Promise<Incident> {
  const facts = decide(incident, intent, by);
  if (facts.length === 0) return incident;
  const at: Instant = floor.now().toISOString();
  const events = facts.map((fact) => ({ at, by, ...fact }));
  // What alerts do their sources know, and merging is between us.
  const forSources = facts.some(({ type }) => tellsOfDeed(type) && type !== 'merged');
  const after = await append(trx, incident, events, {
    priorityOf: ({ severity, alerts }) => prioritise(severity, alerts, floor.values).score,
    forSources,
    correlationKey,
  });
  if (forSources) {
    await enqueue(floor.boss, trx, 'write-back', { incident: after.id }, String(after.id));
  }
  return after;
}
