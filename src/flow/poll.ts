import { describe, FarSideError, Malformed } from '../errors.ts';
import type { Instant } from '../incident/alert.ts';
import { sourceNames } from '../incident/summary.ts';
import type { Source } from '../sources/source.ts';
import { knownDigests } from '../store/alerts.ts';
import { endTurn, keepTurn, takeSilence, takeTurn } from '../store/feeds.ts';
import { digestOf, polled } from '../store/raw-alerts.ts';
import { raise } from './notice.ts';
import type { Watchfloor } from './watchfloor.ts';

/** A killed poller is replaced after this; a living one renews its turn with every page. */
const leaseSeconds = 45;
/** Azure's own hiccups are shorter. */
const silentMinutes = 5;

export interface Pace {
  /** Seconds between two polls of one feed. */
  seconds: number;
  /** Alerts that we never heard of and that are older than this many days are left alone. */
  lookbackDays: number;
}

/** Polls a feed if it is our turn. Returns the milliseconds until the next look. */
export async function poll(floor: Watchfloor, source: Source, feed: string, pace: Pace): Promise<number> {
  const turn = await takeTurn(floor.db, source.name, feed, leaseSeconds, floor.replica.id);
  if (!turn) return 1_000;
  const end = {
    watermark: turn.watermark,
    restSeconds: pace.seconds,
    failure: undefined as string | undefined,
  };
  try {
    for await (const page of source.poll(feed, turn.watermark)) {
      await acceptNews(floor, source, page.payloads, turn.startedAt, pace.lookbackDays);
      end.watermark = page.watermark;
      await keepTurn(floor.db, source.name, feed, leaseSeconds);
    }
  } catch (error) {
    end.failure = describe(error);
    if (error instanceof FarSideError)
      end.restSeconds = Math.max(pace.seconds, (error.retryAfter ?? 0) / 1_000);
    floor.log.warn({ source: source.name, feed, reason: end.failure }, 'poll failed');
  }
  await endTurn(floor.db, source.name, feed, end);
  if (end.failure) await raiseSilence(floor, source, feed, end.failure);
  return end.restSeconds * 1_000;
}

/** Nothing new may mean that nothing happens, or that we do not hear of it. */
async function raiseSilence(floor: Watchfloor, source: Source, feed: string, failure: string): Promise<void> {
  if (!(await takeSilence(floor.db, source.name, feed, silentMinutes))) return;
  await raise(floor, {
    type: 'feed-silent',
    title: `No alerts come from ${sourceNames[source.name]}`,
    description: `${feed} has not answered for ${silentMinutes} minutes: ${failure}`,
    target: feed,
  });
}

/** Stores what differs from what we know; most of what a poll brings is old. */
async function acceptNews(
  floor: Watchfloor,
  source: Source,
  payloads: unknown[],
  observedAt: Instant,
  lookbackDays: number,
): Promise<void> {
  const seen = payloads.map((payload) => ({ payload, ...identify(source, payload) }));
  const digests = await knownDigests(
    floor.db,
    source.name,
    seen.flatMap(({ id }) => id ?? []),
  );
  const tooOld = new Date(Date.parse(observedAt) - lookbackDays * 86_400_000).toISOString();
  const news = seen.filter(({ payload, id, at, closed }) => {
    const digest = id === undefined ? undefined : digests.get(id);
    if (digest !== undefined) return digest !== digestOf(payload);
    // What was dealt with before we heard of it would be stored at every poll and never shown.
    return at === undefined || (at >= tooOld && !closed);
  });
  await floor.accept(news.map(({ payload }) => polled(source.name, payload, observedAt)));
}

/** A payload that is not understood is stored all the same, for inspection. */
function identify(source: Source, payload: unknown): { id?: string; at?: Instant; closed?: boolean } {
  try {
    const { sourceId, modifiedAt, handling } = source.normalise(payload);
    return { id: sourceId, at: modifiedAt, closed: handling.status === 'closed' };
  } catch (error) {
    if (error instanceof Malformed) return {};
    throw error;
  }
}
