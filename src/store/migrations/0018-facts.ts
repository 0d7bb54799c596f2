import { type Kysely, sql } from 'kysely';

/** What digests count: a row of plain facts an incident, kept in the very transaction that appends its events. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of tables) await statement.execute(db);
  await fill(db);
  for (const statement of triggers) await statement.execute(db);
  // What changed while it was filled in; whoever began before that is done by now, for the trigger waited for them.
  await sql.raw(once(follow(recent))).execute(db);
}

const recent = `(
  select e.* from incident_events e join incidents i on i.id = e.incident_id
  where i.updated_at > now() - interval '15 minutes'
)`;

/** Several statements as one. */
const once = (statements: string) => `do $$ begin ${statements} end $$`;

/** So many incidents a statement takes a second or two; nobody is held up meanwhile. */
const atOnce = 20_000;

/** All history so far. */
async function fill(db: Kysely<never>): Promise<void> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select min(id)::float8 as first, max(id)::float8 as last from incidents`.execute(db);
  const { first, last } = rows[0] ?? { first: null, last: null };
  if (first === null || last === null) return;
  for (let from = first; from <= last; from += atOnce) {
    const these = `(select * from incident_events where incident_id >= ${from} and incident_id < ${from + atOnce})`;
    await sql.raw(once(follow(these))).execute(db);
  }
}

/** What follows from these events, whether they were just appended or are all there are. Idempotent. */
const follow = (events: string) => `
  insert into incident_facts (incident_id, opened_at, severity, product, rule, is_exercise)
  select e.incident_id, e.at, i.severity, e.data #>> '{alert,product}', e.data #>> '{alert,type}',
    e.data #>> '{alert,source}' in ('drill', 'proof')
  from ${events} e join incidents i on i.id = e.incident_id
  where e.type = 'opened'
  on conflict (incident_id) do nothing;

  insert into incident_reopenings (incident_id, version, closed_at, classification, reopened_at)
  select e.incident_id, e.version, before.at, before.classification, e.at
  from ${events} e
  cross join lateral (
    select c.at, c.data #>> '{closing,classification}' as classification from incident_events c
    where c.incident_id = e.incident_id and c.version < e.version and c.type in ('closed', 'merged')
    order by c.version desc limit 1
  ) before
  where e.type = 'reopened'
  on conflict (incident_id, version) do nothing;

  update incident_facts f set
    severity = s.severity,
    acknowledged_at = coalesce(f.acknowledged_at, s.acknowledged_at),
    has_limits = f.has_limits or s.has_limits,
    acknowledge_missed_at = coalesce(f.acknowledge_missed_at, s.acknowledge_missed_at),
    remediate_missed_at = coalesce(f.remediate_missed_at, s.remediate_missed_at),
    closed_at = case when s.turn is null then f.closed_at when s.turn <> 'reopened' then s.closed_at end,
    classification = case when s.turn is null then f.classification when s.turn <> 'reopened' then s.classification end,
    is_merged = f.is_merged or s.is_merged,
    is_silenced = f.is_silenced or s.is_silenced,
    is_restricted = coalesce(s.is_restricted, f.is_restricted)
  from (
    select e.incident_id, i.severity,
      -- Whoever closes what nobody has acknowledged has looked at it, unless it is ourselves.
      min(e.at) filter (where e.type = 'acknowledged' or (e.type = 'closed' and e.actor ->> 'kind' <> 'bot'))
        as acknowledged_at,
      (array_agg(e.type order by e.version desc) filter (where e.type in ('closed', 'merged', 'reopened')))[1] as turn,
      max(e.at) filter (where e.type in ('closed', 'merged')) as closed_at,
      (array_agg(e.data #>> '{closing,classification}' order by e.version desc) filter (where e.type = 'closed'))[1]
        as classification,
      bool_or(e.type = 'escalation-begun') as has_limits,
      min((e.data ->> 'missed')::timestamptz) filter (where e.type = 'escalated' and e.data ->> 'limit' = 'acknowledge')
        as acknowledge_missed_at,
      min((e.data ->> 'missed')::timestamptz) filter (where e.type = 'escalated' and e.data ->> 'limit' = 'remediate')
        as remediate_missed_at,
      bool_or(e.type = 'merged') as is_merged,
      bool_or(e.type = 'silenced') as is_silenced,
      (array_agg(e.type = 'restricted' order by e.version desc)
        filter (where e.type in ('restricted', 'unrestricted')))[1] as is_restricted
    from ${events} e join incidents i on i.id = e.incident_id
    where e.type in ('acknowledged', 'closed', 'merged', 'reopened', 'restricted', 'unrestricted', 'silenced',
      'severity-changed', 'alert-joined', 'escalation-begun', 'escalated')
    group by e.incident_id, i.severity
  ) s
  where f.incident_id = s.incident_id;`;

const tables = [
  sql`
    -- Stays when its incident leaves for an archive: nobody is named here, and last year can still be counted.
    create table incident_facts (
      incident_id bigint primary key,
      opened_at timestamptz not null,
      -- Of the alert that opened it; the severity is the one it has now.
      product text,
      rule text,
      severity text not null,
      -- When somebody first acknowledged it, or closed it without.
      acknowledged_at timestamptz,
      -- Whether anybody was to be called in time, and when which limit was first over.
      has_limits boolean not null default false,
      acknowledge_missed_at timestamptz,
      remediate_missed_at timestamptz,
      -- Of the closing that holds; null while it is open.
      closed_at timestamptz,
      classification text,
      is_merged boolean not null default false,
      is_silenced boolean not null default false,
      is_restricted boolean not null default false,
      is_exercise boolean not null,
      -- A part of another is counted there, an exercise nowhere; whether a restricted one is severe or open, nobody is told.
      counts boolean generated always as (not is_merged and not is_exercise and not is_restricted) stored
    )`,
  sql`create index incident_facts_opened on incident_facts (opened_at) where counts`,
  sql`create index incident_facts_acknowledged on incident_facts (acknowledged_at) where counts`,
  sql`create index incident_facts_rule on incident_facts (rule, opened_at) where counts`,
  ...['acknowledge', 'remediate'].map((limit) =>
    sql.raw(`create index incident_facts_${limit}_missed on incident_facts (${limit}_missed_at)
      where counts and ${limit}_missed_at is not null`),
  ),
  sql`create index incident_facts_restricted on incident_facts (opened_at) where is_restricted`,
  sql`create index incident_facts_closed on incident_facts (closed_at) where counts`,
  sql`
    -- Closings that did not hold.
    create table incident_reopenings (
      incident_id bigint not null,
      -- Of the event that reopened it.
      version integer not null,
      closed_at timestamptz not null,
      classification text,
      reopened_at timestamptz not null,
      primary key (incident_id, version)
    )`,
  sql`create index incident_reopenings_at on incident_reopenings (reopened_at, closed_at)`,
  sql`
    -- Numbers that somebody asked for as a file, until they have it.
    create table stat_files (
      id uuid primary key,
      key text not null,
      channel text not null,
      chat_user text not null,
      audience jsonb not null,
      attempts integer not null default 0,
      try_after timestamptz not null default '-infinity'
    )`,
];

const triggers = [
  sql.raw(`
    create function keep_facts() returns trigger language plpgsql as $$
    begin
      ${follow('appended')}
      return null;
    end $$`),
  // A trigger, because during a rolling upgrade the version before appends events too.
  sql`
    create trigger incident_events_facts after insert on incident_events
    referencing new table as appended for each statement execute function keep_facts()`,
];
