import { type Kysely, sql } from 'kysely';

/** "Was this you?": whom to ask, where it was asked, and until when. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    sql`
      create table questions (
        id uuid primary key,
        incident_id bigint not null references incidents (id) on delete cascade,
        question jsonb not null,
        asked_by text not null,
        due_at timestamptz not null,
        -- Answered, given up, or needed no more; set by the statement that stores the event.
        settled_at timestamptz,
        -- Where it was asked; null until then.
        channel text,
        conversation text,
        ref jsonb,
        -- Set while a post is under way: it may have happened.
        posting_since timestamptz,
        -- The message shows how it ended.
        ended boolean not null default false,
        behind boolean generated always as (case
          when settled_at is null then ref is null
          else not ended and (ref is not null or posting_since is not null) end) stored,
        -- Places in which the person cannot be reached.
        passed jsonb not null default '[]',
        attempts integer not null default 0,
        -- The pause after a failure, or the lease of who is at it now.
        try_after timestamptz not null default '-infinity',
        leased_by integer,
        -- W3C traceparent of whoever asked.
        trace text
      )`,
    sql`create index questions_incident on questions (incident_id)`,
    sql`create index questions_behind on questions (try_after) where behind`,
    sql`create index questions_open on questions (due_at) where settled_at is null`,
    sql`create index questions_in on questions (channel, conversation) where settled_at is null`,
    // What was stored before there were questions.
    sql`update incidents set state = state || '{"inquiries": []}' where not state ? 'inquiries'`,
    // And what a replica of the version before opens while another is upgraded already.
    sql`
      create function fill_inquiries() returns trigger language plpgsql as $$
      begin
        new.state := new.state || '{"inquiries": []}';
        return new;
      end $$`,
    sql`
      create trigger incidents_have_inquiries before insert on incidents
      for each row when (not new.state ? 'inquiries') execute function fill_inquiries()`,
  ];
  for (const statement of statements) await statement.execute(db);
}
