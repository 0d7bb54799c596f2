import type { FarSideReason } from '../errors.ts';
import {
  type Alert,
  closingInWords,
  type Entity,
  type Instant,
  type Severity,
  type SourceName,
} from '../incident/alert.ts';
import { tacticsInWords, techniqueInWords } from '../incident/attack.ts';
import { type Known, subjectKey } from '../incident/enrichment.ts';
import { exerciseOf } from '../incident/exercise.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { runName } from '../incident/run.ts';
import { subjectOf } from '../incident/subjects.ts';
import { nameWithPlace, sourceNames } from '../incident/summary.ts';
import { buttonsOf } from './buttons.ts';
import { calledFacts, limitDeadlines } from './call.ts';
import { clean, defang } from './clean.ts';
import { type Audience, type Curtain, existenceInWords, hang, isHidden, unlisted } from './clearance.ts';
import { clockDeadlines } from './clock-words.ts';
import { distinctEntities, kindInWords, shownName } from './entities.ts';
import type { Fact } from './fact.ts';
import { chipsOf, missingOf, type NameEnricher, precedentOf } from './known.ts';
import { inquiryFacts } from './question.ts';
import { moveInWords, runFacts } from './run-words.ts';
import type { CardView, IncidentRow } from './views.ts';

/** What a card is drawn from, besides the incident. */
export interface Around {
  /** Why it matters, most important first. */
  reasons: string[];
  /** Sources that could not be made to hold what people decided. */
  failures: SyncFailure[];
  /** What enrichers have told so far, and what they are called. */
  known?: Known[];
  nameOf?: NameEnricher;
  /** Who reads it; a room that is not listed unless said otherwise. */
  audience?: Audience;
  /** Where it opens and closes by itself just now. */
  flapsUntil?: Instant | undefined;
}

export interface SyncFailure {
  source: SourceName;
  reason: FarSideReason;
}

/**
 * The incident as one card, the same for Teams and Slack. Untrusted text is cleaned, masked as its audience needs it,
 * bounded and defanged here.
 */
export function drawCard(incident: Incident, around: Around): CardView {
  const { failures, audience = unlisted, known = [], nameOf = unnamed } = around;
  const reasons = around.reasons.slice(0, mostReasons);
  if (isHidden(incident, audience)) return drawExistence(incident);
  const show = hang(incident, audience);
  const alert = mainAlert(incident);
  const entities = distinctEntities(incident);
  const title = show(incident.title, 150);
  const missing = incident.status === 'closed' ? undefined : missingOf(known, nameOf);
  const view = {
    incident: incident.id,
    name: incidentName(incident.id),
    version: incident.version,
    status: incident.status,
    merged: incident.mergedInto !== undefined,
    existsOnly: false,
    severity: incident.severity,
    headline: headline(incident),
    title,
    url: alert?.portalUrl || undefined,
    why: whyItMatters(incident, reasons, show),
    entities: shownOf(entities, incident).map((e) => ({
      kind: kindInWords(e),
      name: shownName(e, show),
      chips: chipsOf(e, known, reasons, show),
    })),
    moreEntities: Math.max(0, entities.length - mostEntities),
    precedent: precedentOf(known, show),
    deadlines: [...limitDeadlines(incident), ...clockDeadlines(incident, show)],
    facts: alert ? [...flapping(incident, around), ...facts(incident, alert, show)] : [],
    ...stands(incident, show),
    missing: missing?.text,
    lastChange: lastChange(incident, show),
    sync: syncLine(failures),
    fallback: fallback(incident, title, entities[0], show) + inShort(incident, reasons, show),
  };
  return {
    ...view,
    ...buttonsOf(incident, failures.length > 0, show.hid(), missing?.isLate ?? false),
  };
}

/** Who and what is attacked first; of the rest one that is known bad before all others. */
function shownOf(entities: Entity[], { learned = [] }: Incident): Entity[] {
  const bad = new Set(learned.flatMap(({ mark, subject }) => (mark === 'malicious' ? subject : [])));
  const isBad = (entity: Entity) => {
    const subject = subjectOf(entity);
    return subject !== undefined && bad.has(subjectKey(subject));
  };
  const first = entities.slice(0, mostEntities);
  const worst = first.some(isBad) ? undefined : entities.find(isBad);
  return worst ? [...first.slice(0, -1), worst] : first;
}

const mostEntities = 3;
/** A screen of a phone has room for no more. */
const mostReasons = 3;
const unnamed: NameEnricher = (enricher) => ({ title: enricher, side: enricher });

/** Its name, and a button for those who may see more. What else a card has says nothing of it. */
function drawExistence(incident: Incident): CardView {
  const name = incidentName(incident.id);
  const state = existenceInWords(incident);
  return {
    ...nothing,
    incident: incident.id,
    name,
    headline: `${name} · ${state}`,
    buttons: [{ verb: 'show', label: 'Show', primary: false, dialog: false }],
    fallback: incident.restrictedTo ? `${name} is a restricted incident.` : `${name} is ${state}.`,
  };
}

/** The same for every incident: a version that grows would tell that somebody works on it. */
const nothing = {
  version: 0,
  status: 'new',
  merged: false,
  existsOnly: true,
  severity: 'informational',
  title: '',
  url: undefined,
  why: [],
  entities: [],
  moreEntities: 0,
  precedent: undefined,
  deadlines: [],
  facts: [],
  missing: undefined,
  lastChange: undefined,
  sync: undefined,
  more: [],
} satisfies Partial<CardView>;

/** One line of a list. */
export function drawRow(incident: Incident, audience: Audience = unlisted): IncidentRow {
  const name = incidentName(incident.id);
  if (isHidden(incident, audience)) {
    const { status, severity, url } = nothing;
    const title = existenceInWords(incident);
    return { name, existsOnly: true, severity, status, url, title, owner: '', openedAt: '' };
  }
  return {
    name,
    existsOnly: false,
    severity: incident.severity,
    status: incident.status,
    owner: incident.owner ? clean(incident.owner.name, 60) : 'nobody',
    title: hang(incident, audience)(incident.title, 100),
    openedAt: incident.openedAt,
    url: mainAlert(incident)?.portalUrl || undefined,
  };
}

function mainAlert(incident: Incident): Alert | undefined {
  return incident.alerts.find((alert) => alert.source === 'sentinel') ?? incident.alerts[0];
}

function headline(incident: Incident): string {
  const exercise = exerciseOf(incident)?.toUpperCase();
  const missed = incident.status !== 'closed' && incident.escalation?.missed;
  const said = [
    exercise,
    incident.severity.toUpperCase(),
    incident.status.toUpperCase(),
    whoHasIt(incident),
    missed && `${missed.limit} limit missed`,
  ];
  return said.filter(Boolean).join(' · ');
}

function whoHasIt(incident: Incident): string {
  const owner = incident.owner && clean(incident.owner.name, 60);
  if (incident.mergedInto !== undefined) return `merged into ${incidentName(incident.mergedInto)}`;
  if (incident.closing) return closingInWords(incident.closing);
  return owner ? `${owner} has it` : 'nobody has it';
}

function whyItMatters(incident: Incident, reasons: string[], show: Curtain): string[] {
  const tactics = tacticsInWords(incident.alerts.flatMap((alert) => alert.tactics)).slice(0, 3);
  const [technique] = incident.alerts.flatMap((alert) => alert.techniques).toSorted(mostPrecise);
  const means = technique ? ` (${techniqueInWords(technique)})` : '';
  const lines = reasons.map((reason) => show(reason, 140));
  if (tactics.length > 0) lines.push(show(`Tactic: ${tactics.join(', ')}${means}`, 140));
  return lines;
}

/** A sub-technique says more. */
function mostPrecise(a: string, b: string): number {
  return Number(b.includes('.')) - Number(a.includes('.'));
}

function facts(incident: Incident, alert: Alert, show: Curtain): Fact[] {
  const alerts = countAlerts(incident);
  const first = incident.firstActivityAt;
  const last = incident.lastActivityAt;
  return [
    ...calledFacts(incident),
    { label: 'Product', value: show(alert.product, 80) || sourceNames[alert.source] },
    ...(alert.label ? [{ label: 'Number', value: show(alert.label, 40) }] : []),
    ...(alert.workspace ? [{ label: 'Workspace', value: show(alert.workspace, 60) }] : []),
    ...(alerts > 1 ? [{ label: 'Alerts', value: String(alerts) }] : []),
    ...(incident.hold !== undefined ? [{ label: 'Legal hold', value: show(incident.hold, 80) }] : []),
    { label: 'First seen', at: first },
    ...(last > first ? [{ label: 'Last seen', at: last }] : []),
    ...silenceFacts(incident, show),
    ...inquiryFacts(incident, show),
    ...runFacts(incident, show),
  ];
}

/** Why its card lags behind its source. */
function flapping({ status }: Incident, { flapsUntil }: Around): Fact[] {
  if (!flapsUntil || status === 'closed') return [];
  return [{ label: 'Flapping', value: 'its source closes and reopens it; this card follows now and then' }];
}

/** Why nothing of it moves here, and how long. */
function silenceFacts({ silenced }: Incident, show: Curtain): Fact[] {
  if (!silenced) return [];
  const why = show(silenced.reason, 100);
  return [
    { label: 'Silenced', value: why ? `${silenced.silence}: ${why}` : silenced.silence },
    { label: 'Silenced until', at: silenced.until },
  ];
}

/** Whoever looks at a closed incident later, because the machine is still cut off, has to see why. */
function stands(incident: Incident, show: Curtain): Pick<CardView, 'stands'> {
  const lines = incident.status === 'closed' ? runFacts(incident, show) : [];
  const said = lines.map((fact) => ('value' in fact ? `${fact.label}: ${fact.value}` : fact.label));
  return said.length > 0 ? { stands: said } : {};
}

/** A Sentinel incident is one alert of ours and tells how many it holds. */
export function countAlerts(incident: Incident): number {
  const contained = new Set(incident.alerts.flatMap((alert) => alert.contains)).size;
  const sentinels = incident.alerts.filter((alert) => alert.source === 'sentinel').length;
  return Math.max(incident.alertCount - sentinels, contained, 1);
}

function lastChange(incident: Incident, show: Curtain): CardView['lastChange'] {
  if (!incident.lastChange) return undefined;
  const { what, by, at } = incident.lastChange;
  const text = changeInWords(what, incident);
  // What alerts and playbooks do by themselves nobody has done.
  const isNobodys =
    what.startsWith('alert-') ||
    ['opened', 'unanswered', 'silenced', 'unsilenced', 'clock-ran-out'].includes(what) ||
    (['run-moved', 'escalated', 'reminded'].includes(what) && by.kind === 'bot');
  const byWhom = isNobodys ? '' : ` by ${show(nameWithPlace(by), 80)}`;
  return { text: text + byWhom, at };
}

function changeInWords(what: NonNullable<Incident['lastChange']>['what'], incident: Incident): string {
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
    case 'restricted':
      return 'Restricted';
    case 'unrestricted':
      return 'Restriction lifted';
    case 'revealed':
      return 'Masked details shown';
    case 'held':
      return 'Put under legal hold';
    case 'hold-lifted':
      return 'Legal hold lifted';
    case 'asked':
      return 'Was this you? asked';
    case 'answered':
      return 'Was this you? answered';
    case 'unanswered':
      return 'Was this you? not answered';
    case 'evidence-pinned':
      return 'Evidence pinned';
    case 'noted':
      return 'Next steps noted';
    case 'handed-over':
      return 'Handed over';
    case 'clock-started':
      return 'Legal clock started';
    case 'clock-stopped':
      return 'Legal clock stopped';
    case 'clock-ran-out':
      return 'Legal clock ran out';
    case 'update-sent':
      return 'Update sent';
    case 'follow-up-agreed':
      return 'Follow-up noted';
    case 'follow-up-done':
      return 'Follow-up done';
    case 'lessons-written':
      return 'Lessons written down';
    case 'escalated':
      return `Called ${namesIn(incident.escalation?.last?.names)}`;
    case 'reminded':
      return `Reminded ${namesIn(incident.escalation?.reminded)}`;
    case 'run-moved': {
      const deed = incident.deeds.at(-1);
      return deed?.type === 'run-moved'
        ? `${runName(deed.run.number)} ${moveInWords[deed.move]}`
        : 'Playbook';
    }
    case 'silenced':
      return incident.silenced ? `Silenced by ${incident.silenced.silence}` : 'Silenced';
    case 'unsilenced':
      return 'Silenced no longer';
  }
}

function namesIn(names: string[] = []): string {
  return clean(names.join(', '), 120) || 'nobody';
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

const article: Record<Severity, string> = {
  high: 'High severity',
  medium: 'Medium severity',
  low: 'Low severity',
  informational: 'Informational',
};

/** Why one gets up for it, for whoever reads no more than the notification: what is worth most, and who is known bad. */
function inShort(incident: Incident, [reason]: string[], show: Curtain): string {
  if (incident.status === 'closed') return '';
  const bad = incident.learned?.find(({ mark }) => mark === 'malicious');
  const said = [
    ...(reason ? [show(reason, 120)] : []),
    ...(bad ? [defang(`${show(bad.name, 60)} is known bad`)] : []),
  ];
  return said.map((sentence) => ` ${sentence}.`).join('');
}

function fallback(incident: Incident, title: string, entity: Entity | undefined, show: Curtain): string {
  const who = entity ? ` (${shownName(entity, show)})` : '';
  const merged = incident.mergedInto !== undefined;
  const state = merged
    ? whoHasIt(incident)
    : incident.status === 'closed'
      ? 'closed'
      : `${incident.status}, ${whoHasIt(incident)}`;
  return `${article[incident.severity]}: ${incidentName(incident.id)} ${defang(title)}${who} is ${state}.`;
}
