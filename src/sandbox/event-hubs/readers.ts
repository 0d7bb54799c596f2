import rhea, { type Sender } from 'rhea';
import { BadPosition, type LoggedEvent, type Partition } from './partition.ts';

interface Reader {
  link: Sender;
  /** Of an exclusive reader; the highest, and among equals the newest, has the partition to itself. */
  epoch: number | undefined;
  partition: Partition;
  next: number;
}

const filterName = 'apache.org:selector-filter:string';
const { types, message } = rhea;

/** Those who read, by consumer group and partition. */
export class Readers {
  readonly #readers = new Map<string, Reader[]>();

  /** Begins to serve a link, or refuses it as Event Hubs does. */
  attach(link: Sender, group: string, partition: Partition): void {
    const key = `${group.toLowerCase()} ${partition.id}`;
    const present = this.#readers.get(key) ?? [];
    const epoch = numberIn(link.properties?.['com.microsoft:epoch']);
    const stronger = present.find((other) => other.epoch !== undefined && other.epoch > (epoch ?? -1));
    if (stronger) {
      const description = `A receiver with a higher epoch of '${stronger.epoch}' already exists.`;
      link.close({ condition: 'amqp:link:stolen', description });
      return;
    }
    let next: number;
    try {
      next = partition.find(
        textIn(link.source.filter?.[filterName]) ?? "amqp.annotation.x-opt-offset > '-1'",
      );
    } catch (error) {
      if (!(error instanceof BadPosition)) throw error;
      link.close({ condition: 'com.microsoft:argument-error', description: error.message });
      return;
    }
    if (epoch !== undefined) for (const other of present) disconnect(other, epoch);
    const reader: Reader = { link, epoch, partition, next };
    this.#readers.set(key, epoch === undefined ? [...present, reader] : [reader]);
    link.set_source({ address: link.source.address });
    link.on('sendable', () => serve(reader));
    const leave = () => {
      const others = this.#readers.get(key)?.filter((other) => other !== reader) ?? [];
      this.#readers.set(key, others);
    };
    link.on('sender_close', leave);
    link.on('sender_error', leave);
    link.connection.on('disconnected', leave);
  }

  /** There are new events. */
  serveAll(): void {
    for (const readers of this.#readers.values()) for (const reader of readers) serve(reader);
  }
}

/** No more than the reader gave credit for. */
function serve(reader: Reader): void {
  while (reader.link.is_open() && reader.link.sendable()) {
    const event = reader.partition.at(reader.next);
    if (!event) return;
    reader.link.send(encode(event));
    reader.next += 1;
  }
}

function encode({ body, sequenceNumber, offset, enqueuedAt }: LoggedEvent) {
  return {
    body: message.data_section(body),
    message_annotations: {
      'x-opt-sequence-number': types.wrap_long(sequenceNumber),
      'x-opt-offset': offset,
      'x-opt-enqueued-time': types.wrap_timestamp(enqueuedAt.getTime()),
    },
  };
}

function disconnect({ link, epoch }: Reader, newEpoch: number): void {
  link.close({
    condition: 'amqp:link:stolen',
    description: `New receiver with higher epoch of '${newEpoch}' is created hence current receiver with epoch '${epoch}' is getting disconnected.`,
  });
}

/** A filter comes as a described string. */
function textIn(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function numberIn(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}
