import { Worker } from 'node:worker_threads';
import type { Fault } from './door-refusal.ts';
import { workspaces } from './tables-workspaces.ts';
import type { LogQuery, LogResult } from './worker-query.ts';

/** The query took longer than it may; its thread was ended. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** Rows and Microsoft's parser take about 400 MB; a query over everything takes the rest or ends. */
const MOST_MEGABYTES = 1_536;

interface Job {
  query: LogQuery;
  until: number;
  resolve(result: LogResult): void;
  reject(failure: Error): void;
}

/**
 * Asks the thread that holds the rows: started at the first query, one query at a time. One that takes too long
 * takes its thread with it; the next one gets a new thread, which makes the same rows again.
 */
export class LogEngine {
  #thread: Worker | undefined;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: Job[] = [];

  ask(query: LogQuery, milliseconds: number): Promise<LogResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ query, until: Date.now() + milliseconds, resolve, reject });
      this.#next();
    });
  }

  /** Starts the thread, whose first query takes a second longer than the next, before anybody waits for it. */
  warm(): void {
    if (!this.#thread) void this.ask(warmingUp(), 60_000).catch(() => undefined);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    for (const job of [this.#current, ...this.#waiting.splice(0)])
      job?.reject(new Error('The sandbox ends.'));
    this.#current = undefined;
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#waiting.shift();
    if (!job) return;
    const left = job.until - Date.now();
    if (left <= 0) {
      job.reject(new TookTooLong());
      this.#next();
      return;
    }
    this.#current = job;
    this.#timer = setTimeout(() => this.#give(job, new TookTooLong()), left);
    this.#thread ??= this.#start();
    this.#thread.postMessage(job.query);
  }

  #start(): Worker {
    const thread = new Worker(new URL('./worker.ts', import.meta.url), {
      // Without the flags of whoever runs it: the thread needs nothing but Node.
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: MOST_MEGABYTES,
        // All rows are made at once and stay: a small nursery would copy them again and again.
        maxYoungGenerationSizeMb: 128,
      },
    });
    thread.unref();
    const answered = (result: LogResult) => {
      if (this.#thread === thread && this.#current) this.#give(this.#current, result);
    };
    thread.on('message', answered);
    thread.on('error', (failure: Error) => {
      answered({ kind: 'refused', fault: tooHeavy(failure) });
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }

  #give(job: Job, result: LogResult | TookTooLong): void {
    clearTimeout(this.#timer);
    this.#current = undefined;
    if (result instanceof TookTooLong) {
      void this.#thread?.terminate();
      this.#thread = undefined;
      job.reject(result);
    } else {
      job.resolve(result);
    }
    this.#next();
  }
}

const warmingUp = (): LogQuery => ({
  text: 'Heartbeat | count',
  now: Date.now(),
  span: undefined,
  workspaces: workspaces.map(({ id }) => id),
  resource: undefined,
  kind: 'query',
  mostRows: 1,
  mostBytes: 1_000,
  isPartial: false,
  withStatistics: false,
  withRender: false,
  happened: [],
});

/** A thread that ends by itself had too much to hold; Kusto says it in these words. */
function tooHeavy({ message }: Error): Fault {
  return {
    message: `Query execution has exceeded the allowed limits (80DA0001): ${message} (E_LOW_MEMORY_CONDITION).`,
    code: 'E_LOW_MEMORY_CONDITION',
    line: 0,
    column: 0,
  };
}
