import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '../../errors.ts';
import { extendRun } from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Half a second after somebody cancels, it is cancelled. */
const beatMs = 500;

/** Why a run is to end before its answer has come. */
type Why = 'cancel' | 'lost' | 'stop' | 'late';

export interface Pulse {
  signal: AbortSignal;
  /** `undefined` while it may go on. */
  why(): Why | undefined;
  stop(): void;
}

/** Holds the lease of a run while it goes on, and ends it when somebody cancels or this process stops. */
export function startPulse(
  floor: Watchfloor,
  query: string,
  {
    leaseSeconds,
    mostSeconds,
    stopping,
  }: { leaseSeconds: number; mostSeconds: number; stopping: AbortSignal },
): Pulse {
  const ending = new AbortController();
  const over = new AbortController();
  let why: Why | undefined;
  const end = (reason: Why) => {
    why ??= reason;
    ending.abort();
  };
  const stop = () => end('stop');
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  const until = Date.now() + mostSeconds * 1_000;

  const beat = async () => {
    while (!over.signal.aborted) {
      await sleep(beatMs, undefined, { signal: over.signal }).catch(() => {});
      if (over.signal.aborted) return;
      if (Date.now() > until) end('late');
      const said = await extendRun(floor.db, query, { leaseSeconds, replica: floor.replica.id }).catch(
        (error) => {
          floor.log.warn({ query, reason: describe(error) }, 'the lease of a query cannot be extended now');
          return 'go on' as const;
        },
      );
      if (said !== 'go on') end(said);
    }
  };
  void beat();
  return {
    signal: ending.signal,
    why: () => why,
    stop() {
      over.abort();
      stopping.removeEventListener('abort', stop);
    },
  };
}
