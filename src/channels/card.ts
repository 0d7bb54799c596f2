import type { FarSideReason } from '../errors.ts';
import {
  type Alert,
  closingInWords,
  type Entity,
  nameOf,
  type Severity,
  type SourceName,
} from '../incident/alert.ts';
import { type Incident, type IncidentFact, incidentName } from '../incident/incident.ts';
import { nameWithPlace, sourceNames } from '../incident/summary.ts';
import { clean, defang } from './clean.ts';
import type { ButtonView, CardView, Fact, IncidentRow } from './views.ts';

/** What a card is drawn from, besides the incident. */
export interface Around {
  /** Why it matters, most important first. */
  reasons: string[];
  /** Sources that could not be made to hold what people decided. */
  failures: SyncFailure[];
}

export interface SyncFailure {
  source: SourceName;
  reason: FarSideReason;
}

/** The incident as one card, the same for Teams and Slack. Untrusted text is cleaned, bounded and defanged here. */
export function drawCard(incident: Incident, around: Around): CardView {
  const alert = mainAlert(incident);
  const entities = distinctEntities(incident);
  const title = clean(incident.title, 150);
  return {
    incident: incident.id,
    name: incidentName(incident.id),
    version: incident.version,
    status: incident.status,
    merged: incident.mergedInto !== undefined,
    severity: incident.severity,
    headline: headline(incident),
    title,
    url: alert?.portalUrl || undefined,
    why: whyItMatters(incident, around.reasons),
    entities: entities.slice(0, 3).map((e) => ({ kind: kindInWords(e), name: shownName(e) })),
    moreEntities: Math.max(0, entities.length - 3),
    facts: alert ? facts(incident, alert) : [],
    lastChange: lastChange(incident),
    sync: syncLine(around.failures),
    ...buttons(incident, around.failures.length > 0),
    fallback: fallback(incident, title, entities[0]),
  };
}

/** One line of a list. */
export function drawRow(incident: Incident): IncidentRow {
  return {
    name: incidentName(incident.id),
    severity: incident.severity,
    status: incident.status,
    owner: incident.owner ? clean(incident.owner.name, 60) : 'nobody',
    title: clean(incident.title, 100),
    openedAt: incident.openedAt,
    url: mainAlert(incident)?.portalUrl || undefined,
  };
}

function mainAlert(incident: Incident): Alert | undefined {
  return incident.alerts.find((alert) => alert.source === 'sentinel') ?? incident.alerts[0];
}

function headline(incident: Incident): string {
  return [incident.severity.toUpperCase(), incident.status.toUpperCase(), whoHasIt(incident)].join(' · ');
}

function whoHasIt(incident: Incident): string {
  const owner = incident.owner && clean(incident.owner.name, 60);
  if (incident.mergedInto !== undefined) return `merged into ${incidentName(incident.mergedInto)}`;
  if (incident.closing) return closingInWords(incident.closing);
  return owner ? `${owner} has it` : 'nobody has it';
}

function whyItMatters(incident: Incident, reasons: string[]): string[] {
  const tactics = [...new Set(incident.alerts.flatMap((alert) => alert.tactics.map(tacticInWords)))];
  const lines = reasons.slice(0, 2).map((reason) => clean(reason, 120));
  if (tactics.length > 0) lines.push(`Tactic: ${tactics.slice(0, 3).join(', ')}`);
  return lines;
}

/** Azure writes `CommandAndControl`, people read `Command and control`. */
function tacticInWords(tactic: string): string {
  const [first, ...others] = clean(tactic.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '), 40).split(' ');
  // What is capitals all over is an abbreviation and stays one.
  const lower = others.map((word) => (/^\p{Lu}\p{Ll}/u.test(word) ? word.toLowerCase() : word));
  return [first, ...lower].join(' ');
}

/** Who and what is attacked first, then where from; processes and files say less at a glance. */
const glance: Record<Entity['kind'], number> = {
  account: 0,
  mailbox: 1,
  host: 1,
  resource: 2,
  ip: 3,
  domain: 4,
  url: 4,
  process: 5,
  file: 5,
  other: 6,
};

/** Everything named by its alerts, each once: who and what is attacked first. */
export function distinctEntities(incident: Incident): Entity[] {
  const seen = new Map<string, Entity>();
  for (const entity of incident.alerts.flatMap((alert) => alert.entities)) {
    const name = nameOf(entity).toLowerCase();
    // A machine comes both as host and as resource; people want to read it once.
    const key =
      entity.kind === 'resource' || entity.kind === 'host' ? `machine ${name}` : `${entity.kind} ${name}`;
    if (name && !seen.has(key)) seen.set(key, entity);
  }
  return [...seen.values()].sort((a, b) => glance[a.kind] - glance[b.kind]);
}

function kindInWords(entity: Entity): string {
  switch (entity.kind) {
    case 'ip':
      return 'IP';
    case 'url':
      return 'URL';
    case 'other':
      return clean(entity.type, 30);
    default:
      return entity.kind.charAt(0).toUpperCase() + entity.kind.slice(1);
  }
}

/** An entity's name, cleaned, bounded and, where an attacker may have chosen it, defanged. */
export function shownName(entity: Entity): string {
  const name = clean(nameOf(entity), 80);
  switch (entity.kind) {
    case 'account':
    case 'host':
    case 'resource':
      // Ours; people copy these into other tools.
      return name;
    case 'ip':
      return defang(name) + (entity.country ? ` (${clean(entity.country, 30)})` : '');
    default:
      return defang(name);
  }
}

function facts(incident: Incident, alert: Alert): Fact[] {
  const alerts = countAlerts(incident);
  const first = incident.firstActivityAt;
  const last = incident.lastActivityAt;
  return [
    { label: 'Product', value: clean(alert.product, 80) || sourceNames[alert.source] },
    ...(alert.label ? [{ label: 'Number', value: clean(alert.label, 40) }] : []),
    ...(alert.workspace ? [{ label: 'Workspace', value: clean(alert.workspace, 60) }] : []),
    ...(alerts > 1 ? [{ label: 'Alerts', value: String(alerts) }] : []),
    { label: 'First seen', at: first },
    ...(last > first ? [{ label: 'Last seen', at: last }] : []),
  ];
}

/** A Sentinel incident is one alert of ours and tells how many it holds. */
export function countAlerts(incident: Incident): number {
  const contained = new Set(incident.alerts.flatMap((alert) => alert.contains)).size;
  const sentinels = incident.alerts.filter((alert) => alert.source === 'sentinel').length;
  return Math.max(incident.alertCount - sentinels, contained, 1);
}

function lastChange(incident: Incident): CardView['lastChange'] {
  if (!incident.lastChange) return undefined;
  const { what, by, at } = incident.lastChange;
  const text = changeInWords(what, incident);
  // What alerts do by themselves nobody has done.
  const byWhom = what.startsWith('alert-') || what === 'opened' ? '' : ` by ${clean(nameWithPlace(by), 80)}`;
  return { text: text + byWhom, at };
}

function changeInWords(what: IncidentFact['type'], incident: Incident): string {
  switch (what) {
    case 'opened':
      return 'Opened';
    case 'alert-joined':
      return 'Alert added';
    case 'alert-changed':
      return 'Alert updated';
    case 'acknowledged':
      return 'Acknowledged';
    case 'released':
      return 'Set back to new';
    case 'assigned':
      return incident.owner ? `Assigned to ${clean(incident.owner.name, 60)}` : 'Owner removed';
    case 'severity-changed':
      return `Severity set to ${incident.severity}`;
    case 'commented':
      return 'Commented';
    case 'closed':
      return 'Closed';
    case 'reopened':
      return 'Reopened';
    case 'merged':
      return 'Merged';
  }
}

function syncLine(failures: SyncFailure[]): string | undefined {
  const [first] = failures;
  return first && `${sourceNames[first.source]} does not hold this yet: ${failureInWords(first.reason)}`;
}

function failureInWords(reason: FarSideReason): string {
  switch (reason) {
    case 'auth':
      return 'I may not write there until an admin gives me the role.';
    case 'not-found':
      return 'it is not there any more.';
    case 'rejected':
      return 'it refuses the change.';
    case 'conflict':
      return 'others keep changing it.';
    case 'rate-limited':
    case 'unavailable':
    case 'timeout':
      return 'it does not answer; I keep trying.';
  }
}

function buttons(incident: Incident, failed: boolean): Pick<CardView, 'buttons' | 'more'> {
  const retry: ButtonView[] = failed
    ? [{ verb: 'retry', label: 'Retry sync', primary: false, dialog: false }]
    : [];
  const press = (verb: ButtonView['verb'], label: string, primary = false): ButtonView => ({
    verb,
    label,
    primary,
    dialog: false,
  });
  const ask = (verb: ButtonView['verb'], label: string, primary = false): ButtonView => ({
    verb,
    label,
    primary,
    dialog: true,
  });

  if (incident.mergedInto !== undefined) return { buttons: [], more: [] };
  switch (incident.status) {
    case 'new':
      return {
        buttons: [press('take', 'Take it', true), ask('assign', 'Assign'), ...retry],
        more: [
          press('acknowledge', 'Acknowledge'),
          ask('comment', 'Comment'),
          ask('severity', 'Set severity'),
          ask('close', 'Close'),
        ],
      };
    case 'active':
      return {
        buttons: incident.owner
          ? [ask('close', 'Close', true), ask('comment', 'Comment'), ask('assign', 'Hand over'), ...retry]
          : [
              press('take', 'Take it', true),
              ask('close', 'Close'),
              ask('comment', 'Comment'),
              ask('assign', 'Assign'),
              ...retry,
            ],
        more: [ask('severity', 'Set severity')],
      };
    case 'closed':
      return { buttons: [press('reopen', 'Reopen'), ...retry], more: [] };
  }
}

const article: Record<Severity, string> = {
  high: 'High severity',
  medium: 'Medium severity',
  low: 'Low severity',
  informational: 'Informational',
};

function fallback(incident: Incident, title: string, entity: Entity | undefined): string {
  const who = entity ? ` (${shownName(entity)})` : '';
  const merged = incident.mergedInto !== undefined;
  const state = merged
    ? whoHasIt(incident)
    : incident.status === 'closed'
      ? 'closed'
      : `${incident.status}, ${whoHasIt(incident)}`;
  return `${article[incident.severity]}: ${incidentName(incident.id)} ${defang(title)}${who} is ${state}.`;
}
