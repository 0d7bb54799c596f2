import { type Audience, type Curtain, hang } from '../../channels/clearance.ts';
import type { SectionView } from '../../channels/query-view.ts';
import { closingInWords } from '../../incident/alert.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { QueryPlan } from '../../kql/plan.ts';
import { type Found, findIncidents, mostCounted } from '../../store/find.ts';
import type { StoredQuery } from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** With the count before them as many as a glance has lines. */
const listed = 5;

/** What our own incidents know of the entity that is asked about; restricted ones are told of to nobody here. */
export async function knownOf(
  floor: Watchfloor,
  { plan }: Pick<StoredQuery, 'plan'>,
  audience: Audience,
  show: Curtain,
): Promise<{ section: SectionView; show: Curtain } | undefined> {
  if (!plan.about || !isOfSeveral(plan)) return undefined;
  const sought = { about: ownName(plan.about), words: [], forPerson: undefined, offset: 0 };
  const found = await findIncidents(floor.db, { ...sought, limit: listed });
  const open = { new: 0, active: 0 };
  if (found.total > 0 && found.isCounted) {
    open.new = (await findIncidents(floor.db, { ...sought, status: 'new', limit: 0 })).total;
    open.active = (await findIncidents(floor.db, { ...sought, status: 'active', limit: 0 })).total;
  }
  // Its alerts name others than the rows do, so each has a curtain of its own before that of the message.
  const rows = found.incidents.map((incident) => ({ incident, own: hang(incident, audience) }));
  const facts = rows.map(({ incident, own }) => ({
    label: incidentName(incident.id),
    value: `${stateInWords(incident)} · ${show(own(incident.title, 100), 100)}`,
  }));
  const count = { label: 'All', value: countInWords(found, open.new + open.active) };
  const hid = () => show.hid() || rows.some(({ own }) => own.hid());
  return {
    section: {
      title: 'Incidents',
      body:
        facts.length > 0
          ? { kind: 'facts', facts: [count, ...facts] }
          : { kind: 'sentence', text: noneInWords(found) },
      more: undefined,
    },
    show: Object.assign((text: string, limit: number) => show(text, limit), { ours: show.ours, hid }),
  };
}

/** Glances at an entity, as opposed to the rows behind one of them. */
export function isOfSeveral({ about, parts }: QueryPlan): boolean {
  return about !== undefined && parts.length > 1;
}

/** As alerts name it: without the domain before an account, the folders before a file, the path of a resource. */
function ownName({ kind, name }: NonNullable<QueryPlan['about']>): string {
  switch (kind) {
    case 'account':
    case 'file':
    case 'resource':
      return name.split(/[\\/]/).filter(Boolean).at(-1) ?? name;
    case 'host':
    case 'ip':
    case 'url':
      return name;
  }
}

/** `high · closed, true positive`. */
function stateInWords({ severity, status, closing, mergedInto }: Incident): string {
  if (mergedInto !== undefined) return `${severity} · merged into ${incidentName(mergedInto)}`;
  if (!closing) return `${severity} · ${status}`;
  return `${severity} · ${status}, ${closingInWords({ ...closing, reason: undefined })}`;
}

function countInWords({ total, isCounted }: Found, open: number): string {
  if (!isCounted) return 'too many incidents to count; the newest are';
  const count = total < mostCounted ? String(total) : `${mostCounted} or more`;
  return `${count} ${total === 1 ? 'incident' : 'incidents'}, ${open} open`;
}

function noneInWords({ isCut }: Found): string {
  return isCut ? 'None of our newest incidents is about it.' : 'No incident of ours is about it.';
}
