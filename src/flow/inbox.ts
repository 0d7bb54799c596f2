import { findWaiting, type RawAlert } from '../store/raw-alerts.ts';
import type { Inbox, Watchfloor } from './watchfloor.ts';

/** About 20 MB of alerts; what does not fit is found in the database once there is room. */
const most = 10_000;

export function openInbox(): Inbox {
  let waiting: RawAlert[] = [];
  return {
    put(raws) {
      if (waiting.length + raws.length <= most) waiting.push(...raws);
    },
    take(limit) {
      const taken = waiting.slice(0, limit);
      waiting = waiting.slice(limit);
      return taken;
    },
  };
}

/** What another replica accepted is left to it for so long; then it has been stopped, or has more than it can do. */
const othersSeconds = 1;
/** How often it is looked for what somebody left behind, a killed process of this very name included. */
const sweepMs = 1_000;

/** Finds the next raw alerts to take in: our own first, then what somebody left behind. */
export function openMail(floor: Watchfloor): (limit: number) => Promise<RawAlert[]> {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return async (limit) => {
    const own = floor.inbox.take(limit);
    if (own.length > 0 || performance.now() - sweptAt < sweepMs) return own;
    const left = await findWaiting(floor.db, limit, floor.replica.id === 0 ? 0 : othersSeconds);
    // Where there are many there may be more.
    if (left.length < limit) sweptAt = performance.now();
    return left;
  };
}
