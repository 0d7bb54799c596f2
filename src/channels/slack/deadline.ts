/** Slack shows an error three seconds after its request; half of one is left for the way there and back. */
export const ANSWER_MS = 2_500;

/** Moment by which a request has to be answered, in milliseconds since 1970; travels in Bolt's context. */
export interface AnswerBy {
  answerBy: number;
}

/** Waits for work, but not past the moment to answer. @returns what it came to, or `undefined` when it is late */
export async function untilDue<T extends object>(work: Promise<T>, context: object): Promise<T | undefined> {
  const answerBy = 'answerBy' in context && typeof context.answerBy === 'number' ? context.answerBy : 0;
  let timer: NodeJS.Timeout | undefined;
  const due = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, answerBy - Date.now()));
  });
  try {
    return await Promise.race([work, due]);
  } finally {
    clearTimeout(timer);
  }
}
