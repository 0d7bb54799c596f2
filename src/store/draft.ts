import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import type { Alert, Instant, SourceName } from '../incident/alert.ts';
import { bringsAlerts, evolve, type Incident, type IncidentEvent } from '../incident/incident.ts';
import type { Inquiry } from '../incident/question.ts';
import type { Stance } from '../incident/stance.ts';
import type { Place } from './cards.ts';

/**
 * What one story changes, gathered in memory and saved in one statement: all of it or nothing. Nothing is locked
 * meanwhile; `save` fails where an incident has moved on since it was read.
 */
export interface Draft {
  incidents: Map<number, IncidentDraft>;
  alerts: Map<string, AlertDraft>;
  /** Merged incidents: everything of the first belongs to the second. */
  moves: { from: number; to: number }[];
  /** Raw alerts that are dealt with by this. */
  taken: number[];
  /** W3C traceparent of whoever asked for it. */
  trace: string | undefined;
}

export interface IncidentDraft {
  /** Version that was read; 0 for a new incident. */
  from: number;
  after: Incident;
  events: { type: IncidentEvent['type'] }[];
  priority: number;
  /** The version that all its sources should hold, where one of these events concerns them. */
  forSources: number | undefined;
  correlationKey: string | undefined;
  places: Place[];
  /** Somebody deals with it: it leaves a storm's summary for a card of its own. */
  alone: boolean;
  /** "Was this you?" asked by these events, and the ids of those that they settle. */
  asked: Inquiry[];
  settled: string[];
  /** Its alerts are others than before, or say something else: it may have subjects that nobody was asked about. */
  newAlerts: boolean;
  /** Rules of the settings are to look at it. */
  toRule: boolean;
  /** When the first sign of it reached us; what is shown late is measured from here. */
  since: Instant | undefined;
  /** W3C traceparent of that sign, where it is another than the draft's. */
  trace: string | undefined;
  /** Nobody did any of this, so nobody waits for its card to show it. */
  byItself: boolean;
  /** It was silenced before, and is; its card shows what happened by itself once it is not. */
  keptQuiet: boolean;
  /** Until when it counts as opening and closing by itself, and how often its card is edited meanwhile, in seconds. */
  flaps: { until: Instant; editSeconds: number } | undefined;
}

interface AlertDraft {
  source: SourceName;
  sourceId: string;
  incidentId: number;
  isNew: boolean;
  shown: { alert: Alert; digest: string; stance: Stance; observedAt: Instant | undefined } | undefined;
  wantedVersion: number | undefined;
  writtenVersion: number | undefined;
}

export function openDraft(trace?: string): Draft {
  return { incidents: new Map(), alerts: new Map(), moves: [], taken: [], trace };
}

/** The incident as the draft has it, if it changes there. */
export function drafted(draft: Draft, id: number): Incident | undefined {
  return draft.incidents.get(id)?.after;
}

/** The only way in which an incident changes: events, and the state that follows. Returns the incident then. */
export function append(
  draft: Draft,
  before: Incident,
  events: IncidentEvent[],
  effect: {
    priorityOf: (after: Incident) => number;
    /** Whether the sources should hold this too. */
    forSources: boolean;
    forRules?: boolean;
    flapsOf?: (after: Incident) => IncidentDraft['flaps'];
    correlationKey?: string | undefined;
  },
): Incident {
  const { rows, head } = chain(before, events);
  const after = { ...events.reduce(evolve, before), head };
  const known = draft.incidents.get(before.id);
  draft.incidents.set(before.id, {
    from: known?.from ?? before.version,
    after,
    events: [...(known?.events ?? []), ...rows],
    priority: effect.priorityOf(after),
    forSources: effect.forSources ? after.version : known?.forSources,
    correlationKey: effect.correlationKey ?? known?.correlationKey,
    places: known?.places ?? [],
    alone: known?.alone ?? false,
    asked: [...(known?.asked ?? []), ...askedBetween(before, after)],
    settled: [...(known?.settled ?? []), ...settledBetween(before, after)],
    newAlerts: (known?.newAlerts ?? false) || events.some(({ type }) => bringsAlerts(type)),
    toRule: (known?.toRule ?? false) || (effect.forRules ?? false),
    since: known?.since,
    trace: known?.trace,
    byItself: (known?.byItself ?? true) && events.every(({ by }) => by.kind !== 'person'),
    keptQuiet: (known?.keptQuiet ?? true) && before.silenced !== undefined && after.silenced !== undefined,
    flaps: effect.flapsOf?.(after),
  });
  if (effect.forSources) {
    for (const alert of draft.alerts.values())
      if (alert.incidentId === after.id) alert.wantedVersion = after.version;
  }
  return after;
}

function askedBetween(before: Incident, after: Incident): Inquiry[] {
  const known = new Set(before.inquiries.map(({ question }) => question.id));
  return after.inquiries.filter(({ question }) => !known.has(question.id));
}

function settledBetween(before: Incident, after: Incident): string[] {
  const open = new Set(
    before.inquiries.flatMap(({ question, outcome }) => (outcome === undefined ? [question.id] : [])),
  );
  return after.inquiries.flatMap(({ question, outcome }) =>
    outcome !== undefined && open.has(question.id) ? [question.id] : [],
  );
}

/** Each event's hash covers the one before, so that no row can be changed, dropped or moved unseen. */
function chain(before: Incident, events: IncidentEvent[]) {
  let { head } = before;
  const rows = events.map(({ at, by, type, ...data }, index) => {
    const version = before.version + index + 1;
    const event = { incident_id: before.id, version, at, actor: by, type, data };
    head = createHash('sha256').update(head).update(stringify(event)).digest('hex');
    return { ...event, hash: head };
  });
  return { rows, head };
}

/** The incident is to be shown in these places; where it is shown already it stays one card. */
export function showIn(
  draft: Draft,
  incidentId: number,
  places: Place[],
  from: { since?: Instant; trace?: string | undefined } = {},
): void {
  const incident = draft.incidents.get(incidentId);
  if (!incident) throw new Error(`Incident ${incidentId} is shown without being changed.`);
  incident.places.push(...places);
  incident.since ??= from.since;
  incident.trace ??= from.trace;
}

/** Somebody deals with the incident: in a storm, too, it has a card of its own from now on. */
export function setAlone(draft: Draft, incidentId: number): void {
  const incident = draft.incidents.get(incidentId);
  if (incident) incident.alone = true;
}

/** A new alert of an incident. `wantedVersion` is what its source is to hold; 0 where it does already. */
export function addAlert(
  draft: Draft,
  shown: NonNullable<AlertDraft['shown']>,
  to: { incidentId: number; wantedVersion: number },
): void {
  const { source, sourceId } = shown.alert;
  draft.alerts.set(`${source} ${sourceId}`, {
    source,
    sourceId,
    isNew: true,
    shown,
    writtenVersion: undefined,
    ...to,
  });
}

/** How the source of a known alert shows it now; `writtenVersion` where we have just made it hold that version. */
export function changeAlert(
  draft: Draft,
  { source, sourceId }: Pick<Alert, 'source' | 'sourceId'>,
  incidentId: number,
  change: { shown?: AlertDraft['shown']; writtenVersion?: number },
): void {
  const key = `${source} ${sourceId}`;
  const known = draft.alerts.get(key);
  draft.alerts.set(key, {
    source,
    sourceId,
    incidentId,
    isNew: known?.isNew ?? false,
    shown: change.shown ?? known?.shown,
    wantedVersion: known?.wantedVersion ?? draft.incidents.get(incidentId)?.forSources,
    writtenVersion: change.writtenVersion ?? known?.writtenVersion,
  });
}

/** Every alert of `from` belongs to `to`. */
export function moveAlerts(draft: Draft, from: number, to: number): void {
  draft.moves.push({ from, to });
}
