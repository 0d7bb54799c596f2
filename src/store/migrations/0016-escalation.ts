import { type Kysely, sql } from 'kysely';

/** When somebody looks at an incident's limits next, what a paging service is to know, and what the last audit found. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  // Null where nothing will be due. Of what is open already somebody looks once: its limits begin then.
  sql`alter table incidents add column watch_at timestamptz`,
  sql`update incidents set watch_at = now() where status <> 'closed'`,
  sql`create index incidents_watched on incidents (watch_at) where watch_at is not null`,
  sql`
    -- What a paging service has been told of an incident, and is to be told. What becomes of the incident it is told as well.
    create table pages (
      incident_id bigint primary key references incidents (id) on delete cascade,
      -- Grows with each call; what the service knows of it is told again then.
      calls integer not null default 1,
      told_calls integer not null default 0,
      -- How the incident stood at the last call.
      called_status text not null,
      -- The last that the service took: trigger, acknowledge or resolve; null where nothing yet.
      told text,
      -- What a call says.
      body jsonb not null,
      attempts integer not null default 0,
      failure text,
      try_after timestamptz not null default '-infinity',
      leased_by integer,
      trace text
    )`,
  sql`create index pages_open on pages (try_after) where told is distinct from 'resolve'`,
  sql`create index pages_leased on pages (leased_by) where leased_by is not null`,
  sql`
    -- One row: when it was last looked whether every call that was due was made, and what was not.
    create table escalation_audit (
      id boolean primary key default true check (id),
      at timestamptz,
      findings jsonb not null default '[]'
    )`,
  sql`insert into escalation_audit default values`,
  // What begins, ends or moves an escalation; alerts that join are many and do not.
  sql`
    create index incident_events_moving_limits on incident_events (at)
    where type in ('acknowledged', 'released', 'closed', 'reopened', 'merged', 'escalated', 'reminded')`,
];
