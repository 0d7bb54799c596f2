import { type Kysely, sql } from 'kysely';

/** Raw alerts, incidents with their events, cards, conversations, storms' summaries, watermarks, seen requests. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    sql`
      create table raw_alerts (
        id bigint generated always as identity primary key,
        source text not null,
        -- A push is kept as it came; what several alerts in one came apart into are its parts.
        via text not null check (via in ('poll', 'push', 'part')),
        -- Text, because jsonb refuses a NUL that an attacker may have put into an alert.
        body text not null,
        digest text not null,
        -- Database time before the far side was asked; null for a push, which proves nothing about handling.
        observed_at timestamptz,
        received_at timestamptz not null default now(),
        taken_at timestamptz,
        refused text,
        -- Nobody wants it read any more; kept all the same, so that it is not taken for new.
        dropped_at timestamptz,
        -- W3C traceparent of the request that brought it.
        trace text
      )`,
    // The same payload waits, or stays refused, only once.
    sql`create unique index raw_alerts_once on raw_alerts (source, digest) where taken_at is null or refused is not null`,
    // Senders repeat what they got no answer for: the same bytes are one push for as long as they are kept.
    sql`create unique index raw_alerts_one_push on raw_alerts (source, digest) where via = 'push'`,
    sql`create index raw_alerts_waiting on raw_alerts (id) where taken_at is null`,
    sql`create index raw_alerts_age on raw_alerts (taken_at) where taken_at is not null`,

    sql`create sequence incident_ids start 1001`,
    sql`
      create table incidents (
        id bigint primary key,
        version integer not null,
        -- Counts everything a card shows: events and the fate of write back alike.
        revision integer not null,
        status text not null check (status in ('new', 'active', 'closed')),
        severity text not null,
        priority integer not null,
        owner_id text,
        state jsonb not null,
        correlation_key text,
        last_activity_at timestamptz not null,
        opened_at timestamptz not null,
        updated_at timestamptz not null default now()
      )`,
    sql`
      create unique index incidents_open_key on incidents (correlation_key)
      where status <> 'closed' and correlation_key is not null`,
    sql`create index incidents_open on incidents (priority desc, id) where status <> 'closed'`,
    // By a time that never changes: one that does would have to be indexed anew with every event.
    sql`create index incidents_closed on incidents (opened_at) where status = 'closed'`,

    sql`
      create table incident_events (
        incident_id bigint not null references incidents (id),
        version integer not null,
        at timestamptz not null,
        actor jsonb not null,
        type text not null,
        data jsonb not null,
        hash text not null,
        primary key (incident_id, version)
      )`,
    sql`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' then
          -- What is closed and safe in an archive may go, where a transaction says that this is what it does.
          if current_setting('watchfloor.archiving', true) = 'on'
            and exists (select from incidents where id = old.incident_id and status = 'closed') then
            return old;
          end if;
        end if;
        raise exception 'incident_events is append-only';
      end $$`,
    sql`
      create trigger incident_events_append_only before update or delete on incident_events
      for each row execute function refuse_change()`,
    sql`
      create trigger incident_events_no_truncate before truncate on incident_events
      for each statement execute function refuse_change()`,

    sql`
      create table alerts (
        source text not null,
        source_id text not null,
        incident_id bigint not null references incidents (id),
        -- As the source last showed it; what it says now is compared with this.
        body jsonb not null,
        digest text not null,
        open boolean not null,
        -- What the incident said when the source last held the same.
        stance jsonb not null,
        -- Incident version that the source should hold, and the one that it was made to hold.
        wanted_version integer not null default 0,
        written_version integer not null default 0,
        behind boolean generated always as (written_version < wanted_version) stored,
        -- Set while a write is under way: what the source shows meanwhile may be our own doing.
        writing_since timestamptz,
        -- When the last write ended, well or not.
        written_at timestamptz,
        write_failure text,
        -- What the last write tried to leave there, as a stance: it may have, although it failed or was cut off.
        tried jsonb,
        write_attempts integer not null default 0,
        -- Nothing is written before this: the pause after a failure, or the lease of who writes now; given up
        -- for good at infinity.
        write_after timestamptz not null default '-infinity',
        leased_by integer,
        behind_since timestamptz,
        -- Database time at which the source was asked for what we know; null for a push.
        observed_at timestamptz,
        -- W3C traceparent of the decision that its source does not hold yet.
        trace text,
        primary key (source, source_id)
      )`,
    sql`create index alerts_incident on alerts (incident_id)`,
    sql`create index alerts_behind on alerts (write_after) where behind`,
    sql`create index alerts_failed on alerts (incident_id) where write_failure is not null`,
    sql`create index alerts_contains on alerts using gin ((body -> 'contains')) where source = 'sentinel'`,

    sql`
      create table conversations (
        channel text not null,
        id text not null,
        service_url text,
        -- Nothing is sent before this: the platform's pace, its Retry-After, or the lease of who sends now.
        rest_until timestamptz not null default '-infinity',
        -- The replica that has the lease.
        leased_by integer,
        primary key (channel, id)
      )`,
    sql`create index conversations_leased on conversations (leased_by) where leased_by is not null`,
    sql`
      create table summaries (
        id uuid primary key default gen_random_uuid(),
        channel text not null,
        conversation text not null,
        ref jsonb,
        opened_at timestamptz not null default now(),
        -- When an incident last joined: a storm that has passed is not gone on with.
        joined_at timestamptz not null default now(),
        -- Of its gravest incident: what is graver still gets a card of its own.
        priority integer not null,
        posting_since timestamptz,
        attempts integer not null default 0,
        -- How many times incidents have left it for cards of their own, and how many of those the message shows.
        left_count integer not null default 0,
        shown_left integer not null default 0,
        behind boolean generated always as (shown_left < left_count) stored,
        try_after timestamptz not null default '-infinity',
        foreign key (channel, conversation) references conversations (channel, id)
      )`,
    sql`create index summaries_behind on summaries (channel, conversation) where behind`,
    sql`create index summaries_newest on summaries (channel, conversation, joined_at desc)`,
    sql`
      create table cards (
        id uuid primary key default gen_random_uuid(),
        incident_id bigint not null references incidents (id),
        channel text not null,
        conversation text not null,
        part text not null check (part in ('card', 'log')),
        ref jsonb,
        message_id text,
        -- Of a log: the card in whose thread it is, once that is posted.
        card_ref jsonb,
        -- The incident's, so that the next card is found without looking there.
        priority integer not null,
        -- Revision of the incident that it should show, the one that it shows, the one that could not be shown.
        -- All three stand here so that whether it is behind follows from this row alone: a row of another table
        -- read by an update may be an older one than the update meets here.
        wanted_revision integer not null,
        shown_revision integer not null default 0,
        refused_revision integer not null default 0,
        behind boolean generated always as (greatest(shown_revision, refused_revision) < wanted_revision) stored,
        -- Set before a post and cleared after it: set without a ref means the post is in doubt.
        posting_since timestamptz,
        -- When a message of its own was first there.
        posted_at timestamptz,
        -- In a storm it is a row of this summary instead.
        summary_id uuid references summaries (id),
        -- Somebody deals with it: it has a card of its own in any storm.
        alone boolean not null default false,
        try_after timestamptz not null default '-infinity',
        attempts integer not null default 0,
        failure text,
        behind_since timestamptz,
        -- W3C traceparent of what it does not show yet.
        trace text,
        unique (incident_id, channel, conversation, part),
        foreign key (channel, conversation) references conversations (channel, id)
      )`,
    sql`create index cards_behind on cards (channel, conversation, priority desc, incident_id, part) where behind`,
    sql`create index cards_posted on cards (channel, conversation, posted_at) where posted_at is not null`,
    sql`create index cards_summary on cards (summary_id, priority desc, incident_id) where summary_id is not null`,
    sql`create index cards_message on cards (channel, message_id) where message_id is not null`,

    sql`
      create table feeds (
        source text not null,
        feed text not null,
        watermark text,
        -- One replica polls a feed at a time: the lease, then the pause.
        rest_until timestamptz not null default '-infinity',
        leased_by integer,
        failure text,
        failing_since timestamptz,
        -- That it fails was told to people.
        told boolean not null default false,
        primary key (source, feed)
      )`,
    sql`create table seen_requests (key text primary key, at timestamptz not null default now())`,
    sql`create index seen_requests_age on seen_requests (at)`,
  ];
  for (const statement of statements) await statement.execute(db);
}
