import { Worker } from 'node:worker_threads';
import type { Guard, GuardRules, Verdict } from './guard.ts';
import type { GuardCall } from './guard-worker.ts';
import { type Given, openSchemaNumbers } from './schema-in-use.ts';

export interface GuardOptions {
  /** Threads: what holds one up leaves another for the others. */
  workers?: number;
  /** Milliseconds that one text may take. Published queries take 0.2 s at most. */
  mostMs?: number;
  /** Milliseconds that a text may wait for its turn, while others are looked at or a thread gets ready. */
  mostWaitMs?: number;
}

/** A megabyte more or less is nothing: the parser has 100 MB of its own before anybody asks. */
const memory = { maxOldGenerationSizeMb: 320, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** Longer ones than this in a row would only wait to be refused. */
const mostWaiting = 200;
/** Where threads do not start at all, they are tried again, but not without a break. */
const restartMs = 1_000;

interface Waiting {
  text: string;
  rules: GuardRules;
  answer(verdict: Verdict): void;
  patience: NodeJS.Timeout;
}

interface Thread {
  worker: Worker;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  given: Given;
  /** Whose text it is looking at. */
  answer: (verdict: Verdict) => void;
  limit: NodeJS.Timeout | undefined;
}

/** Threads get ready in the background as soon as it is open; whoever is first waits for that, a second or two. */
export function openGuard(options: GuardOptions = {}): Guard {
  const { workers = 2, mostMs = 2_000, mostWaitMs = 15_000 } = options;
  const callSchema = openSchemaNumbers();
  const waiting: Waiting[] = [];
  const threads = new Set<Thread>();
  const breaks = new Set<NodeJS.Timeout>();
  let isClosed = false;
  for (let n = 0; n < workers; n += 1) start();

  function start(): void {
    const worker = new Worker(new URL('./guard-worker.ts', import.meta.url), {
      resourceLimits: memory,
      stdout: true,
      stderr: true,
    });
    worker.unref();
    const thread: Thread = { worker, state: 'starting', given: [], answer: () => {}, limit: undefined };
    threads.add(thread);
    worker.on('message', (said: Verdict | 'ready') => {
      if (thread.state === 'gone') return;
      clearTimeout(thread.limit);
      thread.state = 'idle';
      if (said !== 'ready') thread.answer(said);
      next();
    });
    // Out of memory, or broken: only what it was looking at is lost.
    worker.on('error', () => replace(thread, outgrown));
    worker.on('exit', () => replace(thread, outgrown));
  }

  function replace(thread: Thread, why: Verdict): void {
    if (thread.state === 'gone') return;
    const { state } = thread;
    thread.state = 'gone';
    threads.delete(thread);
    clearTimeout(thread.limit);
    void thread.worker.terminate();
    if (isClosed) return;
    if (state === 'busy') {
      start();
      thread.answer(why);
      return;
    }
    const pause = setTimeout(() => {
      breaks.delete(pause);
      start();
    }, restartMs);
    breaks.add(pause.unref());
  }

  /** Whoever came first is looked at first. */
  function next(): void {
    for (const thread of threads) {
      if (thread.state !== 'idle') continue;
      const one = waiting.shift();
      if (!one) return;
      clearTimeout(one.patience);
      thread.state = 'busy';
      thread.answer = one.answer;
      thread.limit = setTimeout(() => replace(thread, tooSlow), mostMs);
      const { schema, ...rules } = one.rules;
      thread.worker.postMessage({
        text: one.text,
        rules,
        schema: callSchema(schema, thread.given),
      } satisfies GuardCall);
    }
  }

  return {
    check(text, rules) {
      if (isClosed || waiting.length >= mostWaiting) return Promise.resolve(busy);
      const { promise, resolve } = Promise.withResolvers<Verdict>();
      const one: Waiting = {
        text,
        rules,
        answer: resolve,
        patience: setTimeout(() => {
          waiting.splice(waiting.indexOf(one), 1);
          resolve(busy);
        }, mostWaitMs),
      };
      waiting.push(one);
      next();
      return promise;
    },
    async close() {
      isClosed = true;
      for (const pause of breaks) clearTimeout(pause);
      for (const one of waiting.splice(0)) {
        clearTimeout(one.patience);
        one.answer(busy);
      }
      const all = [...threads];
      for (const thread of all) {
        clearTimeout(thread.limit);
        if (thread.state === 'busy') thread.answer(busy);
        thread.state = 'gone';
      }
      threads.clear();
      await Promise.all(all.map(({ worker }) => worker.terminate()));
    },
  };
}

const refused = (rule: string, message: string): Verdict => ({
  kind: 'refused',
  rule,
  message,
  at: undefined,
});
const tooSlow = refused('too-slow', 'Reading this query takes too long. Ask it in parts.');
const outgrown = refused('too-complex', 'Reading this query takes too much memory. Ask it in parts.');
const busy = refused('busy', 'Too many queries are being read just now. Ask again in a moment.');
