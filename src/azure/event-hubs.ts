import type { NamedKeyCredential, TokenCredential } from '@azure/core-auth';
import type { CheckpointStore, EventHubConsumerClient, ReceivedEventData } from '@azure/event-hubs';
import type { FarSideError } from '../errors.ts';
import { eventHubsFailure, isHandedOver } from './event-hubs-failure.ts';

export interface EventHubOptions {
  /** `contoso-alerts.servicebus.windows.net`. */
  namespace: string;
  eventHub: string;
  consumerGroup: string;
  /** Entra ID, or the key of an access policy with the right Listen. */
  credential: TokenCredential | NamedKeyCredential;
  /** `sb://host:port` where the namespace is reached by another address; the namespace's own when absent. */
  endpoint?: string | undefined;
  /** This process among those that share the partitions. */
  owner: string;
  /** Who reads which partition and how far each was stored. */
  checkpoints: CheckpointStore;
  /** A partition that has no checkpoint yet is read from here on. */
  since: Date;
  pace?: Pace;
}

export interface Pace {
  /** Milliseconds between two looks at how the partitions are shared. */
  look: number;
  /** Milliseconds after which a partition whose owner says nothing is anybody's. */
  lease: number;
  /** Milliseconds without an event after which a partition is asked anew: a dropped link is noticed only then. */
  wait: number;
}

/** Who hears the events. Partitions are heard side by side, the batches of one in their order. */
export interface Hearer {
  /** The events' texts, as they came. Returns once they are stored; where it throws, they come again later. */
  take(texts: string[]): Promise<void>;
  /** The event hub, or one of its partitions, answers; there need not be any events. */
  heard(partition?: string): void;
  /** It does not; the client tries again by itself. */
  failed(error: FarSideError, partition?: string): void;
}

const usualPace: Pace = { look: 5_000, lease: 20_000, wait: 20_000 };
/** A batch is one insert; an alert is some 5 kB. The client gives credit for as many again with every batch. */
const batch = { maxBatchSize: 100, prefetchCount: 100 };
/** Milliseconds; the client's own pause of 30 s would be most of an outage. */
const retryOptions = { maxRetries: 3, retryDelayInMs: 1_000, maxRetryDelayInMs: 10_000, timeoutInMs: 20_000 };

/**
 * Reads an event hub for as long as it is not closed: its share of the partitions, each from its checkpoint on, and a
 * checkpoint only behind what was taken. So every event is taken at least once. `close` waits for batches in hand.
 */
export async function listenToEventHub(
  options: EventHubOptions,
  hearer: Hearer,
): Promise<{ close(): Promise<void> }> {
  const { namespace, since, pace = usualPace } = options;
  const client = await connect(options, pace, hearer);
  const inHand = new Set<Promise<void>>();
  let closed = false;

  const take = async (events: ReceivedEventData[], keep: () => Promise<void>) => {
    if (events.length === 0) return;
    await hearer.take(events.map(textOf));
    await keep();
  };

  const subscription = client.subscribe(
    {
      async processEvents(events, context) {
        // Without a checkpoint these events come again, to whoever reads the partition next.
        if (closed) return;
        hearer.heard(context.partitionId);
        const last = events.at(-1);
        const taking = take(events, async () => {
          if (last) await context.updateCheckpoint(last);
        });
        inHand.add(taking);
        try {
          await taking;
        } finally {
          inHand.delete(taking);
        }
      },
      async processError(error, { partitionId }) {
        if (closed || isHandedOver(error)) return;
        hearer.failed(eventHubsFailure(error, namespace), partitionId || undefined);
      },
    },
    {
      ...batch,
      maxWaitTimeInSeconds: pace.wait / 1_000,
      startPosition: { enqueuedOn: since },
      skipParsingBodyAsJson: true,
    },
  );

  // The client itself tries for a minute and a half before it says that it is let in nowhere.
  client.getPartitionIds().catch((error) => {
    if (!closed) hearer.failed(eventHubsFailure(error, namespace));
  });

  return {
    async close() {
      closed = true;
      await Promise.allSettled(inHand);
      // What cannot be given back in good order is free after its lease.
      await subscription.close().catch(() => {});
      await client.close().catch(() => {});
    },
  };
}

async function connect(
  { namespace, eventHub, consumerGroup, credential, endpoint, owner, checkpoints }: EventHubOptions,
  pace: Pace,
  hearer: Hearer,
): Promise<EventHubConsumerClient> {
  // 6 MB and 80 ms (measured) that most installations have no use for.
  const { EventHubConsumerClient, RetryMode } = await import('@azure/event-hubs');
  const watched: CheckpointStore = {
    listOwnership(...place) {
      // The client asks for this right after the event hub has told its partitions.
      hearer.heard();
      return checkpoints.listOwnership(...place);
    },
    claimOwnership: (claims) => checkpoints.claimOwnership(claims),
    listCheckpoints: (...place) => checkpoints.listCheckpoints(...place),
    updateCheckpoint: (checkpoint) => checkpoints.updateCheckpoint(checkpoint),
  };
  return new EventHubConsumerClient(consumerGroup, namespace, eventHub, credential, watched, {
    userAgent: 'watchfloor',
    identifier: owner,
    retryOptions: { ...retryOptions, mode: RetryMode.Exponential },
    loadBalancingOptions: {
      strategy: 'greedy',
      updateIntervalInMs: pace.look,
      partitionOwnershipExpirationIntervalInMs: pace.lease,
    },
    ...(endpoint && { customEndpointAddress: endpoint }),
  });
}

/** Text as it came. PostgreSQL's text takes no NUL, and no JSON has one: the event is refused later, not here. */
function textOf({ body }: ReceivedEventData): string {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : (JSON.stringify(body) ?? '');
  return text.replaceAll('\0', '\uFFFD');
}
