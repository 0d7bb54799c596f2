import { z } from 'zod';
import { startWorker, type Worker } from '../worker.ts';

export interface Request {
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** One request's fate. Times are of `clock.ts`; a broken connection has the status 0. */
export type Sent = z.infer<typeof sent>;
const sent = z.object({ sent: z.number(), answered: z.number(), status: z.number() });

/** At a steady rate whatever the answers, or as fast as so many connections get answers. */
export type Pace = { perSecond: number } | { connections: number };

/** Sends requests from a process of its own, each once unless a sequence of their indexes is given. */
export interface Generator {
  press(url: string, requests: Request[], pace: Pace, sequence?: number[]): Promise<Sent[]>;
  stop(): Promise<void>;
}

export function startGenerator(): Generator {
  const worker: Worker = startWorker('load/generator.ts');
  return {
    press: (url, requests, pace, sequence = requests.map((_, n) => n)) =>
      worker.ask('press', { url, requests, pace, sequence }, z.array(sent)),
    stop: worker.stop,
  };
}

/** Milliseconds from departure to answer. */
export const waits = (all: Sent[]): number[] => all.map((one) => one.answered - one.sent);

/** Answers a second, from the first departure to the last answer. */
export function rateOf(all: Sent[]): number {
  const begin = Math.min(...all.map((one) => one.sent));
  return (all.length * 1_000) / (Math.max(...all.map((one) => one.answered)) - begin);
}

/** Throws where an answer is not one of these. */
export function expectStatus(all: Sent[], good: number[], who: string): void {
  const bad = all.find(({ status }) => !good.includes(status));
  if (bad) throw new Error(`${who} answered ${bad.status || 'with a broken connection'}, not ${good}.`);
}
