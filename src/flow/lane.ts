import { describe } from '../errors.ts';
import type { Log } from '../log.ts';

/** Work that is found by looking: rung when there may be some, and looking by itself from time to time. */
export interface Lane {
  /** There may be work now, or in so many milliseconds. Never lost: a ring during a look makes one more look follow. */
  ring(inMs?: number): void;
  /** When it last looked, in milliseconds since 1970: a lane that stands still shows by it. */
  lookedAt(): number;
  /** Lets what is in hand end. */
  stop(): Promise<void>;
}

/** A look tells the milliseconds until the next one, 0 is at once, and the tasks it found, at most `room` of them. */
export type Look = (room: number) => Promise<number | { tasks: (() => Promise<void>)[]; nextMs: number }>;

/** After trouble of our own or the database's; far sides have their own back-off. */
const afterTroubleMs = 1_000;

/** So often a lane has found nothing, and nobody has rung, before it is quiet. */
const looksUntilQuiet = 10;

/**
 * Looks for work, with at most `width` tasks in hand. What throws is logged, and looked at again after a second. Where
 * nothing happens it rests for `quietMs` at least, until somebody rings or it finds something.
 */
export function startLane(name: string, log: Log, look: Look, width = 1, quietMs = 0): Lane {
  const inHand = new Set<Promise<void>>();
  let stopped = false;
  let rung = false;
  let inVain = 0;
  let lookedAt = Date.now();
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
  const ringNow = () => {
    rung = true;
    wake();
  };
  const take = (task: () => Promise<void>) => {
    const running: Promise<void> = task()
      .catch(stumble)
      .then(() => {
        const wereFull = inHand.size === width;
        inHand.delete(running);
        // With hands full, more may have been left lying.
        if (wereFull) ringNow();
      });
    inHand.add(running);
  };

  const run = async () => {
    while (!stopped) {
      inVain = rung ? 0 : inVain + 1;
      rung = false;
      lookedAt = Date.now();
      const room = width - inHand.size;
      const found = room > 0 ? await look(room).catch(stumble) : Number.POSITIVE_INFINITY;
      const tasks = typeof found === 'number' ? [] : found.tasks;
      tasks.forEach(take);
      const rest = typeof found === 'number' ? found : found.nextMs;
      if (rest === 0 || tasks.length > 0) inVain = 0;
      const restMs = inVain < looksUntilQuiet ? rest : Math.max(rest, quietMs);
      if (rest > 0 && !rung && !stopped) await pause(Math.min(restMs, 10_000));
    }
    await Promise.all(inHand);
  };
  const ended = run();

  return {
    ring(inMs = 0) {
      // A timer may be a little early, and would find that it is not yet time.
      if (inMs > 0) setTimeout(ringNow, inMs + 5).unref();
      else ringNow();
    },
    lookedAt: () => lookedAt,
    async stop() {
      stopped = true;
      wake();
      await ended;
    },
  };
}
