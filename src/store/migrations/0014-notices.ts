import { type Kysely, sql } from 'kysely';

/** What is said unasked, where it is shown, whom it interrupted; and what is to be done again and again. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`
    create table notices (
      id uuid primary key default gen_random_uuid(),
      -- What it is about: the same is never said twice.
      key text not null unique,
      kind text not null,
      incident_id bigint references incidents (id) on delete cascade,
      -- Object ids of those who are mentioned.
      calls jsonb not null default '[]',
      interrupts boolean not null,
      page jsonb not null,
      at timestamptz not null,
      trace text
    )`,
  sql`create index notices_of on notices (incident_id) where incident_id is not null`,
  sql`create index notices_at on notices (at)`,
  sql`
    create table notice_messages (
      -- Also the mark by which a post in doubt is looked for.
      id uuid primary key default gen_random_uuid(),
      notice_id uuid not null references notices (id) on delete cascade,
      -- Of one person unknown until it is known where they can be reached.
      channel text,
      place text,
      -- Whose direct chat it is: their object id.
      person_id text,
      -- It stands in the thread of the incident's card there, once there is one.
      in_thread boolean not null default false,
      conversation text,
      ref jsonb,
      wanted_revision integer not null default 1,
      shown_revision integer not null default 0,
      -- Set while a post is under way: it may have happened.
      posting_since timestamptz,
      -- By the product's clock, when it was first shown.
      sent_at timestamptz,
      -- Chats that did not let us in.
      passed jsonb not null default '[]',
      failure text,
      attempts integer not null default 0,
      show_after timestamptz not null default '-infinity',
      leased_by integer,
      behind boolean generated always as (wanted_revision > shown_revision) stored,
      unique nulls not distinct (notice_id, channel, place, person_id)
    )`,
  sql`create index notice_messages_behind on notice_messages (show_after) where behind`,
  sql`create index notice_messages_leased on notice_messages (leased_by) where leased_by is not null`,
  sql`
    create view interruptions as
      select n.kind, n.incident_id, m.person_id, m.sent_at as at
      from notices n join notice_messages m on m.notice_id = n.id
      where n.interrupts and m.person_id is not null and m.sent_at is not null
      union all
      -- Whoever is mentioned in several rooms is interrupted once.
      select n.kind, n.incident_id, called.person_id, min(m.sent_at) as at
      from notices n
        join notice_messages m on m.notice_id = n.id
        cross join lateral jsonb_array_elements_text(n.calls) as called (person_id)
      where n.interrupts and m.person_id is null and m.sent_at is not null
      group by n.id, n.kind, n.incident_id, called.person_id`,
  sql`
    create table duties (
      name text primary key,
      -- How its times are told, so that a changed schedule begins anew.
      schedule text not null,
      next_at timestamptz not null,
      done_at timestamptz,
      attempts integer not null default 0,
      failure text,
      try_after timestamptz not null default '-infinity',
      leased_by integer
    )`,
  sql`create index duties_leased on duties (leased_by) where leased_by is not null`,
];
