import { type Kysely, sql } from 'kysely';

/** What follows an incident: legal clocks, follow-ups, what others are told, and files that are handed over. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`
    -- When something is next told of a clock that runs; the clock itself is the incident's.
    create table clock_reminders (
      incident_id bigint not null references incidents (id) on delete cascade,
      clock text not null,
      next_at timestamptz not null,
      primary key (incident_id, clock)
    )`,
  sql`create index clock_reminders_due on clock_reminders (next_at)`,
  sql`create sequence follow_up_numbers`,
  sql`
    create table follow_ups (
      number bigint primary key,
      incident_id bigint not null references incidents (id) on delete cascade,
      what text not null,
      owner jsonb not null,
      due_at timestamptz,
      -- Its owner is told then, once; null where nobody is, or has been.
      remind_at timestamptz,
      done_at timestamptz,
      done_by jsonb
    )`,
  sql`create index follow_ups_of on follow_ups (incident_id, number)`,
  sql`create index follow_ups_open on follow_ups (number) where done_at is null`,
  sql`create index follow_ups_due on follow_ups (remind_at) where remind_at is not null`,
  sql`create sequence update_numbers`,
  sql`
    -- What somebody wants others to be told; sent once they have seen it as it will be read.
    create table updates (
      number bigint primary key,
      incident_id bigint not null references incidents (id) on delete cascade,
      audience text not null,
      -- As it was written, and as it was sent: without what that audience is not shown.
      written text not null,
      sent text,
      by jsonb not null,
      at timestamptz not null,
      sent_at timestamptz
    )`,
  sql`create index updates_of on updates (incident_id, number)`,
  sql`
    -- Files about an incident that somebody asked for and has not been handed yet.
    create table papers (
      id uuid primary key,
      incident_id bigint not null references incidents (id) on delete cascade,
      kind text not null,
      channel text not null,
      chat_user text not null,
      person_id text not null,
      -- Null where it goes into the direct chat with whoever asked.
      conversation text,
      thread text,
      audience jsonb not null,
      attempts integer not null default 0,
      try_after timestamptz not null default '-infinity',
      leased_by integer
    )`,
  sql`create index papers_due on papers (try_after)`,
  sql`create index papers_leased on papers (leased_by) where leased_by is not null`,
];
