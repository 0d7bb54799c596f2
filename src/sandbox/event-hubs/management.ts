import rhea from 'rhea';
import type { Partition } from './partition.ts';

export interface Hub {
  name: string;
  createdAt: Date;
  partitions: Map<string, Partition>;
}

export type Answer = { status: 200; body: object } | { status: 400 | 404; description: string };

const { types } = rhea;

/** What `$management` tells of an event hub or of one of its partitions. */
export function describeHub(hub: Hub, asked: Record<string, unknown>): Answer {
  if (asked.operation !== 'READ') {
    return { status: 400, description: `The operation '${asked.operation}' is not known.` };
  }
  if (String(asked.name).toLowerCase() !== hub.name.toLowerCase()) {
    return { status: 404, description: `The messaging entity '${asked.name}' could not be found.` };
  }
  switch (asked.type) {
    case 'com.microsoft:eventhub':
      return { status: 200, body: describeAll(hub) };
    case 'com.microsoft:partition': {
      const partition = hub.partitions.get(String(asked.partition));
      if (partition) return { status: 200, body: describePartition(hub, partition) };
      return { status: 404, description: `The partition '${asked.partition}' could not be found.` };
    }
    default:
      return { status: 400, description: `The type '${asked.type}' is not known.` };
  }
}

function describeAll({ name, createdAt, partitions }: Hub): object {
  return {
    type: 'com.microsoft:eventhub',
    name,
    created_at: types.wrap_timestamp(createdAt.getTime()),
    partition_count: types.wrap_int(partitions.size),
    partition_ids: types.wrap_array([...partitions.keys()], 0xa1, undefined),
    georeplication_factor: types.wrap_int(1),
  };
}

function describePartition({ name }: Hub, partition: Partition): object {
  const { last, length, lastSequenceNumber } = partition;
  return {
    type: 'com.microsoft:partition',
    name,
    partition: partition.id,
    begin_sequence_number: types.wrap_long(lastSequenceNumber - length + 1),
    last_enqueued_sequence_number: types.wrap_long(lastSequenceNumber),
    last_enqueued_offset: last?.offset ?? '-1',
    last_enqueued_time_utc: types.wrap_timestamp(last?.enqueuedAt.getTime() ?? 0),
    is_partition_empty: length === 0,
  };
}
