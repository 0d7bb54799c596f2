import { type Kysely, sql } from 'kysely';

/** What is made up, to practise and to prove that alerts arrive; and what was found to be missing before it is needed. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  // Made up: counts in no number that people are measured by.
  sql`alter table incidents add column exercise boolean not null default false`,
  sql`
    create table drills (
      number integer generated always as identity primary key,
      -- What began it, where that may be asked for twice: a game day and its time.
      asked text unique,
      body jsonb not null,
      started_at timestamptz not null,
      playing boolean not null default true,
      -- Alerts of the scenario that were played.
      played integer not null default 0,
      -- Somebody wants it to be over.
      stop_by text,
      -- Why it is over: done, time or stopped.
      ended text,
      ended_at timestamptz,
      -- When something is to be done about it.
      next_at timestamptz,
      try_after timestamptz not null default '-infinity',
      leased_by integer
    )`,
  // Two at a time would measure neither.
  sql`create unique index drills_one on drills (playing) where playing`,
  sql`create index drills_leased on drills (leased_by) where leased_by is not null`,
  sql`
    -- Somebody asked what is known about an incident that is made up; of real ones nobody counts that.
    create table drill_looks (
      incident_id bigint not null references incidents (id) on delete cascade,
      person_id text not null,
      person text not null,
      at timestamptz not null,
      primary key (incident_id, person_id)
    )`,
  sql`
    create table drill_results (
      drill integer not null references drills (number) on delete cascade,
      place integer not null,
      step text not null,
      label text not null,
      goal_seconds integer not null,
      took_seconds integer,
      outcome text not null,
      note text not null,
      primary key (drill, place)
    )`,
  sql`
    create table proofs (
      number integer generated always as identity primary key,
      -- The time for which it was due: one of each.
      due_at timestamptz not null unique,
      rooms jsonb not null,
      -- Steps that are done, with the time of each.
      steps jsonb not null,
      running boolean not null default true,
      -- The step that did not come in time.
      missing text,
      next_at timestamptz,
      try_after timestamptz not null default '-infinity',
      leased_by integer
    )`,
  sql`create index proofs_running on proofs (next_at) where running`,
  sql`create index proofs_leased on proofs (leased_by) where leased_by is not null`,
  sql`
    create table reconciliations (
      -- The time for which it was due.
      at timestamptz primary key,
      result jsonb not null
    )`,
  sql`
    -- What was found missing in Azure, until it is mended.
    create table shortcomings (
      what text not null,
      -- Of a contact its subscription.
      target text not null,
      text text not null,
      since timestamptz not null,
      seen_at timestamptz not null,
      mended_at timestamptz,
      primary key (what, target)
    )`,
];
