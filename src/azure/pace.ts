import { FarSideError } from '../errors.ts';

/** Waits until one more call may leave. Throws `FarSideError`, `timeout`, where the signal ends it before. */
export type Pace = (signal?: AbortSignal) => Promise<void>;

/** At most so many calls in so many milliseconds, however they are spread; those beyond wait, in the order they came. */
export function createPace({ calls, ms }: { calls: number; ms: number }): Pace {
  /** When the latest of them left, oldest first. */
  const left: number[] = [];
  /** Whoever gives up steps out of it: nobody waits for a call that never leaves. */
  const line = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  function letGo(): void {
    clearTimeout(timer);
    for (const go of line) {
      const waitMs = left.length < calls ? 0 : (left[0] ?? 0) + ms - Date.now();
      if (waitMs > 0) {
        timer = setTimeout(letGo, waitMs);
        return;
      }
      if (left.length === calls) left.shift();
      left.push(Date.now());
      line.delete(go);
      go();
    }
  }

  return (signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const go = () => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = () => {
      line.delete(go);
      letGo();
      reject(new FarSideError('azure', 'timeout', 'The time was over before the call could leave.'));
    };
    line.add(go);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    else letGo();
    return promise;
  };
}
