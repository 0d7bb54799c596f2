import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPace } from '../../src/azure/pace.ts';
import { createResourceGraph, isCutOff } from '../../src/azure/resource-graph.ts';
import { createSharedAnswers, type SharedAnswersOptions } from '../../src/azure/shared-answers.ts';
import { FarSideError } from '../../src/errors.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { type GraphInTest, startResourceGraph } from './resource-graph-stand-in.ts';

let arg: GraphInTest;
const servers: Server[] = [];

beforeAll(async () => {
  arg = await startResourceGraph();
  await arg.graph.rows('resources | count');
}, 30_000);
afterAll(() => arg.stop());
afterEach(async () => {
  for (const server of servers.splice(0)) {
    await closeServer(server);
  }
});

/** A Resource Graph that answers as it is told. */
async function odd(answer: RequestListener) {
  const server = createServer(arg.certificate, answer);
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return createResourceGraph({
    endpoint: `https://127.0.0.1:${address.port}`,
    credential: { getToken: async () => ({ token: 'a', expiresOnTimestamp: Date.now() + 3_600_000 }) },
  });
}

async function read(
  request: IncomingMessage,
): Promise<{ query: string; options: { $top: number; $skipToken?: string } }> {
  let text = '';
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

async function failure(call: Promise<unknown>): Promise<FarSideError> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FarSideError)) throw new Error(`Not a FarSideError: ${String(thrown)}`);
  return thrown;
}

describe('asking Resource Graph', () => {
  it('gives rows with a key for each column', async () => {
    const rows = await arg.graph.rows(
      "resources | where name == 'vm-pay-web-01' | project name, type, size = properties.hardwareProfile.vmSize",
    );
    expect(rows).toEqual([
      { name: 'vm-pay-web-01', type: 'microsoft.compute/virtualmachines', size: 'Standard_D4s_v5' },
    ]);
    expect(isCutOff(rows)).toBe(false);
  });

  it('follows pages until all rows are there', async () => {
    const graph = await odd(async (request, response) => {
      const { options } = await read(request);
      const page = Number(options.$skipToken ?? 0);
      const more = page < 2 ? { $skipToken: String(page + 1) } : {};
      response.end(JSON.stringify({ data: [{ page }], resultTruncated: 'false', ...more }));
    });
    const rows = await graph.rows('resources');
    expect(rows).toEqual([{ page: 0 }, { page: 1 }, { page: 2 }]);
    expect(isCutOff(rows)).toBe(false);
  });

  it('takes a thousand rows, whatever comes, and says that there are more', async () => {
    const graph = await odd(async (request, response) => {
      await read(request);
      const data = Array.from({ length: 1_500 }, (_, n) => ({ n }));
      response.end(JSON.stringify({ data, $skipToken: 'more', resultTruncated: 'false' }));
    });
    const rows = await graph.rows('resources');
    expect(rows).toHaveLength(1_000);
    expect(isCutOff(rows)).toBe(true);
  });

  it('does not follow pages for ever', async () => {
    let pages = 0;
    const graph = await odd(async (request, response) => {
      await read(request);
      pages += 1;
      response.end(JSON.stringify({ data: [{}], $skipToken: `${pages}`, resultTruncated: 'false' }));
    });
    const rows = await graph.rows('resources');
    expect(pages).toBe(5);
    expect(isCutOff(rows)).toBe(true);
  });

  it('knows an answer that was cut where there are no pages', async () => {
    const graph = await odd(async (request, response) => {
      await read(request);
      response.end(JSON.stringify({ data: [{}], $skipToken: null, resultTruncated: 'true' }));
    });
    expect(isCutOff(await graph.rows('resources'))).toBe(true);
  });

  it.each(['{}', '{"data":null}', '{"data":{"columns":[],"rows":[]}}', '[]'])(
    'takes %s for no answer',
    async (body) => {
      const graph = await odd(async (request, response) => {
        await read(request);
        response.end(body);
      });
      expect(await failure(graph.rows('resources'))).toMatchObject({ side: 'azure', reason: 'rejected' });
    },
  );

  it('is rejected where the query is wrong', async () => {
    expect(await failure(arg.graph.rows('resources | project nonsense'))).toMatchObject({
      reason: 'rejected',
    });
  });

  it('says what is wrong with a query, which Azure tells in the details alone', async () => {
    const { message } = await failure(arg.graph.rows('resources | sample 3'));
    expect(message).toContain('InvalidQuery: Query is invalid.');
    expect(message).toContain('InvalidQueryLanguage');
  });

  it('repeats little of a refusal, and no token', async () => {
    const detail = { code: 'Default', message: `Bearer abc.def ${'x'.repeat(5_000)}\nand more` };
    const details = [null, { code: 7 }, ...Array.from({ length: 90 }, () => detail)];
    const graph = await odd((_request, response) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ error: { code: 'BadRequest', message: 'No.', details } }));
    });
    const { message } = await failure(graph.rows('resources'));
    expect(message).toContain('BadRequest: No. (Default: Bearer [left out] xxx');
    expect(message).not.toContain('abc.def');
    expect(message.length).toBeLessThan(1_000);
  });

  it('says how long to wait where Azure throttles, and does not ask again by itself', async () => {
    arg.faults.set('azure', { kind: 'throttled', ms: 4_000, count: 1 });
    expect(await failure(arg.graph.rows('resources | count'))).toMatchObject({
      reason: 'rate-limited',
      retryAfter: 4_000,
    });
    expect(await arg.graph.rows('resources | count')).toHaveLength(1);
  });

  it('ends when whoever asked has gone', async () => {
    const graph = await odd(() => {});
    const signal = AbortSignal.timeout(50);
    expect(await failure(graph.rows('resources', { signal }))).toMatchObject({ reason: 'timeout' });
  });
});

describe('asking the same', () => {
  /** Answers when it is told to; `asked` counts what came. */
  async function slow() {
    const asked: string[] = [];
    const answers: ((status: number) => void)[] = [];
    const graph = await odd(async (request, response) => {
      const { query } = await read(request);
      asked.push(query);
      answers.push((status) => {
        response.statusCode = status;
        response.end(JSON.stringify({ data: [{ query }], resultTruncated: 'false' }));
      });
    });
    const arrived = (count: number) => expect.poll(() => asked.length, { interval: 5 }).toBe(count);
    return { graph, asked, answers, arrived };
  }

  it('at once or soon after costs one call', async () => {
    const { graph, asked, answers, arrived } = await slow();
    const both = Promise.all([graph.rows('resources'), graph.rows('resources')]);
    await arrived(1);
    answers[0]?.(200);
    expect(await both).toEqual([[{ query: 'resources' }], [{ query: 'resources' }]]);
    expect(await graph.rows('resources')).toEqual([{ query: 'resources' }]);
    expect(asked).toHaveLength(1);
  });

  it('in other words, or of other subscriptions, is another question', async () => {
    const { graph, answers, arrived } = await slow();
    const all = Promise.all([
      graph.rows('resources'),
      graph.rows('Resources'),
      graph.rows('resources', { subscriptions: ['00000000-1111-4222-8333-444444444444'] }),
    ]);
    await arrived(3);
    for (const answer of answers) answer(200);
    expect(await all).toHaveLength(3);
  });

  it('again after a failure asks again', async () => {
    const { graph, answers, arrived } = await slow();
    const first = failure(graph.rows('resources'));
    await arrived(1);
    answers[0]?.(400);
    expect(await first).toMatchObject({ reason: 'rejected' });
    const second = graph.rows('resources');
    await arrived(2);
    answers[1]?.(200);
    expect(await second).toHaveLength(1);
  });

  it('goes on for the others where one of them has gone', async () => {
    const { graph, asked, answers, arrived } = await slow();
    const leaving = new AbortController();
    const gone = failure(graph.rows('resources', { signal: leaving.signal }));
    const staying = graph.rows('resources');
    await arrived(1);
    leaving.abort();
    expect(await gone).toMatchObject({ reason: 'timeout' });
    answers[0]?.(200);
    expect(await staying).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });

  it('ends with the last who waits for it, and is asked anew by who comes after', async () => {
    const { graph, answers, arrived } = await slow();
    const leaving = new AbortController();
    const gone = failure(graph.rows('resources', { signal: leaving.signal }));
    await arrived(1);
    leaving.abort();
    expect(await gone).toMatchObject({ reason: 'timeout' });
    const after = graph.rows('resources');
    await arrived(2);
    answers[1]?.(200);
    expect(await after).toHaveLength(1);
  });
});

describe('shared answers', () => {
  const never = { answers: 10, weight: 10 };
  const counting = (options: Partial<SharedAnswersOptions<number>>) => {
    const share = createSharedAnswers({ ms: 60_000, most: never, weigh: () => 1, ...options });
    let calls = 0;
    const ask = async () => {
      calls += 1;
      return calls;
    };
    return { ask: (question: string) => share(question, ask), calls: () => calls };
  };

  it('hold for their time and no longer', async () => {
    const { ask, calls } = counting({ ms: 0 });
    await ask('a');
    await ask('a');
    expect(calls()).toBe(2);
  });

  it.each([
    ['there are many', { most: { answers: 2, weight: 100 } }],
    ['they are large', { most: { answers: 100, weight: 20 }, weigh: () => 10 }],
  ])('leave where %s, the oldest first', async (_why, options) => {
    const { ask, calls } = counting(options);
    for (const question of ['a', 'b', 'c']) await ask(question);
    await ask('c');
    await ask('b');
    expect(calls()).toBe(3);
    await ask('a');
    expect(calls()).toBe(4);
  });
});

describe('pace', () => {
  it('lets calls over the measure wait instead of having them refused', async () => {
    const turn = createPace({ calls: 2, ms: 60 });
    const gone: number[] = [];
    const last = Promise.all([0, 1, 2, 3, 4].map((n) => turn().then(() => gone.push(n))));
    await Promise.resolve();
    await Promise.resolve();
    expect(gone).toEqual([0, 1]);
    await last;
    expect(gone.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  it('of one identity lets fourteen queries leave in five seconds, one fewer than Azure takes', async () => {
    const arrived: string[] = [];
    const graph = await odd(async (request, response) => {
      arrived.push((await read(request)).query);
      response.end(JSON.stringify({ data: [], resultTruncated: 'false' }));
    });
    await Promise.all(Array.from({ length: 14 }, (_call, n) => graph.rows(`resources | take ${n}`)));
    const signal = AbortSignal.timeout(100);
    expect(await failure(graph.rows('resources', { signal }))).toMatchObject({ reason: 'timeout' });
    expect(arrived).toHaveLength(14);
  });

  it('lets nobody wait who has gone', async () => {
    const turn = createPace({ calls: 1, ms: 60_000 });
    await turn();
    expect(await failure(turn(AbortSignal.timeout(20)))).toMatchObject({ reason: 'timeout' });
  });

  it('lets nobody wait for those who gave up before them', async () => {
    const turn = createPace({ calls: 1, ms: 300 });
    await turn();
    const leaving = new AbortController();
    const gone = Array.from({ length: 1_000 }, () => failure(turn(leaving.signal)));
    const patient = turn();
    leaving.abort();
    for (const one of await Promise.all(gone)) expect(one).toMatchObject({ reason: 'timeout' });
    // Behind them all it would wait for five minutes.
    await patient;
    expect(await failure(turn(AbortSignal.abort()))).toMatchObject({ reason: 'timeout' });
    await turn();
  });
});
