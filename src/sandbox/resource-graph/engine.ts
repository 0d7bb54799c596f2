import { Worker } from 'node:worker_threads';
import type { GraphAnswer, GraphQuestion } from './answer.ts';

interface Waiting {
  resolve(answer: GraphAnswer): void;
  reject(failure: Error): void;
}

/** Asks a thread of its own, started at the first query: Microsoft's parser would hold up everybody else for a second. */
export class GraphEngine {
  #thread: Worker | undefined;
  /** Answers come in the order of the questions. */
  #waiting: Waiting[] = [];

  ask(question: GraphQuestion): Promise<GraphAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#thread ??= this.#start();
      this.#thread.postMessage(question);
    });
  }

  /** Before anybody waits for it. */
  warm(): void {
    if (!this.#thread) void this.ask(warmingUp).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#fail(new Error('The sandbox ends.'));
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  #start(): Worker {
    // Without the flags of whoever runs it: the thread needs nothing but Node.
    const thread = new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] });
    thread.unref();
    thread.on('message', (answer: GraphAnswer) => this.#waiting.shift()?.resolve(answer));
    thread.on('error', (failure: Error) => {
      this.#thread = undefined;
      this.#fail(failure);
    });
    return thread;
  }

  #fail(failure: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
  }
}

const warmingUp: GraphQuestion = { text: 'resources | count', now: 0, subscriptions: undefined };
