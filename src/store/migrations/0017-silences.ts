import { type Kysely, sql } from 'kysely';

/** What is kept quiet, what was shown of it before, where it is held in Azure, and incidents that open and close by themselves. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`create sequence silence_numbers`,
  sql`
    create table silences (
      number bigint primary key,
      -- As incidents call it: SIL-7.
      name text not null unique generated always as ('SIL-' || number) stored,
      body jsonb not null,
      begins_at timestamptz not null,
      until_at timestamptz not null,
      -- Somebody ended it before its time.
      ended_at timestamptz,
      ended_by text,
      -- One night of a maintenance window, once over all replicas.
      occasion text unique
    )`,
  sql`create index silences_until on silences (until_at desc) where ended_at is null`,
  sql`
    -- What somebody was shown before they create it; nobody else may.
    create table silence_previews (
      number bigint primary key,
      author text not null,
      body jsonb not null,
      -- Of what it was when it was shown.
      hash text not null,
      expires_at timestamptz not null
    )`,
  sql`
    -- What Azure is to hold of a silence.
    create table silence_rules (
      id uuid primary key,
      number bigint not null references silences (number) on delete cascade,
      rule jsonb not null,
      wanted text not null,
      held text not null default 'nothing',
      behind boolean generated always as (wanted <> held) stored,
      failure text,
      attempts integer not null default 0,
      try_after timestamptz not null default '-infinity',
      leased_by integer
    )`,
  sql`create index silence_rules_of on silence_rules (number)`,
  sql`create index silence_rules_behind on silence_rules (try_after) where behind`,
  sql`create index silence_rules_leased on silence_rules (leased_by) where leased_by is not null`,
  // Of open incidents that are silenced, by what and until when at the latest.
  sql`alter table incidents add column silenced_until timestamptz`,
  sql`alter table incidents add column silenced_by text`,
  sql`create index if not exists incidents_silenced on incidents (silenced_until) where silenced_until is not null`,
  // Its card is edited seldom until then, and says why.
  sql`alter table incidents add column flaps_until timestamptz`,
  sql`create index if not exists incidents_flapping on incidents (flaps_until) where flaps_until is not null`,
  // How many each has hidden.
  sql`create index if not exists incident_events_silenced on incident_events ((data ->> 'silence')) where type = 'silenced'`,
];
