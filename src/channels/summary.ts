import {
  closingInWords,
  type Instant,
  nameOf,
  type Severity,
  type Status,
  severities,
} from '../incident/alert.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { countAlerts } from './card.ts';
import { clean, defang } from './clean.ts';
import { type Audience, existenceInWords, hang, isHidden, unlisted } from './clearance.ts';
import { distinctEntities, shownName } from './entities.ts';
import type { SummaryRow, SummaryView } from './views.ts';

/** More are not read on a phone, and their choices would not fit a message. */
export const mostRows = 40;

/** What a storm's summary is drawn from. */
export interface Storm {
  id: string;
  /** When the first incident joined. */
  since: Instant;
  /** How many incidents joined, and how many of them are not closed. */
  total: number;
  open: number;
  /** How many of `total` are restricted: whether they are open or severe is counted nowhere. */
  hidden?: number;
  /** How many of all have each severity; may be absent where `incidents` are all. */
  counts?: Partial<Record<Severity, number>>;
  /** At most `mostRows`, most important first. */
  incidents: Incident[];
}

/** A storm as one message, the same for Teams and Slack. Untrusted text is cleaned, bounded and defanged here. */
export function drawSummary(all: Storm, audience: Audience = unlisted): SummaryView {
  const storm = tellable(all, audience);
  const { id, since, total } = storm;
  const listed = storm.incidents.slice(0, mostRows);
  return {
    id,
    headline: headline(storm),
    since,
    status: mostUrgent(listed, audience),
    counts: counts(storm, audience),
    advice: 'Pick one to get its card with its buttons, or type list.',
    rows: listed.map((incident) => drawRow(incident, audience)),
    more: Math.max(0, total - listed.length),
    fallback: fallback(storm, audience),
  };
}

/** A room that may know that incidents exist learns their number and names, in an order that tells nothing. */
function tellable(storm: Storm, { shows }: Audience): Storm {
  if (shows !== 'existence') return storm;
  const incidents = storm.incidents.toSorted((a, b) => a.id - b.id);
  return { ...storm, incidents, open: storm.total, counts: {}, hidden: 0 };
}

function headline(storm: Storm): string {
  const isOver = storm.open === 0 && !storm.hidden;
  return `${howMany(storm)}${isOver ? '. It began' : ' since'}`;
}

function howMany({ total, open, hidden = 0 }: Storm): string {
  if (total === 0) return 'Storm over: each incident has a card of its own';
  const incidents = total === 1 ? 'incident' : 'incidents';
  if (hidden > 0) return `Storm: ${total} ${incidents} here, ${open} known to be open, ${hidden} restricted,`;
  if (open >= total) return `Storm: ${total} new ${incidents} here`;
  if (open > 0) return `Storm: ${total} ${incidents} here, ${open} still open,`;
  return total === 1 ? 'Storm over: its incident is closed' : `Storm over: all ${total} incidents are closed`;
}

const urgency: Status[] = ['new', 'active', 'closed'];

function mostUrgent(listed: Incident[], audience: Audience): Status | undefined {
  const incidents = listed.filter((one) => !isHidden(one, audience));
  if (incidents.length === 0 && listed.length > 0) return undefined;
  return urgency.find((status) => incidents.some((incident) => incident.status === status)) ?? 'closed';
}

function counts({ counts, incidents, total }: Storm, audience: Audience): SummaryView['counts'] {
  // Of the first forty alone a count would be taken for one of all.
  if (!counts && incidents.length < total) return [];
  const count = (severity: Severity) =>
    counts
      ? (counts[severity] ?? 0)
      : incidents.filter((one) => one.severity === severity && !isHidden(one, audience)).length;
  return severities
    .map((severity) => ({ severity, count: count(severity) }))
    .filter(({ count }) => count > 0);
}

function drawRow(incident: Incident, audience: Audience): SummaryRow {
  if (isHidden(incident, audience)) return drawExistence(incident);
  const show = hang(incident, audience);
  return {
    incident: incident.id,
    version: incident.version,
    name: incidentName(incident.id),
    severity: incident.severity,
    status: incident.status,
    merged: incident.mergedInto !== undefined,
    existsOnly: false,
    state: stateInWords(incident),
    owner: ownerName(incident) || 'nobody',
    title: show(incident.title, 100),
    entity: firstEntity(incident, show),
    alerts: countAlerts(incident),
  };
}

/** The same for every incident but for its name. */
function drawExistence(incident: Incident): SummaryRow {
  return {
    incident: incident.id,
    version: 0,
    name: incidentName(incident.id),
    severity: 'informational',
    status: 'new',
    merged: false,
    existsOnly: true,
    state: existenceInWords(incident),
    owner: '',
    title: '',
    entity: '',
    alerts: 1,
  };
}

function stateInWords(incident: Incident): string {
  const { status, closing, mergedInto } = incident;
  const owner = ownerName(incident);
  if (mergedInto !== undefined) return `merged into ${incidentName(mergedInto)}`;
  if (status === 'closed') return closing ? `closed, ${closingInWords(closing)}` : 'closed';
  // In a storm nobody has most of them; that is said once, by the headline's "new".
  if (status === 'new' && !owner) return 'new';
  return `${status}, ${owner || 'nobody'} has it`;
}

function ownerName({ owner }: Incident): string {
  return owner ? clean(owner.name, 60) : '';
}

/** Empty where the title names it already: a row is one line. */
function firstEntity(incident: Incident, show: (text: string, limit: number) => string): string {
  const [entity] = distinctEntities(incident);
  if (!entity || incident.title.toLowerCase().includes(nameOf(entity).toLowerCase())) return '';
  return shownName(entity, show);
}

function fallback(storm: Storm, audience: Audience): string {
  const sentence = `${headline(storm)} ${storm.since.slice(11, 16)} UTC.`;
  const incidents = storm.incidents.filter((one) => !isHidden(one, audience));
  const gravest = incidents.find(({ status }) => status !== 'closed') ?? incidents[0];
  if (!gravest) return sentence;
  const show = hang(gravest, audience);
  const entity = firstEntity(gravest, show);
  const who = entity ? ` (${entity})` : '';
  const what = `${incidentName(gravest.id)} ${defang(show(gravest.title, 150))}${who}`;
  return `${sentence} The gravest, ${gravest.severity}: ${what} is ${defang(stateInWords(gravest))}.`;
}
