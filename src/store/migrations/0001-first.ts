import { type Kysely, sql } from 'kysely';

/** Raw alerts, incidents with their events, cards, conversations, watermarks, seen requests. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    sql`
      create table raw_alerts (
        id bigint generated always as identity primary key,
        source text not null,
        via text not null check (via in ('poll', 'push')),
        -- Text, because jsonb refuses a NUL that an attacker may have put into an alert.
        body text not null,
        digest text not null,
        -- Database time before the far side was asked; null for a push, which proves nothing about handling.
        observed_at timestamptz,
        received_at timestamptz not null default now(),
        taken_at timestamptz,
        refused text
      )`,
    // The same payload waits, or stays refused, only once.
    sql`create unique index raw_alerts_once on raw_alerts (source, digest) where taken_at is null or refused is not null`,
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
        primary key (source, source_id)
      )`,
    sql`create index alerts_incident on alerts (incident_id)`,
    sql`create index alerts_behind on alerts (incident_id) where behind`,
    sql`create index alerts_contains on alerts using gin ((body -> 'contains')) where source = 'sentinel'`,

    sql`
      create table conversations (
        channel text not null,
        id text not null,
        service_url text,
        -- Nothing is sent before this: the platform's pace, its Retry-After, or the lease of who sends now.
        rest_until timestamptz not null default '-infinity',
        primary key (channel, id)
      )`,
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
        try_after timestamptz not null default '-infinity',
        attempts integer not null default 0,
        failure text,
        unique (incident_id, channel, conversation, part),
        foreign key (channel, conversation) references conversations (channel, id)
      )`,
    sql`create index cards_behind on cards (channel, conversation) where behind`,
    sql`create index cards_message on cards (channel, message_id) where message_id is not null`,

    sql`
      create table feeds (
        source text not null,
        feed text not null,
        watermark text,
        -- One replica polls a feed at a time: the lease, then the pause.
        rest_until timestamptz not null default '-infinity',
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
