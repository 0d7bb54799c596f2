import { type Kysely, sql } from 'kysely';

/** What enrichers know of whom and what, how much of their sides' budgets is used, and by what incidents are found again. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  // Whether somebody has yet to look what its subjects are. True of all there are, and of what an older version adds.
  sql`alter table incidents add column to_enrich boolean not null default true`,
  sql`create index incidents_to_enrich on incidents (id) where to_enrich`,
  sql`
    create table incident_keys (
      incident_id bigint not null,
      -- A subject, or a rule: 'account adam@contoso.com', 'rule K8S_PrivilegedContainer'.
      key text not null,
      -- In which order subjects are shown; null of a rule.
      place integer,
      primary key (incident_id, key)
    )`,
  sql`create index incident_keys_by_key on incident_keys (key, incident_id desc)`,
  sql`
    create table enrichments (
      enricher text not null,
      subject_key text not null,
      subject jsonb not null,
      side text not null,
      -- The newest answer, and what of it cards show.
      answer jsonb,
      glance jsonb,
      answered_at timestamptz,
      expires_at timestamptz not null default '-infinity',
      -- Somebody wants an answer that is not here, since then.
      wanted boolean not null,
      wanted_at timestamptz not null default now(),
      priority integer not null default 0,
      -- In which order a side is asked about one incident.
      rank integer not null default 0,
      -- It has waited for longer than anybody should without being told so.
      is_late boolean not null default false,
      attempts integer not null default 0,
      try_after timestamptz not null default '-infinity',
      leased_by integer,
      -- Why the last try failed; null once it was answered.
      failure text,
      primary key (enricher, subject_key)
    )`,
  sql`
    create index enrichments_wanted on enrichments (side, priority desc, wanted_at, rank)
    where wanted and leased_by is null`,
  sql`create index enrichments_of on enrichments (subject_key)`,
  sql`create index enrichments_late on enrichments (wanted_at) where wanted and not is_late`,
  sql`create index enrichments_leased on enrichments (leased_by) where leased_by is not null`,
  sql`
    create table enrichment_news (
      -- Of whom more is known than its cards show and its priority counts.
      incident_id bigint primary key,
      since timestamptz not null default now(),
      -- What is told while somebody looks changes it.
      etag uuid not null default gen_random_uuid()
    )`,
  sql`
    create table side_budgets (
      side text primary key,
      -- The side asked to be left alone until then.
      rest_until timestamptz not null default '-infinity',
      minute timestamptz not null default '-infinity',
      minute_calls integer not null default 0,
      day timestamptz not null default '-infinity',
      day_calls integer not null default 0
    )`,
];
