import { RateLimiterMemory } from 'rate-limiter-flexible';

/** So many a minute for each of many senders, in memory: replicas count each for themselves. */
export interface Rate {
  /** Counts one. False where it is one too many; nothing is counted against others. */
  take(key: string): Promise<boolean>;
}

/** Some 2 MB. Whoever has more addresses than that shares one count with everybody who comes after. */
const mostKeys = 10_000;
const minute = 60;

export function createRate(perMinute: number): Rate {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: minute });
  const until = new Map<string, number>();

  function known(key: string): string {
    const now = Date.now();
    const isKept = (until.get(key) ?? 0) > now;
    if (!isKept && until.size >= mostKeys) {
      for (const [other, end] of until) if (end <= now) until.delete(other);
      if (until.size >= mostKeys) return 'everybody else';
    }
    if (!isKept) until.set(key, now + minute * 1_000);
    return key;
  }

  return {
    take: (key) =>
      limiter.consume(known(key)).then(
        () => true,
        () => false,
      ),
  };
}
