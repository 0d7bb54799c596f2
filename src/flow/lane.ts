import { describe } from '../errors.ts';
import type { Log } from '../log.ts';

/** Work that is found by looking: rung when there may be some, and looking by itself from time to time. */
export interface Lane {
  /** There may be work now. Never lost: a ring during a look makes one more look follow. */
  ring(): void;
  /** Lets what is in hand end. */
  stop(): Promise<void>;
}

/** A look finds a task to run beside others, or tells the milliseconds until the next look; 0 is at once. */
export type Look = () => Promise<number | (() => Promise<void>)>;

/** After trouble of our own or the database's; far sides have their own back-off. */
const afterTroubleMs = 1_000;

/** Looks for work, with at most `width` tasks in hand. What throws is logged, and looked at again after a second. */
export function startLane(name: string, log: Log, look: Look, width = 1): Lane {
  const inHand = new Set<Promise<void>>();
  let stopped = false;
  let rung = false;
  let wake: () => void = () => {};

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const stumble = (error: unknown) => {
    log.error({ lane: name, reason: describe(error) }, 'lane stumbled');
    return afterTroubleMs;
  };
  const ring = () => {
    rung = true;
    wake();
  };
  const take = (task: () => Promise<void>) => {
    const running: Promise<void> = task()
      .catch(stumble)
      .then(() => {
        inHand.delete(running);
        ring();
      });
    inHand.add(running);
  };

  const run = async () => {
    while (!stopped) {
      rung = false;
      const found = inHand.size < width ? await look().catch(stumble) : Number.POSITIVE_INFINITY;
      if (typeof found === 'function') take(found);
      else if (found > 0 && !rung && !stopped) await pause(Math.min(found, 60_000));
    }
    await Promise.all(inHand);
  };
  const ended = run();

  return {
    ring,
    async stop() {
      stopped = true;
      wake();
      await ended;
    },
  };
}
