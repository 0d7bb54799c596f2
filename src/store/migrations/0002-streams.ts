import { type Kysely, sql } from 'kysely';

/** Streams: which replica reads which partition, and how far each was stored. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    sql`
      create table stream_partitions (
        -- The stream by its feed: namespace/event hub/consumer group.
        stream text not null,
        partition text not null,
        -- Empty where nobody reads it.
        owner text not null default '',
        -- New with every claim: of two who saw the same one, one wins.
        etag uuid not null default gen_random_uuid(),
        claimed_at timestamptz not null default now(),
        primary key (stream, partition)
      )`,
    sql`
      create table stream_checkpoints (
        stream text not null,
        partition text not null,
        -- Of the last event that is stored. Event Hubs gives offsets as text.
        "offset" text not null,
        sequence_number bigint not null,
        kept_at timestamptz not null default now(),
        primary key (stream, partition)
      )`,
  ];
  for (const statement of statements) await statement.execute(db);
}
