import { type Kysely, sql } from 'kysely';

/** What was asked of the logs, from its place in line to its answer; what was pinned as evidence; who has to rest. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    sql`
      create table queries (
        id uuid primary key,
        asked_at timestamptz not null default now(),
        person jsonb not null,
        person_id text not null,
        -- What they needed a permission for.
        deed text not null,
        channel text not null,
        chat_user text not null,
        -- Where the answer goes; a conversation of null is the direct chat, which is not known before the first post.
        is_direct boolean not null,
        conversation text,
        thread text,
        -- Who reads it there, where the settings do not list the room.
        audience jsonb not null,
        incident_id bigint references incidents (id) on delete cascade,
        plan jsonb not null,
        -- What the guard let through, one for each part that is asked.
        parts jsonb not null,
        tables jsonb not null,
        -- The parts that are not asked, and why, in words.
        left_out jsonb not null default '[]',

        state text not null,
        -- In whose name Azure is asked: bot, or the person's object id.
        identity text not null,
        attempts integer not null default 0,
        -- The lease of who runs it now.
        run_until timestamptz not null default '-infinity',
        run_by integer,
        cancel_wanted boolean not null default false,
        started_at timestamptz,
        ended_at timestamptz,
        -- Gzip of JSON, one answer for each part that has come so far.
        result bytea,
        row_count integer,
        fault jsonb,
        pinned boolean not null default false,

        -- Which page, table or chart.
        face jsonb not null default '{}',
        revision integer not null default 1,
        shown_revision integer not null default 0,
        shown_at timestamptz,
        ref jsonb,
        -- Set while a post is under way: it may have happened.
        posting_since timestamptz,
        -- The pause after a failure, or the lease of who shows it now.
        show_after timestamptz not null default '-infinity',
        show_by integer,
        show_attempts integer not null default 0,
        behind boolean generated always as (revision > shown_revision or state in ('waiting', 'running')) stored,
        -- W3C traceparent of whoever asked.
        trace text
      )`,
    sql`create index queries_behind on queries (show_after) where behind`,
    sql`create index queries_to_run on queries (identity, person_id, asked_at) where state in ('waiting', 'running')`,
    sql`create index queries_incident on queries (incident_id) where incident_id is not null`,
    sql`create index queries_old on queries (asked_at) where not pinned`,
    sql`
      -- Azure has said to wait: nobody asks in this name until then.
      create table query_rests (identity text primary key, rest_until timestamptz not null)`,
    sql`
      create table query_files (
        id uuid primary key,
        query_id uuid not null references queries (id) on delete cascade,
        channel text not null,
        chat_user text not null,
        person_id text not null,
        is_direct boolean not null,
        conversation text,
        thread text,
        audience jsonb not null,
        attempts integer not null default 0,
        try_after timestamptz not null default '-infinity',
        leased_by integer
      )`,
    sql`create index query_files_query on query_files (query_id)`,

    sql`
      create table query_evidence (
        id uuid primary key,
        -- Without a cascade: it leaves for an archive together with its incident, or not at all.
        incident_id bigint not null references incidents (id),
        at timestamptz not null,
        title text not null,
        query text not null,
        span jsonb not null,
        scope jsonb not null,
        tables jsonb not null,
        ran_by jsonb not null,
        ran_at timestamptz not null,
        pinned_by jsonb not null,
        row_count integer not null,
        -- SHA-256, hexadecimal, of the JSON in copy.
        sha256 text not null,
        -- Gzip of JSON: all of the above, columns and rows.
        copy bytea not null
      )`,
    sql`create index query_evidence_incident on query_evidence (incident_id, at)`,
    sql`
      create function refuse_evidence_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' then
          if current_setting('watchfloor.archiving', true) = 'on' and exists (
            select from incidents where id = old.incident_id and status = 'closed' and state ->> 'hold' is null
          ) then
            return old;
          end if;
        end if;
        raise exception 'query_evidence is append-only';
      end $$`,
    sql`
      create trigger query_evidence_append_only before update or delete on query_evidence
      for each row execute function refuse_evidence_change()`,
    sql`
      create trigger query_evidence_no_truncate before truncate on query_evidence
      for each statement execute function refuse_evidence_change()`,
  ];
  for (const statement of statements) await statement.execute(db);
}
