import { type Kysely, sql } from 'kysely';

/** Handovers between shifts, when people were last here, and what was closed with others alike. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`create sequence handover_numbers`,
  sql`
    create table handovers (
      number bigint primary key,
      version integer not null,
      state text not null,
      from_id text not null,
      -- Of an open one whose it is: whoever asks twice goes on with the one that they have.
      open_of text unique,
      to_id text,
      body jsonb not null,
      -- What made it by itself: a shift that ends makes one, however often it is looked at.
      occasion text unique,
      -- When something is to be done about it; null where nothing is.
      next_at timestamptz,
      -- What its messages say is not how it is now: somebody may no longer be told of one of its incidents.
      behind boolean not null default false
    )`,
  sql`create index handovers_due on handovers (next_at) where next_at is not null`,
  sql`create index handovers_behind on handovers (number) where behind`,
  sql`
    create table handover_incidents (
      handover bigint not null references handovers (number) on delete cascade,
      incident_id bigint not null references incidents (id) on delete cascade,
      primary key (handover, incident_id)
    )`,
  sql`create index handover_incidents_of on handover_incidents (incident_id)`,
  sql`
    create table presences (
      person_id text primary key,
      -- The last that they did or looked at.
      seen_at timestamptz not null,
      -- The same before they came back this time; null of whoever is here for the first time.
      left_at timestamptz
    )`,
  // Events come in the order of their times, near enough: a few bytes a megabyte are enough to find the newest.
  sql`create index if not exists incident_events_at on incident_events using brin (at) with (autosummarize = on)`,
  sql`create sequence bulk_numbers`,
  sql`
    create table bulk_closes (
      number bigint primary key,
      version integer not null,
      state text not null,
      by_id text not null,
      body jsonb not null,
      previewed_at timestamptz not null
    )`,
];
