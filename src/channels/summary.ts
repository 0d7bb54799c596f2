import {
  closingInWords,
  type Instant,
  nameOf,
  type Severity,
  type Status,
  severities,
} from '../incident/alert.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { countAlerts, distinctEntities, shownName } from './card.ts';
import { clean, defang } from './clean.ts';
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
  /** How many of all have each severity; may be absent where `incidents` are all. */
  counts?: Partial<Record<Severity, number>>;
  /** At most `mostRows`, most important first. */
  incidents: Incident[];
}

/** A storm as one message, the same for Teams and Slack. Untrusted text is cleaned, bounded and defanged here. */
export function drawSummary(storm: Storm): SummaryView {
  const { id, since, total } = storm;
  const listed = storm.incidents.slice(0, mostRows);
  return {
    id,
    headline: headline(storm),
    since,
    status: mostUrgent(listed),
    counts: counts(storm),
    advice: 'Pick one to get its card with its buttons, or type list.',
    rows: listed.map(drawRow),
    more: Math.max(0, total - listed.length),
    fallback: fallback(storm),
  };
}

function headline(storm: Storm): string {
  return `${howMany(storm)}${storm.open === 0 ? '. It began' : ' since'}`;
}

function howMany({ total, open }: Storm): string {
  if (total === 0) return 'Storm over: each incident has a card of its own';
  const incidents = total === 1 ? 'incident' : 'incidents';
  if (open >= total) return `Storm: ${total} new ${incidents} here`;
  if (open > 0) return `Storm: ${total} ${incidents} here, ${open} still open,`;
  return total === 1 ? 'Storm over: its incident is closed' : `Storm over: all ${total} incidents are closed`;
}

const urgency: Status[] = ['new', 'active', 'closed'];

function mostUrgent(incidents: Incident[]): Status {
  return urgency.find((status) => incidents.some((incident) => incident.status === status)) ?? 'closed';
}

function counts({ counts, incidents, total }: Storm): SummaryView['counts'] {
  // Of the first forty alone a count would be taken for one of all.
  if (!counts && incidents.length < total) return [];
  const count = (severity: Severity) =>
    counts ? (counts[severity] ?? 0) : incidents.filter((one) => one.severity === severity).length;
  return severities
    .map((severity) => ({ severity, count: count(severity) }))
    .filter(({ count }) => count > 0);
}

function drawRow(incident: Incident): SummaryRow {
  return {
    incident: incident.id,
    version: incident.version,
    name: incidentName(incident.id),
    severity: incident.severity,
    status: incident.status,
    merged: incident.mergedInto !== undefined,
    state: stateInWords(incident),
    owner: ownerName(incident) || 'nobody',
    title: clean(incident.title, 100),
    entity: firstEntity(incident),
    alerts: countAlerts(incident),
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
function firstEntity(incident: Incident): string {
  const [entity] = distinctEntities(incident);
  if (!entity || incident.title.toLowerCase().includes(nameOf(entity).toLowerCase())) return '';
  return shownName(entity);
}

function fallback(storm: Storm): string {
  const sentence = `${headline(storm)} ${storm.since.slice(11, 16)} UTC.`;
  const { incidents } = storm;
  const gravest = incidents.find(({ status }) => status !== 'closed') ?? incidents[0];
  if (!gravest) return sentence;
  const entity = firstEntity(gravest);
  const who = entity ? ` (${entity})` : '';
  const what = `${incidentName(gravest.id)} ${defang(clean(gravest.title, 150))}${who}`;
  return `${sentence} The gravest, ${gravest.severity}: ${what} is ${defang(stateInWords(gravest))}.`;
}
