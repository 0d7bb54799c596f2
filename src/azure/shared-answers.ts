import { FarSideError } from '../errors.ts';

/**
 * The answer to a question: that of somebody who asks the same just now or asked it lately, else a new one. Failures are
 * not remembered. `signal` ends one's own waiting alone; the call ends when the last has gone. Throws `FarSideError`.
 */
export type ShareAnswer<T> = (
  question: string,
  ask: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

export interface SharedAnswersOptions<T> {
  /** How long an answer holds. */
  ms: number;
  /** Answers that are kept, and what they may weigh together; the oldest go first. */
  most: { answers: number; weight: number };
  weigh(answer: T): number;
}

interface Shared<T> {
  answer: Promise<T>;
  call: AbortController;
  waiting: number;
  /** Once it is there. */
  kept?: { until: number; weight: number };
}

export function createSharedAnswers<T>({ ms, most, weigh }: SharedAnswersOptions<T>): ShareAnswer<T> {
  /** Oldest first. */
  const all = new Map<string, Shared<T>>();

  function start(question: string, ask: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const call = new AbortController();
    const shared: Shared<T> = { answer: ask(call.signal), call, waiting: 0 };
    all.set(question, shared);
    shared.answer.then(
      (answer) => {
        shared.kept = { until: Date.now() + ms, weight: weigh(answer) };
        forget();
      },
      () => drop(question, shared),
    );
    return shared;
  }

  function drop(question: string, shared: Shared<T>): void {
    if (all.get(question) === shared) all.delete(question);
  }

  /** What is over, and then the oldest until the rest is within bounds; what is under way stays. */
  function forget(): void {
    const now = Date.now();
    const kept = [...all].filter(([, { kept }]) => kept !== undefined);
    let answers = kept.length;
    let weight = kept.reduce((sum, [, { kept }]) => sum + (kept?.weight ?? 0), 0);
    for (const [question, { kept: { until, weight: own } = { until: 0, weight: 0 } }] of kept) {
      if (until > now && answers <= most.answers && weight <= most.weight) continue;
      all.delete(question);
      answers -= 1;
      weight -= own;
    }
  }

  return async (question, ask, signal) => {
    if (signal?.aborted) throw gone();
    forget();
    const shared = all.get(question) ?? start(question, ask);
    shared.waiting += 1;
    try {
      return await (signal ? unlessEnded(shared.answer, signal) : shared.answer);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0 && !shared.kept) {
        drop(question, shared);
        shared.call.abort();
      }
    }
  };
}

/** The answer, or `FarSideError`, `timeout`, once the signal ends the waiting for it. */
export async function unlessEnded<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(gone());
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([answer, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

const gone = () => new FarSideError('azure', 'timeout', 'The time was over before Azure had answered.');
