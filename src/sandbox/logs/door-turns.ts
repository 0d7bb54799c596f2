import { throttled } from './door-refusal.ts';

/** What Azure grants one identity. */
export interface Fairness {
  /** Queries that run at once; of Basic and Auxiliary tables fewer. */
  running: number;
  runningSearches: number;
  /** Queries that wait, and for how long at most; what is more or longer is answered with 429. */
  waiting: number;
  waitMs: number;
  /** Requests within 30 seconds. */
  requests: number;
  /** Seconds of the 429's `Retry-After`. */
  retryAfter: number;
}

/** Microsoft's documented limits of the query service. */
export const azureFairness: Fairness = {
  running: 5,
  runningSearches: 2,
  waiting: 200,
  waitMs: 180_000,
  requests: 200,
  retryAfter: 5,
};

const RATE_MS = 30_000;

/** Queues before the door, one for each identity and kind of query. */
export class Turns {
  readonly #queues = new Map<string, Queue>();
  readonly #requests = new Map<string, number[]>();
  readonly #fairness: () => Fairness;

  constructor(fairness: () => Fairness) {
    this.#fairness = fairness;
  }

  /** Ends when it is one's turn; the caller gives the turn back by what it gets. Throws a 429. */
  async take(identity: string, kind: 'query' | 'search'): Promise<() => void> {
    const fairness = this.#fairness();
    this.#count(identity, fairness);
    const most = kind === 'search' ? fairness.runningSearches : fairness.running;
    const key = `${kind} ${identity}`;
    const queue = this.#queues.get(key) ?? { running: 0, waiting: [] };
    this.#queues.set(key, queue);
    if (queue.running < most) queue.running += 1;
    else await waitIn(queue, fairness);
    return () => this.#giveBack(key, queue);
  }

  #giveBack(key: string, queue: Queue): void {
    const next = queue.waiting.shift();
    if (next) next();
    else queue.running -= 1;
    if (queue.running === 0) this.#queues.delete(key);
  }

  #count(identity: string, { requests, retryAfter }: Fairness): void {
    const now = Date.now();
    const recent = (this.#requests.get(identity) ?? []).filter((at) => at > now - RATE_MS);
    this.#requests.set(identity, recent);
    if (recent.length >= requests) throw throttled(retryAfter);
    recent.push(now);
  }
}

interface Queue {
  running: number;
  waiting: (() => void)[];
}

function waitIn(queue: Queue, { waiting, waitMs, retryAfter }: Fairness): Promise<void> {
  if (queue.waiting.length >= waiting) throw throttled(retryAfter);
  return new Promise((resolve, reject) => {
    const turn = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      queue.waiting.splice(queue.waiting.indexOf(turn), 1);
      reject(throttled(retryAfter));
    }, waitMs);
    timer.unref();
    queue.waiting.push(turn);
  });
}
