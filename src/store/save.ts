import { type RawBuilder, sql } from 'kysely';
import { isExercise } from '../incident/exercise.ts';
import type { IncidentEvent } from '../incident/incident.ts';
import { watchAt } from '../incident/limits-ahead.ts';
import { cardsInOrder } from './card-order.ts';
import { movesClocks, wakeForClocks } from './clock-reminders.ts';
import type { Db, Trx } from './database.ts';
import type { Draft, IncidentDraft } from './draft.ts';
import { retellNotices } from './notices.ts';
import { tellAnew } from './our-incidents.ts';
import { retellHandovers } from './retell-handovers.ts';
import { retellRuns } from './run-messages.ts';

/** Somebody else changed what the draft rests on since it was read; read it again and decide anew. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * Saves a draft: incidents, events, alerts, what is to be shown, what is to be written, what was taken in; in one
 * statement that has only the parts which the draft needs. Throws `Overtaken` where an incident moved on, a raw alert
 * was taken, or somebody stored or moved the same alert.
 *
 * `soon` does not wait for the disk: for what would be done again from rows that are durable, should the machine fail
 * within the next moments. Whatever is committed after it is durable only together with it.
 */
export async function save(db: Db | Trx, draft: Draft, commit: 'now' | 'soon' = 'now'): Promise<void> {
  const parts = [
    ...incidentParts(draft),
    ...alertParts(draft),
    ...cardParts(draft),
    ...questionParts(draft),
    ...clockParts(draft),
    ...toldParts(draft),
    ...retoldParts(draft),
    ...takenParts(draft),
  ];
  if (parts.length === 0) return;
  const holds = [sql`true`, ...parts.flatMap((part) => part.holds ?? [])];
  try {
    // Division by zero fails the whole statement: somebody else was faster with one of these.
    await sql`
      with ${sql.join(
        parts.map((part) => part.as),
        sql`, `,
      )}
      select 1 / (${sql.join(holds, sql` and `)})::integer as saved
        ${commit === 'soon' ? sql`, set_config('synchronous_commit', 'off', true)` : sql``}`.execute(db);
  } catch (error) {
    throw isOvertaking(error) ? new Overtaken('Somebody else was faster.', { cause: error }) : error;
  }
}

/** A named part of the statement, and what must be true of it in the end. */
interface Part {
  as: RawBuilder<unknown>;
  holds?: RawBuilder<unknown>;
}

function incidentParts({ incidents }: Draft): Part[] {
  const all = [...incidents.values()];
  if (all.length === 0) return [];
  const hasNew = all.some(({ from }) => from === 0);
  const hasKnown = all.some(({ from }) => from > 0);
  const stored = [
    ...(hasNew ? [sql`select id, revision from opened`] : []),
    ...(hasKnown ? [sql`select id, revision from evolved`] : []),
  ];
  return [
    {
      as: sql`incident as (
        select * from jsonb_to_recordset(${JSON.stringify(all.map(toIncidentRow))}::jsonb) as i (
          id bigint, was integer, version integer, status text, severity text, priority integer, owner_id text,
          state jsonb, key text, last_activity_at timestamptz, opened_at timestamptz, has_log boolean,
          for_sources integer, alone boolean, since timestamptz, trace text, to_enrich boolean,
          to_rule boolean, exercise boolean, watch_at timestamptz, silenced_until timestamptz, silenced_by text,
          flaps_until timestamptz, edit_after integer)
      )`,
    },
    ...(hasNew ? [opened] : []),
    ...(hasKnown ? [evolved] : []),
    {
      as: sql`changed as (
        select i.*, r.revision from incident i join (${sql.join(stored, sql` union all `)}) r on r.id = i.id
      )`,
      holds: sql`(select count(*) from changed) = ${all.length}::bigint`,
    },
    {
      as: sql`told as (
        insert into incident_events (incident_id, version, at, actor, type, data, hash)
        select e.* from jsonb_to_recordset(${JSON.stringify(all.flatMap(({ events }) => events))}::jsonb)
          as e (incident_id bigint, version integer, at timestamptz, actor jsonb, type text, data jsonb, hash text)
      )`,
    },
  ];
}

const opened: Part = {
  as: sql`opened as (
    insert into incidents (id, version, revision, status, severity, priority, owner_id, state, correlation_key,
      last_activity_at, opened_at, to_rule, exercise, watch_at, silenced_until, silenced_by)
    select id, version, 1, status, severity, priority, owner_id, state, key, last_activity_at, opened_at, to_rule,
      exercise, watch_at, silenced_until, silenced_by
    from incident where was = 0
    returning id, revision
  )`,
};

const evolved: Part = {
  as: sql`evolved as (
    update incidents t set version = i.version, revision = t.revision + 1, status = i.status,
      severity = i.severity, priority = i.priority, owner_id = i.owner_id, state = i.state,
      last_activity_at = i.last_activity_at, updated_at = now(), to_enrich = t.to_enrich or i.to_enrich,
      to_rule = t.to_rule or i.to_rule, watch_at = i.watch_at, silenced_until = i.silenced_until, silenced_by = i.silenced_by,
      flaps_until = i.flaps_until,
      -- A closed incident tells no story that an alert could join; reopened, it must not clash with a newer one.
      correlation_key = case when i.status = 'closed' then null else t.correlation_key end
    from incident i
    where i.was > 0 and t.id = i.id and t.version = i.was
    returning t.id, t.revision
  )`,
};

function alertParts(draft: Draft): Part[] {
  const trace = sql`${draft.trace ?? null}::text`;
  const alerts = [...draft.alerts.values()];
  const hasNew = alerts.some(({ isNew }) => isNew);
  const known = alerts.filter(({ isNew }) => !isNew).length;
  const forSources = [...draft.incidents.values()].some(
    ({ from, forSources: version }) => from > 0 && version,
  );
  const parts: Part[] = [];
  if (alerts.length > 0 || forSources) {
    parts.push({
      as: sql`alert as (
        select * from jsonb_to_recordset(${JSON.stringify(toAlertRows(draft))}::jsonb) as a (
          source text, source_id text, incident_id bigint, is_new boolean, body jsonb, digest text, open boolean,
          stance jsonb, observed_at timestamptz, wanted integer, written integer)
      )`,
    });
  }
  if (hasNew) {
    parts.push({
      as: sql`admitted as (
        insert into alerts (source, source_id, incident_id, body, digest, open, stance, observed_at, wanted_version,
          behind_since, trace)
        select source, source_id, incident_id, body, digest, open, stance, observed_at, coalesce(wanted, 0),
          case when wanted > 0 then now() end, case when wanted > 0 then ${trace} end
        from alert where is_new
      )`,
    });
  }
  if (known > 0) parts.push(shown(trace, known));
  if (forSources) parts.push(wanted(trace));
  if (draft.moves.length > 0) parts.push(moved(draft), movedRuns(draft), movedFollowUps(draft));
  return parts;
}

const shown = (trace: RawBuilder<unknown>, count: number): Part => ({
  as: sql`shown as (
    update alerts t set
      body = coalesce(a.body, t.body), digest = coalesce(a.digest, t.digest), open = coalesce(a.open, t.open),
      stance = coalesce(a.stance, t.stance), observed_at = coalesce(a.observed_at, t.observed_at),
      wanted_version = coalesce(a.wanted, t.wanted_version),
      written_version = coalesce(a.written, t.written_version),
      -- Written: the lease ends, and what was decided meanwhile may be written at once.
      writing_since = case when a.written is null then t.writing_since end,
      written_at = case when a.written is null then t.written_at else now() end,
      write_failure = case when a.written is null then t.write_failure end,
      tried = case when a.written is null then t.tried end,
      write_attempts = case when a.written is null then t.write_attempts else 0 end,
      leased_by = case when a.written is null then t.leased_by end,
      write_after = case
        when a.written is not null then '-infinity'
        when a.wanted is not null and t.writing_since is null then '-infinity'
        else t.write_after end,
      behind_since = case when coalesce(a.written, t.written_version) < coalesce(a.wanted, t.wanted_version)
        then coalesce(t.behind_since, now()) end,
      trace = case when a.wanted is null then t.trace else ${trace} end
    from alert a
    where not a.is_new and t.source = a.source and t.source_id = a.source_id and t.incident_id = a.incident_id
    returning t.source_id
  )`,
  holds: sql`(select count(*) from shown) = ${count}::bigint`,
});

const wanted = (trace: RawBuilder<unknown>): Part => ({
  as: sql`wanted as (
    update alerts t set wanted_version = i.for_sources, behind_since = coalesce(t.behind_since, now()),
      write_after = case when t.writing_since is null then '-infinity' else t.write_after end,
      write_attempts = 0, trace = ${trace}
    from incident i
    where t.incident_id = i.id and i.for_sources is not null and not exists (
      select from alert a where a.source = t.source and a.source_id = t.source_id
    )
  )`,
});

const moved = ({ moves }: Draft): Part => ({
  as: sql`moved as (
    -- What their sources hold was said by the other incident.
    update alerts t set incident_id = m.to_id, wanted_version = i.version, written_version = 0,
      behind_since = now(),
      write_after = case when t.writing_since is null then '-infinity' else t.write_after end
    from jsonb_to_recordset(${JSON.stringify(moves.map(toMoveRow))}::jsonb) as m (from_id bigint, to_id bigint)
    join incident i on i.id = m.to_id
    where t.incident_id = m.from_id
  )`,
});

const movedRuns = ({ moves }: Draft): Part => ({
  as: sql`moved_runs as (
    update runs r set incident_id = m.to_id
    from jsonb_to_recordset(${JSON.stringify(moves.map(toMoveRow))}::jsonb) as m (from_id bigint, to_id bigint)
    where r.incident_id = m.from_id
  )`,
});

const movedFollowUps = ({ moves }: Draft): Part => ({
  as: sql`moved_follow_ups as (
    update follow_ups f set incident_id = m.to_id
    from jsonb_to_recordset(${JSON.stringify(moves.map(toMoveRow))}::jsonb) as m (from_id bigint, to_id bigint)
    where f.incident_id = m.from_id
  )`,
});

function cardParts(draft: Draft): Part[] {
  const trace = sql`coalesce(i.trace, ${draft.trace ?? null}::text)`;
  const incidents = [...draft.incidents.values()];
  // What is new is shown nowhere yet.
  const known = incidents
    .filter(({ from, byItself, keptQuiet }) => from > 0 && !(byItself && keptQuiet))
    .map(({ after }) => after.id);
  const places = toPlaceRows(incidents);
  return [
    ...(known.length > 0 ? behind(trace, known) : []),
    ...(incidents.some(({ from, alone }) => from > 0 && alone) ? [thinned] : []),
    ...(places.length > 0 ? carded(trace, places) : []),
  ];
}

const behind = (trace: RawBuilder<unknown>, ids: number[]): Part[] => [
  { as: sql`held as (${cardsInOrder(ids)})` },
  {
    as: sql`behind as (
      update cards c set wanted_revision = i.revision, priority = i.priority,
        -- One that opens and closes by itself is edited now and then; what waits already goes on waiting.
        try_after = case when i.edit_after is null then least(c.try_after, now())
          when c.behind then c.try_after else now() + make_interval(secs => i.edit_after) end,
        summary_id = case when i.alone then null else c.summary_id end,
        -- What leaves a summary is shown nowhere yet.
        shown_revision = case when i.alone and c.summary_id is not null then 0 else c.shown_revision end,
        alone = c.alone or i.alone, behind_since = coalesce(c.behind_since, now()), trace = ${trace}
      from changed i, held
      -- A log only where there is something to tell.
      where c.id = held.id and i.id = c.incident_id and (c.part = 'card' or i.has_log)
    )`,
  },
];

/** Cards before summaries: a delivery that records both takes them in the same order. */
const thinned: Part = {
  as: sql`thinned as (
    update summaries s set left_count = s.left_count + 1
    where (select count(*) from held) > 0 and s.id in (
      select h.summary_id from held h join changed i on i.id = h.incident_id where i.alone
    )
  )`,
};

const carded = (trace: RawBuilder<unknown>, places: object[]): Part[] => [
  {
    as: sql`place as (
      select * from jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
        as p (incident_id bigint, channel text, conversation text)
    )`,
  },
  {
    // Only what is not there: an insert that meets a row which is just being updated waits for that update, and a
    // delivery that updates it may be waiting for a card of ours.
    as: sql`known as (
      insert into conversations (channel, id)
      select distinct channel, conversation from place p
      where not exists (select from conversations v where v.channel = p.channel and v.id = p.conversation)
      on conflict do nothing
    )`,
  },
  {
    as: sql`carded as (
      insert into cards (incident_id, channel, conversation, part, priority, wanted_revision, alone, behind_since, trace)
      select i.id, p.channel, p.conversation, part, i.priority,
        case when part = 'card' or i.has_log then i.revision else 0 end, i.alone,
        case when part = 'card' or i.has_log then coalesce(i.since, now()) end, ${trace}
      from changed i join place p on p.incident_id = i.id, unnest(array['card', 'log']) as part
      where not exists (
        select from cards c
        where c.incident_id = i.id and c.channel = p.channel and c.conversation = p.conversation
      )
      on conflict do nothing
    )`,
  },
];

function questionParts(draft: Draft): Part[] {
  const incidents = [...draft.incidents.values()];
  const rows = incidents.flatMap(({ after, asked, trace }) =>
    asked.map(({ question, askedBy }) => ({
      id: question.id,
      incident_id: after.id,
      question,
      asked_by: askedBy,
      due_at: question.dueAt,
      trace: trace ?? draft.trace,
    })),
  );
  const settled = incidents.flatMap((incident) => incident.settled);
  return [
    ...(rows.length > 0
      ? [
          {
            as: sql`asked as (
              insert into questions (id, incident_id, question, asked_by, due_at, trace)
              select id, incident_id, question, asked_by, due_at, trace
              from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as q (
                id uuid, incident_id bigint, question jsonb, asked_by text, due_at timestamptz, trace text)
            )`,
          },
        ]
      : []),
    ...(settled.length > 0
      ? [
          {
            // Shown as settled at once, unless somebody is at it just now.
            as: sql`settled as (
              update questions set settled_at = now(), attempts = 0,
                try_after = case when leased_by is null then '-infinity' else try_after end
              where id = any(${settled}::uuid[]) and settled_at is null
            )`,
          },
        ]
      : []),
  ];
}

/** When people are told of legal clocks follows from how these run. */
function clockParts({ incidents }: Draft): Part[] {
  const moved = [...incidents.values()].filter(({ events }) => events.some(({ type }) => movesClocks(type)));
  const withClocks = moved.flatMap(({ after }) => (after.clocks ? [after] : []));
  const at = withClocks[0]?.lastChange?.at;
  return at ? wakeForClocks(withClocks, at).map((as) => ({ as })) : [];
}

/** What enrichers have told others of these incidents. */
function toldParts(draft: Draft): Part[] {
  const hidden = idsAfter(draft, 'restricted');
  const ended = idsAfter(draft, 'closed', 'merged');
  if (hidden.length + ended.length === 0) return [];
  return [{ as: sql`told_anew as (${tellAnew({ hidden, ended })})` }];
}

/** What notices and messages of runs and handovers tell is for others now. */
function retoldParts(draft: Draft): Part[] {
  const ids = idsAfter(draft, 'restricted', 'unrestricted');
  if (ids.length === 0) return [];
  return [
    { as: sql`retold as (${retellRuns(ids)})` },
    { as: sql`retold_notices as (${retellNotices(ids)})` },
    { as: sql`retold_handovers as (${retellHandovers(ids)})` },
  ];
}

function idsAfter({ incidents }: Draft, ...types: IncidentEvent['type'][]): number[] {
  return [...incidents.values()]
    .filter(({ from, events }) => from > 0 && events.some(({ type }) => types.includes(type)))
    .map(({ after }) => after.id);
}

function takenParts({ taken }: Draft): Part[] {
  if (taken.length === 0) return [];
  return [
    {
      as: sql`taken as (
        update raw_alerts set taken_at = now()
        where id = any(${taken}::bigint[]) and taken_at is null
        returning id
      )`,
      holds: sql`(select count(*) from taken) = ${taken.length}::bigint`,
    },
  ];
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
  newAlerts,
  toRule,
  byItself,
  flaps,
}: IncidentDraft) {
  const silenced = after.status === 'closed' ? undefined : after.silenced;
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
    exercise: isExercise(after),
    last_activity_at: after.lastActivityAt,
    opened_at: after.openedAt,
    has_log: after.deedCount > 0,
    for_sources: forSources,
    alone,
    since,
    trace,
    to_enrich: newAlerts,
    to_rule: toRule,
    watch_at: watchAt(after),
    silenced_until: silenced?.until,
    silenced_by: silenced?.silence,
    flaps_until: flaps?.until,
    edit_after: byItself ? flaps?.editSeconds : undefined,
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
