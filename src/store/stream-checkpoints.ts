import type { Checkpoint, CheckpointStore, PartitionOwnership } from '@azure/event-hubs';
import { sql } from 'kysely';
import type { Db } from './database.ts';

/**
 * What the client of Event Hubs remembers of one stream, here in our own database: replicas share its partitions,
 * and each partition goes on behind the last event that was stored. `stream` is `namespace/event hub/consumer group`;
 * the names the client gives are not looked at, for behind a private endpoint they are those of the endpoint.
 */
export function createStreamCheckpoints(db: Db, stream: string): CheckpointStore {
  return {
    async listOwnership(...place) {
      const { rows } = await sql<OwnerRow>`
        select partition, owner, etag, ${ageInMs} as age from stream_partitions
        where stream = ${stream}`.execute(db);
      return rows.map((row) => ({ ...named(place), partitionId: row.partition, ...ownership(row) }));
    },

    async claimOwnership(wanted) {
      const won: PartitionOwnership[] = [];
      for (const claim of wanted) {
        const row = claim.etag ? await renew(db, stream, claim) : await claimNew(db, stream, claim);
        if (row) won.push({ ...claim, ...ownership(row) });
      }
      return won;
    },

    async listCheckpoints(...place) {
      const { rows } = await sql<CheckpointRow>`
        select partition, "offset", sequence_number from stream_checkpoints
        where stream = ${stream}`.execute(db);
      return rows.map(({ partition, offset, sequence_number }) => ({
        ...named(place),
        partitionId: partition,
        offset,
        sequenceNumber: sequence_number,
      }));
    },

    async updateCheckpoint(checkpoint) {
      await keep(db, stream, checkpoint);
    },
  };
}

/** The sole owner of a database takes up again at once what it was reading when it was killed. */
export async function freeStreams(db: Db): Promise<void> {
  await sql`update stream_partitions set owner = '', etag = gen_random_uuid() where owner <> ''`.execute(db);
}

interface OwnerRow {
  partition: string;
  owner: string;
  etag: string;
  age: number;
}

interface CheckpointRow {
  partition: string;
  offset: string;
  sequence_number: number;
}

const ageInMs = sql<number>`(extract(epoch from clock_timestamp() - claimed_at) * 1000)::float8`;

/** Nobody has read this partition yet; of two who come at once, one gets a row. */
async function claimNew(db: Db, stream: string, claim: PartitionOwnership): Promise<OwnerRow | undefined> {
  const { rows } = await sql<OwnerRow>`
    insert into stream_partitions (stream, partition, owner)
    values (${stream}, ${claim.partitionId}, ${claim.ownerId})
    on conflict do nothing
    returning partition, owner, etag, ${ageInMs} as age`.execute(db);
  return rows[0];
}

/** Keeps, takes over or (with no owner) gives up a partition, unless somebody else did so since it was looked at. */
async function renew(db: Db, stream: string, claim: PartitionOwnership): Promise<OwnerRow | undefined> {
  const { rows } = await sql<OwnerRow>`
    update stream_partitions set owner = ${claim.ownerId}, etag = gen_random_uuid(), claimed_at = clock_timestamp()
    where stream = ${stream} and partition = ${claim.partitionId} and etag = ${claim.etag}::uuid
    returning partition, owner, etag, ${ageInMs} as age`.execute(db);
  return rows[0];
}

/**
 * The last one to say so is believed, also where it says less: a replica that just lost the partition makes some
 * events come twice, which changes nothing, and an event hub that was made anew counts from the start.
 */
async function keep(db: Db, stream: string, checkpoint: Checkpoint): Promise<void> {
  await sql`
    insert into stream_checkpoints (stream, partition, "offset", sequence_number)
    values (${stream}, ${checkpoint.partitionId}, ${checkpoint.offset}, ${checkpoint.sequenceNumber})
    on conflict (stream, partition) do update set
      "offset" = excluded."offset", sequence_number = excluded.sequence_number, kept_at = now()`.execute(db);
}

/** The client compares with its own clock; so the age is what the database measures, told in that clock. */
function ownership({ owner, etag, age }: OwnerRow) {
  return { ownerId: owner, etag, lastModifiedTimeInMs: Date.now() - age };
}

function named([fullyQualifiedNamespace, eventHubName, consumerGroup]: Parameters<
  CheckpointStore['listOwnership']
>) {
  return { fullyQualifiedNamespace, eventHubName, consumerGroup };
}
