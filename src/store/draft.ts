import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import stringify from 'safe-stable-stringify';
import type { Alert, Instant, SourceName } from '../incident/alert.ts';
import { evolve, type Incident, type IncidentEvent } from '../incident/incident.ts';
import type { Stance } from '../incident/stance.ts';
import { cardsInOrder } from './card-order.ts';
import type { Place } from './cards.ts';
import type { Db, Trx } from './database.ts';

/** Somebody else changed what the draft rests on since it was read; read it again and decide anew. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

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

interface IncidentDraft {
  /** Version that was read; 0 for a new incident. */
  from: number;
  after: Incident;
  events: object[];
  priority: number;
  /** The version that all its sources should hold, where one of these events concerns them. */
  forSources: number | undefined;
  correlationKey: string | undefined;
  places: Place[];
  /** Somebody deals with it: it leaves a storm's summary for a card of its own. */
  alone: boolean;
  /** When the first sign of it reached us; what is shown late is measured from here. */
  since: Instant | undefined;
  /** W3C traceparent of that sign, where it is another than the draft's. */
  trace: string | undefined;
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
    since: known?.since,
    trace: known?.trace,
  });
  if (effect.forSources) {
    for (const alert of draft.alerts.values())
      if (alert.incidentId === after.id) alert.wantedVersion = after.version;
  }
  return after;
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

/**
 * Saves the draft: incidents, events, alerts, what is to be shown, what is to be written, what was taken in.
 * Throws `Overtaken` where an incident moved on, a raw alert was taken, or somebody stored or moved the same alert.
 */
export async function save(db: Db | Trx, draft: Draft): Promise<void> {
  if (draft.incidents.size + draft.alerts.size + draft.taken.length === 0) return;
  try {
    await write(db, draft);
  } catch (error) {
    throw isOvertaking(error) ? new Overtaken('Somebody else was faster.', { cause: error }) : error;
  }
}

async function write(db: Db | Trx, draft: Draft): Promise<void> {
  const incidents = [...draft.incidents.values()];
  const ids = incidents.map(({ after }) => after.id);
  await sql`
    with incident as (
      select * from jsonb_to_recordset(${JSON.stringify(incidents.map(toIncidentRow))}::jsonb) as i (
        id bigint, was integer, version integer, status text, severity text, priority integer, owner_id text,
        state jsonb, key text, last_activity_at timestamptz, opened_at timestamptz, has_log boolean,
        for_sources integer, alone boolean, since timestamptz, trace text)
    ),
    opened as (
      insert into incidents (id, version, revision, status, severity, priority, owner_id, state, correlation_key,
        last_activity_at, opened_at)
      select id, version, 1, status, severity, priority, owner_id, state, key, last_activity_at, opened_at
      from incident where was = 0
      returning id, revision
    ),
    evolved as (
      update incidents t set version = i.version, revision = t.revision + 1, status = i.status,
        severity = i.severity, priority = i.priority, owner_id = i.owner_id, state = i.state,
        last_activity_at = i.last_activity_at, updated_at = now(),
        -- A closed incident tells no story that an alert could join; reopened, it must not clash with a newer one.
        correlation_key = case when i.status = 'closed' then null else t.correlation_key end
      from incident i
      where i.was > 0 and t.id = i.id and t.version = i.was
      returning t.id, t.revision
    ),
    changed as (
      select i.*, r.revision from incident i
      join (select * from opened union all select * from evolved) r on r.id = i.id
    ),
    told as (
      insert into incident_events (incident_id, version, at, actor, type, data, hash)
      select e.* from jsonb_to_recordset(${JSON.stringify(incidents.flatMap(({ events }) => events))}::jsonb)
        as e (incident_id bigint, version integer, at timestamptz, actor jsonb, type text, data jsonb, hash text)
    ),
    alert as (
      select * from jsonb_to_recordset(${JSON.stringify(toAlertRows(draft))}::jsonb) as a (
        source text, source_id text, incident_id bigint, is_new boolean, body jsonb, digest text, open boolean,
        stance jsonb, observed_at timestamptz, wanted integer, written integer)
    ),
    admitted as (
      insert into alerts (source, source_id, incident_id, body, digest, open, stance, observed_at, wanted_version,
        behind_since, trace)
      select source, source_id, incident_id, body, digest, open, stance, observed_at, coalesce(wanted, 0),
        case when wanted > 0 then now() end, case when wanted > 0 then ${draft.trace ?? null}::text end
      from alert where is_new
    ),
    shown as (
      update alerts t set
        body = coalesce(a.body, t.body), digest = coalesce(a.digest, t.digest), open = coalesce(a.open, t.open),
        stance = coalesce(a.stance, t.stance), observed_at = coalesce(a.observed_at, t.observed_at),
        wanted_version = coalesce(a.wanted, t.wanted_version),
        written_version = coalesce(a.written, t.written_version),
        -- Written: the lease ends, and what was decided meanwhile may be written at once.
        writing_since = case when a.written is null then t.writing_since end,
        written_at = case when a.written is null then t.written_at else now() end,
        write_failure = case when a.written is null then t.write_failure end,
        write_attempts = case when a.written is null then t.write_attempts else 0 end,
        leased_by = case when a.written is null then t.leased_by end,
        write_after = case
          when a.written is not null then '-infinity'
          when a.wanted is not null and t.writing_since is null then '-infinity'
          else t.write_after end,
        behind_since = case when coalesce(a.written, t.written_version) < coalesce(a.wanted, t.wanted_version)
          then coalesce(t.behind_since, now()) end,
        trace = case when a.wanted is null then t.trace else ${draft.trace ?? null}::text end
      from alert a
      where not a.is_new and t.source = a.source and t.source_id = a.source_id
        and t.incident_id = a.incident_id
      returning t.source_id
    ),
    wanted as (
      update alerts t set wanted_version = i.for_sources, behind_since = coalesce(t.behind_since, now()),
        write_after = case when t.writing_since is null then '-infinity' else t.write_after end,
        write_attempts = 0, trace = ${draft.trace ?? null}::text
      from incident i
      where t.incident_id = i.id and i.for_sources is not null and not exists (
        select from alert a where a.source = t.source and a.source_id = t.source_id
      )
    ),
    moved as (
      -- What their sources hold was said by the other incident.
      update alerts t set incident_id = m.to_id, wanted_version = i.version, written_version = 0,
        behind_since = now(),
        write_after = case when t.writing_since is null then '-infinity' else t.write_after end
      from jsonb_to_recordset(${JSON.stringify(draft.moves.map(toMoveRow))}::jsonb) as m (from_id bigint, to_id bigint)
      join incident i on i.id = m.to_id
      where t.incident_id = m.from_id
    ),
    held as (${cardsInOrder(ids)}),
    behind as (
      update cards c set wanted_revision = i.revision, priority = i.priority, try_after = least(c.try_after, now()),
        summary_id = case when i.alone then null else c.summary_id end,
        -- What leaves a summary is shown nowhere yet.
        shown_revision = case when i.alone and c.summary_id is not null then 0 else c.shown_revision end,
        alone = c.alone or i.alone,
        behind_since = coalesce(c.behind_since, now()), trace = coalesce(i.trace, ${draft.trace ?? null}::text)
      from changed i, held
      -- A log only where there is something to tell.
      where c.id = held.id and i.id = c.incident_id and (c.part = 'card' or i.has_log)
    ),
    -- Cards before summaries: a delivery that records both takes them in the same order.
    thinned as (
      update summaries s set left_count = s.left_count + 1
      where (select count(*) from held) > 0 and s.id in (
        select h.summary_id from held h join changed i on i.id = h.incident_id where i.alone
      )
    ),
    place as (
      select * from jsonb_to_recordset(${JSON.stringify(toPlaceRows(incidents))}::jsonb)
        as p (incident_id bigint, channel text, conversation text)
    ),
    -- Only what is not there: an insert that meets a row which is just being updated waits for that update, and
    -- a delivery that updates it may be waiting for a card of ours.
    known as (
      insert into conversations (channel, id)
      select distinct channel, conversation from place p
      where not exists (select from conversations v where v.channel = p.channel and v.id = p.conversation)
      on conflict do nothing
    ),
    carded as (
      insert into cards (incident_id, channel, conversation, part, priority, wanted_revision, alone, behind_since, trace)
      select i.id, p.channel, p.conversation, part, i.priority,
        case when part = 'card' or i.has_log then i.revision else 0 end, i.alone,
        case when part = 'card' or i.has_log then coalesce(i.since, now()) end,
        coalesce(i.trace, ${draft.trace ?? null}::text)
      from changed i join place p on p.incident_id = i.id, unnest(array['card', 'log']) as part
      where not exists (
        select from cards c
        where c.incident_id = i.id and c.channel = p.channel and c.conversation = p.conversation
      )
      on conflict do nothing
    ),
    taken as (
      update raw_alerts set taken_at = now()
      where id = any(${draft.taken}::bigint[]) and taken_at is null
      returning id
    )
    -- Division by zero fails the whole statement: somebody else was faster with one of these.
    select 1 / ((select count(*) from changed) = ${ids.length}
      and (select count(*) from shown) = (select count(*) from alert where not is_new)
      and (select count(*) from taken) = ${draft.taken.length})::integer as saved`.execute(db);
}

function toIncidentRow({
  from,
  after,
  priority,
  forSources,
  correlationKey,
  alone,
  since,
  trace,
}: IncidentDraft) {
  return {
    id: after.id,
    was: from,
    version: after.version,
    status: after.status,
    severity: after.severity,
    priority,
    owner_id: after.owner?.id,
    state: after,
    key: correlationKey,
    last_activity_at: after.lastActivityAt,
    opened_at: after.openedAt,
    has_log: after.deedCount > 0,
    for_sources: forSources,
    alone,
    since,
    trace,
  };
}

function toAlertRows({ alerts }: Draft) {
  return [...alerts.values()].map(({ source, sourceId, incidentId, isNew, shown, ...versions }) => ({
    source,
    source_id: sourceId,
    incident_id: incidentId,
    is_new: isNew,
    body: shown?.alert,
    digest: shown?.digest,
    open: shown && shown.alert.handling.status !== 'closed',
    stance: shown?.stance,
    observed_at: shown?.observedAt,
    wanted: versions.wantedVersion,
    written: versions.writtenVersion,
  }));
}

function toMoveRow({ from, to }: Draft['moves'][number]) {
  return { from_id: from, to_id: to };
}

function toPlaceRows(incidents: IncidentDraft[]) {
  return incidents.flatMap(({ after, places }) => {
    const distinct = new Map(places.map((place) => [JSON.stringify(place), place]));
    return [...distinct.values()].map((place) => ({ incident_id: after.id, ...place }));
  });
}

/**
 * SQLSTATE of losing a race: our own division by zero, the same alert or an open incident of the same story stored
 * by somebody else, a deadlock that another writer survived.
 */
const overtaking = ['22012', '23505', '40P01'];

function isOvertaking(error: unknown): boolean {
  return error instanceof Error && 'code' in error && overtaking.includes(String(error.code));
}
