import { setTimeout as sleep } from 'node:timers/promises';
import { describe, type FarSideError } from '../errors.ts';
import type { SourceName } from '../incident/alert.ts';
import { sourceNames } from '../incident/summary.ts';
import { endTurn, registerFeed, takeSilence } from '../store/feeds.ts';
import { acceptPushes } from './accept.ts';
import { type Lane, startLane } from './lane.ts';
import { raise } from './notice.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Where a source's alerts come by themselves, and come again until they are taken: an event hub. */
export interface Stream {
  source: SourceName;
  /** `namespace/event hub/consumer group`; it can be silent as a polled feed can. */
  feed: string;
  /** Listens until it is closed; `close` waits for what is being taken. */
  listen(hearer: Hearer): Promise<{ close(): Promise<void> }>;
}

interface Hearer {
  take(texts: string[]): Promise<void>;
  heard(partition?: string): void;
  failed(error: FarSideError, partition?: string): void;
}

/** Milliseconds. The database is what can fail here, and it comes back within seconds or not for long. */
const firstPause = 250;
const longestPause = 10_000;
/** Milliseconds between two looks at whether the stream is well. */
const lookMs = 5_000;
/** The client says at least every 90 seconds that something fails; what is older has passed to another replica. */
const staleMs = 120_000;
/** Azure's own hiccups are shorter. */
const silentMinutes = 5;

/**
 * Takes what a stream brings: each batch is stored as it came, and then only is it behind us. What is no alert is
 * stored as well, refused with its reason by intake, and stops nothing.
 */
export async function openStream(floor: Watchfloor, stream: Stream): Promise<Lane> {
  const { db, log } = floor;
  const { source, feed } = stream;
  const health = openHealth(() => floor.now().getTime());
  const ending = new AbortController();

  async function take(texts: string[]): Promise<void> {
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      try {
        await acceptPushes(
          floor,
          source,
          texts.map((text) => ({ text })),
        );
        return health.heard('storing');
      } catch (error) {
        const reason = describe(error);
        log.warn({ source, feed, reason }, 'events could not be stored');
        health.failed('storing', reason);
        await sleep(pause, undefined, { signal: ending.signal });
      }
    }
  }

  let wasWell = false;
  async function report(): Promise<number> {
    const failure = health.failure();
    if (failure || !wasWell)
      await endTurn(db, source, feed, { watermark: undefined, restSeconds: 0, failure });
    wasWell = !failure;
    if (failure && (await takeSilence(db, source, feed, silentMinutes))) {
      await raise(floor, {
        type: 'feed-silent',
        title: `No alerts stream from ${sourceNames[source]}`,
        description: `${feed} has failed for ${silentMinutes} minutes: ${failure}`,
        target: feed,
      });
    }
    return lookMs;
  }

  await registerFeed(db, source, feed);
  const listening = await stream.listen({
    take,
    heard: (partition = 'hub') => health.heard(partition),
    failed(error, partition = 'hub') {
      log.warn({ source, feed, partition, reason: error.reason, said: describe(error) }, 'stream failed');
      health.failed(partition, describe(error));
    },
  });
  const lane = startLane(`stream ${source}`, log, report);
  return {
    ...lane,
    async stop() {
      ending.abort();
      await listening.close();
      await lane.stop();
    },
  };
}

/** What goes wrong at the event hub, in its partitions and in storing; a stream without alerts is well. */
function openHealth(now: () => number) {
  const failures = new Map<string, { at: number; reason: string }>();
  let hubHeardAt = now();
  return {
    heard(place: string): void {
      failures.delete(place);
      if (place === 'hub') hubHeardAt = now();
    },
    failed(place: string, reason: string): void {
      failures.set(place, { at: now(), reason });
    },
    failure(): string | undefined {
      const fresh = [...failures.values()].filter(({ at }) => now() - at < staleMs);
      if (fresh[0]) return fresh[0].reason;
      return now() - hubHeardAt < staleMs ? undefined : 'the event hub does not answer.';
    },
  };
}
