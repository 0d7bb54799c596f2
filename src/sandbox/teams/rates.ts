import { Refusal } from './refusal.ts';

/** At most `calls` within `ms`. */
interface Window {
  calls: number;
  ms: number;
}

/** Per bot and conversation. Source: Teams documentation, "Optimize your bot with rate limiting". */
export const writeLimits: readonly Window[] = [
  { calls: 7, ms: 1_000 },
  { calls: 8, ms: 2_000 },
  { calls: 60, ms: 30_000 },
  { calls: 1_800, ms: 3_600_000 },
];

/** Reading members and conversations, from the same source. */
export const readLimits: readonly Window[] = [
  { calls: 14, ms: 1_000 },
  { calls: 16, ms: 2_000 },
  { calls: 120, ms: 30_000 },
  { calls: 3_600, ms: 3_600_000 },
];

/** Of one app in one tenant, over all conversations. */
export const appLimits: readonly Window[] = [{ calls: 50, ms: 1_000 }];

export interface Pace {
  /** Counts one call under this name, or throws the 429 with the seconds to wait. */
  take(name: string, limits: readonly Window[]): void;
}

/** For who asks everything of everybody at once, which nobody does. */
export const unhurried: Pace = { take() {} };

/** Sliding windows over the calls that were let through; a refused call does not count. */
export class Rates implements Pace {
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  take(name: string, limits: readonly Window[]): void {
    const now = this.#now();
    const longest = Math.max(...limits.map(({ ms }) => ms));
    const calls = (this.#calls.get(name) ?? []).filter((at) => at > now - longest);
    const waits = limits.map((limit) => waitFor(limit, calls, now));
    const wait = Math.max(...waits);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1_000);
      throw new Refusal(429, 'Throttled', `Too many calls. Try again in ${seconds} s.`, seconds);
    }
    this.#calls.set(name, [...calls, now]);
  }
}

/** Milliseconds until this window has room again. */
function waitFor(limit: Window, calls: readonly number[], now: number): number {
  const oldestThatCounts = calls.at(-limit.calls);
  if (oldestThatCounts === undefined) return 0;
  return Math.max(0, oldestThatCounts + limit.ms - now);
}
