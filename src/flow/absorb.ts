import type { Alert } from '../incident/alert.ts';
import { bot, type Incident } from '../incident/incident.ts';
import { alertsOf, idsOfOpenIncidentsHolding } from '../store/alerts.ts';
import { type Draft, moveAlerts } from '../store/draft.ts';
import { readIncident } from '../store/incidents.ts';
import { carryClocks, carryQuestions, carryRuns } from './carry.ts';
import { change } from './change.ts';
import { restrictParts } from './restrict-parts.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * A Sentinel incident is the whole: open incidents that hold parts of it merge into it. What people closed stays
 * closed. Returns the whole as it is then.
 */
export async function absorb(
  floor: Watchfloor,
  draft: Draft,
  whole: Incident,
  alert: Alert,
  before: string[],
): Promise<Incident> {
  const added = alert.contains.filter((id) => !before.includes(id));
  let into = whole;
  for (const part of await openIncidentsHolding(floor, added)) {
    if (part.id === into.id) continue;
    const moved = await alertsOf(floor.db, part.id);
    change(floor, draft, part, { type: 'merge', into: into.id }, bot);
    // What people are shown of a part they are shown of the whole.
    if (!part.silenced) into = change(floor, draft, into, { type: 'unsilence', why: 'other-rule' }, bot);
    for (const joining of moved) into = change(floor, draft, into, { type: 'join', alert: joining }, bot);
    moveAlerts(draft, part.id, into.id);
    into = carryQuestions(floor, draft, restrictLike(floor, draft, into, part), part);
    into = carryClocks(floor, draft, carryRuns(floor, draft, into, part), part);
  }
  if (into.restrictedTo) await restrictParts(floor, draft, into);
  return into;
}

/** What was restricted stays so in the whole: to whoever may see both, or else to whoever may see the whole already. */
function restrictLike(floor: Watchfloor, draft: Draft, whole: Incident, part: Incident): Incident {
  if (!part.restrictedTo) return whole;
  const both = part.restrictedTo.filter(
    ({ id }) => !whole.restrictedTo || whole.restrictedTo.some((person) => person.id === id),
  );
  if (both.length === 0) return whole;
  return change(floor, draft, whole, { type: 'restrict', to: both }, bot);
}

/** Open incidents that hold alerts which a Sentinel incident contains, oldest first. */
export async function openIncidentsHolding(floor: Watchfloor, sourceIds: string[]): Promise<Incident[]> {
  const ids = await idsOfOpenIncidentsHolding(floor.db, sourceIds);
  const stored = await Promise.all(ids.map((id) => readIncident(floor.db, id)));
  return stored.flatMap((found) => (found && found.incident.status !== 'closed' ? [found.incident] : []));
}
