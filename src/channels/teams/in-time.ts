/**
 * Teams tells people "something went wrong" when an answer takes over five seconds, so there is one after
 * four. The work goes on; `late` makes the answer in its place and hears of a failure that nobody awaits.
 */
export async function inTime<T>(
  work: Promise<T>,
  late: { answer: () => T; failed: (error: unknown) => void },
  ms = 4_000,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let answered = false;
  const timer = setTimeout(() => {
    answered = true;
    resolve(late.answer());
  }, ms);
  work.then(resolve, (error) => (answered ? late.failed(error) : reject(error)));
  return promise.finally(() => clearTimeout(timer));
}
