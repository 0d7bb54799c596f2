import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from './pace.ts';
import { unlessEnded } from './shared-answers.ts';

/** The answer for one id. `signal` ends one's own waiting alone. Throws `FarSideError`. */
export type AskFor<T> = (id: string, signal?: AbortSignal) => Promise<T>;

export interface Together<T> {
  pace: Pace;
  /** Ids of one call. */
  most: number;
  /** One call; its answers stand in the order of the ids. */
  ask(ids: string[]): Promise<T[]>;
}

interface Question<T> extends PromiseWithResolvers<T> {
  id: string;
  /** Its turn has come, by itself or with that of another. */
  taken: AbortController;
}

/** Accounts of one incident are found within moments of each other; whoever comes first waits so long for the others. */
const gatherMs = 100;

/** Where calls wait for their turn, one call asks for everybody who waits by then. */
export function askTogether<T>({ pace, most, ask }: Together<T>): AskFor<T> {
  const waiting = new Set<Question<T>>();

  function take(): Question<T>[] {
    const questions = [...waiting].slice(0, most);
    for (const question of questions) {
      waiting.delete(question);
      question.taken.abort();
    }
    return questions;
  }

  async function askForAll(): Promise<void> {
    await sleep(gatherMs);
    const questions = take();
    if (questions.length === 0) return;
    try {
      const answers = await ask(questions.map(({ id }) => id));
      for (const [place, answer] of answers.entries()) questions[place]?.resolve(answer);
    } catch (error) {
      for (const question of questions) question.reject(error);
    }
  }

  return (id, signal) => {
    const question: Question<T> = { id, taken: new AbortController(), ...Promise.withResolvers<T>() };
    waiting.add(question);
    const { signal: taken } = question.taken;
    pace(signal ? AbortSignal.any([signal, taken]) : taken).then(askForAll, (error: unknown) => {
      // Who was taken along by another steps out of the line in this way too.
      if (waiting.delete(question)) question.reject(error);
    });
    return signal ? unlessEnded(question.promise, signal) : question.promise;
  };
}
