/** Sends the n-th request (from 0) and throws where its answer is wrong. */
export type Send = (n: number) => Promise<void>;

/**
 * Open loop: requests leave at their times whether or not earlier ones are answered, as from the world.
 * @returns milliseconds from each departure to its answer
 */
export async function sendAtRate(count: number, perSecond: number, send: Send): Promise<number[]> {
  const begin = performance.now();
  const answers: Promise<number>[] = [];
  for (let n = 0; n < count; n += 1) {
    const wait = begin + (n * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    answers.push(timed(() => send(n)));
  }
  return Promise.all(answers);
}

/** Closed loop: each connection sends its next request when the last one is answered. @returns requests a second */
export async function sendAtOnce(count: number, connections: number, send: Send): Promise<number> {
  let next = 0;
  const connection = async () => {
    while (next < count) {
      const n = next;
      next += 1;
      await send(n);
    }
  };
  const took = await timed(() => Promise.all(Array.from({ length: connections }, connection)));
  return (count * 1_000) / took;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
