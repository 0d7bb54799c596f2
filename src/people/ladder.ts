import type { Owner } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Rank } from '../incident/limits.ts';
import type { OnCall } from './on-call.ts';
import { maySee, type People } from './people.ts';
import type { Person } from './roster.ts';

/** Where a rank is several people: more of them called at once would each leave it to the others. */
const mostCalled = 3;

/** From the bottom up: whoever is missing, the next one up is called in their place. */
const rungs = ['on-call', 'second', 'lead', 'manager'] as const;

/**
 * Whom a rank means now for an incident: of those who may see it, whoever was not called yet. Where nobody is on call the
 * roles stand in, and where a rank is empty or was called already, the next one up. Empty only where nobody is left at all.
 */
export async function whomToCall(
  rank: Rank,
  incident: Incident,
  { people, onCall, at }: { people: People; onCall: OnCall; at: Date },
): Promise<Person[]> {
  const may = (person: Person) => maySee({ ...person, assurance: 'full' }, incident);
  const [owner] = await callable(people, incident.owner ? [incident.owner] : []);
  if (rank === 'owner' && owner && may(owner)) return [owner];
  const ladder = await ladderOf(incident, { people, onCall, at });
  const from = rank === 'owner' ? 0 : rungs.indexOf(rank);
  const allowed = ladder.map((group) => group.filter(may));
  const called = calledAbout(incident);
  // Whoever is reminded need not be somebody new.
  const isNew = ({ id }: Person) => rank === 'owner' || !called.has(id);
  const above = allowed.slice(from).map((group) => group.filter(isNew));
  const named = await callable(people, incident.restrictedTo ?? []);
  const groups = [...above, named.filter(isNew), ...allowed.slice(from), ...allowed.slice(0, from), named];
  return groups.find((group) => group.length > 0)?.slice(0, mostCalled) ?? [];
}

/** Where no limit runs, what was done tells who was called. */
function calledAbout({ escalation, deeds }: Incident): Set<string> {
  if (escalation) return new Set(escalation.called);
  return new Set(deeds.flatMap((deed) => (deed.type === 'escalated' ? deed.to.map(({ id }) => id) : [])));
}

async function ladderOf(
  incident: Incident,
  { people, onCall, at }: { people: People; onCall: OnCall; at: Date },
): Promise<Person[][]> {
  const rota = onCall.rotaFor(incident);
  const [first, second] = rota === undefined ? [] : await onCall.on(rota, at);
  const having = (...wanted: Parameters<People['havingRole']>[0]) => people.havingRole(wanted);
  const leads = having('lead');
  return [
    first ? [first] : firstOf(having('responder'), having('analyst')),
    second ? [second] : first ? [] : having('analyst'),
    leads.length > 0 ? leads : having('admin'),
    having('manager'),
  ];
}

const firstOf = (...groups: Person[][]): Person[] => groups.find((group) => group.length > 0) ?? [];

/** Whoever has left hears nothing. */
async function callable(people: People, wanted: Owner[]): Promise<Person[]> {
  const entries = await Promise.all(wanted.map(({ id }) => people.entry(id)));
  return entries.flatMap((entry) => (entry?.enabled && !entry.guest ? [entry.person] : []));
}
