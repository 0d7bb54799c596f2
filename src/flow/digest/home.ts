import { drawRow } from '../../channels/card.ts';
import type { ChannelName } from '../../channels/channel.ts';
import { clean } from '../../channels/clean.ts';
import type { Audience } from '../../channels/clearance.ts';
import { drawFacts } from '../../channels/digest.ts';
import { chartsOf } from '../../channels/digest-charts.ts';
import type { Fact } from '../../channels/fact.ts';
import { type PageButton, type PageSection, type PageView, say } from '../../channels/page-view.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import { lastDays, momentIn } from '../../incident/local-span.ts';
import type { Caller, People } from '../../people/people.ts';
import { mayDo } from '../../people/permissions.ts';
import { listOpen } from '../../store/incidents.ts';
import { audienceAlone } from '../audience.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { collectDigest } from './collect.ts';

/** Of each list; more would not fit a phone. */
const listed = 7;
/** Managers look at a week, compared with the one before. */
const days = 7;

/**
 * What one person comes for: what is theirs, what nobody has, who is on call, and, for whoever answers for it, how it goes.
 * They read it alone; restricted incidents are left out all the same, for looking at one is put on record.
 */
export async function drawHome(
  floor: Watchfloor,
  people: People,
  person: Caller,
  channel: ChannelName,
): Promise<PageView> {
  const audience = audienceAlone(floor, person, channel, { restrictedTo: undefined });
  const at = floor.now();
  const { timeZone } = floor.digests;
  const list = (filter: { ownerId: string | undefined; unowned: boolean }) =>
    listOpen(floor.db, { ...filter, forPerson: undefined, limit: listed });
  const mine = await list({ ownerId: person.id, unowned: false });
  const unowned = await list({ ownerId: undefined, unowned: true });
  const isManager = mayDo(person, 'access');
  const numbers = isManager ? await drawNumbers(floor, people, at) : { facts: [], sections: [] };
  return {
    title: `Watchfloor for ${clean(person.name, 60)}`,
    subtitle: `As of ${momentIn(at.toISOString(), timeZone)}, ${timeZone}. For you alone.`,
    tone: 'plain',
    facts: [...(await drawOnCall(floor, at)), ...numbers.facts].slice(0, 8),
    sections: [
      drawList('Yours', mine, audience, 'You have none.'),
      drawList('Nobody has', unowned, audience, 'Somebody has every open incident.'),
      ...numbers.sections,
    ],
    refresh: 'dashboard',
    buttons: [...takeButtons(unowned.incidents, person)],
    fallback: `You have ${mine.total} open incidents; nobody has ${unowned.total}.`,
  };
}

async function drawOnCall({ onCall }: Watchfloor, at: Date): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const rota of onCall.rotas().slice(0, 2)) {
    const [first, second] = await onCall.on(rota, at);
    const then = second ? `, then ${clean(second.name, 60)}` : '';
    const value = first ? `${clean(first.name, 60)}${then}` : 'nobody';
    facts.push({ label: `On call: ${clean(rota, 30)}`, value });
  }
  return facts;
}

async function drawNumbers(floor: Watchfloor, people: People, at: Date) {
  const { timeZone } = floor.digests;
  const spans = lastDays(days, at, timeZone);
  const title = `the last ${days} days`;
  const digest = await collectDigest(floor, people, { period: undefined, title, ...spans, timeZone, at });
  const facts = drawFacts(digest.now.all, digest.before.all, 'the 7 days before', digest.now.restricted);
  return { facts: facts.slice(0, 6), sections: chartsOf(digest).slice(0, 2) };
}

function drawList(
  title: string,
  { incidents, total }: { incidents: Incident[]; total: number },
  audience: Audience,
  none: string,
): PageSection {
  if (incidents.length === 0) return { title, body: { kind: 'sentence', text: none } };
  const lines = incidents.map((incident) => {
    const row = drawRow(incident, audience);
    if (row.existsOnly) return { lead: row.name, text: row.title, at: row.openedAt };
    const missed = incident.escalation?.missed;
    const late = missed ? ` · past its limit to ${missed.limit}` : '';
    return {
      lead: row.name,
      text: `${row.severity} · ${row.status}${late} · ${row.title}`,
      at: row.openedAt,
    };
  });
  return { title: `${title}: ${total}`, body: { kind: 'lines', lines, more: total - incidents.length } };
}

/** The first two that wait, for whoever may take them. */
function takeButtons(incidents: Incident[], person: Caller): PageButton[] {
  if (!mayDo(person, 'take')) return [];
  return incidents.slice(0, 2).map(({ id }) => say(`Take ${incidentName(id)}`, `take ${incidentName(id)}`));
}
