import { type Kysely, sql } from 'kysely';

/** Runs of playbooks, the messages that show them, and whether rules may run any. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`create sequence run_numbers`,
  sql`
    create table runs (
      id uuid primary key,
      number bigint not null unique,
      incident_id bigint not null references incidents (id) on delete cascade,
      version integer not null,
      state text not null,
      body jsonb not null,
      -- Something is changed and could be taken back.
      standing boolean not null,
      -- What is done to whom, minutes aside, while it is done: nobody else does the same, for each would take back the other's.
      holding text unique,
      -- What wanted it, where no person did.
      rule text,
      requested_at timestamptz not null,
      -- When something is to be done about it; null where nothing is.
      next_at timestamptz,
      -- Nobody else goes on with it before that.
      rest_until timestamptz not null default '-infinity',
      leased_by integer,
      trace text
    )`,
  sql`create index runs_of on runs (incident_id, number desc)`,
  sql`create index runs_standing on runs (number) where standing`,
  sql`create index runs_unreviewed on runs (number) 
    where body -> 'breakGlass' is not null and body -> 'breakGlass' -> 'review' is null`,
  sql`create index runs_due on runs (next_at) where next_at is not null`,
  sql`create index runs_leased on runs (leased_by) where leased_by is not null`,
  sql`create index runs_by_rule on runs (rule, requested_at) where rule is not null`,
  sql`
    create table run_messages (
      run_id uuid not null references runs (id) on delete cascade,
      channel text not null,
      -- A conversation, or the direct chat with a user.
      place text not null,
      is_direct boolean not null,
      conversation text,
      -- It stands in the thread of the incident's card there, once there is one.
      in_thread boolean not null,
      -- For somebody's eyes alone: their object id.
      person_id text,
      ref jsonb,
      -- Grows with whatever changes what it says, which the run's own version does not tell of.
      wanted_revision integer not null default 1,
      shown_revision integer not null default 0,
      -- Set while a post is under way: it may have happened.
      posting_since timestamptz,
      attempts integer not null default 0,
      show_after timestamptz not null default '-infinity',
      leased_by integer,
      behind boolean generated always as (wanted_revision > shown_revision) stored,
      primary key (run_id, channel, place)
    )`,
  sql`create index run_messages_behind on run_messages (show_after) where behind`,
  sql`create index run_messages_leased on run_messages (leased_by) where leased_by is not null`,
  sql`
    -- One row: while somebody has stopped it, no rule runs anything.
    create table automation (
      id boolean primary key default true check (id),
      stopped_by jsonb,
      stopped_at timestamptz,
      reason text not null default ''
    )`,
  sql`insert into automation default values`,
  // Rules of the settings have yet to look at it; nobody marks one where there are no rules.
  sql`alter table incidents add column to_rule boolean not null default false`,
  sql`create index incidents_to_rule on incidents (id) where to_rule`,
];
