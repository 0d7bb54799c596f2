import { setTimeout as sleep } from 'node:timers/promises';
import { FarSideError } from '../errors.ts';

/** Waits until one more call may leave. Throws `FarSideError`, `timeout`, where the signal ends it before. */
export type Pace = (signal?: AbortSignal) => Promise<void>;

/** At most so many calls in so many milliseconds, however they are spread; those beyond wait, in the order they came. */
export function createPace({ calls, ms }: { calls: number; ms: number }): Pace {
  /** When the latest of them left or will leave, oldest first. */
  const turns: number[] = [];
  return async (signal) => {
    const now = Date.now();
    const before = turns.length < calls ? undefined : turns.shift();
    const turn = before === undefined ? now : Math.max(now, before + ms);
    turns.push(turn);
    if (turn <= now) return;
    try {
      await sleep(turn - now, undefined, signal ? { signal } : {});
    } catch {
      throw new FarSideError('azure', 'timeout', 'The time was over before the call could leave.');
    }
  };
}
