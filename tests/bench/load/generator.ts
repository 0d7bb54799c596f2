import http from 'node:http';
import { z } from 'zod';
import { now, pause } from '../clock.ts';
import { answerWith } from '../worker.ts';

// Presses on a server from a process of its own. What is sent was written out before anything is timed.

const order = z.object({
  url: z.string(),
  requests: z.array(
    z.object({ path: z.string(), body: z.string(), headers: z.record(z.string(), z.string()) }),
  ),
  /** Indexes of requests in the order of sending; one may come many times. */
  sequence: z.array(z.int()),
  pace: z.union([z.object({ perSecond: z.number() }), z.object({ connections: z.int() })]),
});
type Order = z.infer<typeof order>;

answerWith({
  async press(about) {
    const given = order.parse(about);
    const agent = new http.Agent({ keepAlive: true });
    const times = given.sequence.map(() => ({ sent: 0, answered: 0, status: 0 }));
    const send = async (n: number) => {
      const time = times[n];
      if (!time) return;
      time.sent = now();
      time.status = await post(agent, given, given.sequence[n] ?? 0);
      time.answered = now();
    };
    if ('perSecond' in given.pace) await sendAtRate(times.length, given.pace.perSecond, send);
    else await sendAtOnce(times.length, given.pace.connections, send);
    agent.destroy();
    return times;
  },
});

/** Open loop: requests leave at their times whether or not earlier ones are answered, as from the world. */
async function sendAtRate(count: number, perSecond: number, send: (n: number) => Promise<void>) {
  const begin = now();
  const answers: Promise<void>[] = [];
  for (let n = 0; n < count; n += 1) {
    const wait = begin + (n * 1_000) / perSecond - now();
    if (wait > 0) await pause(wait);
    answers.push(send(n));
  }
  await Promise.all(answers);
}

/** Closed loop: each connection sends its next request when the last one is answered. */
async function sendAtOnce(count: number, connections: number, send: (n: number) => Promise<void>) {
  let next = 0;
  const connection = async () => {
    while (next < count) {
      next += 1;
      await send(next - 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
}

/** @returns the status; 0 where the connection broke */
function post(agent: http.Agent, { url, requests }: Order, index: number): Promise<number> {
  const { path = '', body = '', headers = {} } = requests[index] ?? {};
  return new Promise((resolve) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const request = http.request(url + path, { method: 'POST', agent, headers: { ...headers, ...length } });
    request.once('error', () => resolve(0));
    request.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', () => resolve(0));
    });
    request.end(body);
  });
}
