import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics, type MetricsRequest } from '../../src/azure/metrics.ts';
import { FarSideError } from '../../src/errors.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';

const storage =
  '/subscriptions/3F8A6C1E-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st1';
const scopes: string[] = [];
const credential = {
  getToken: async (asked: string | string[]) => {
    scopes.push(String(asked));
    return { token: 'ey-a-token', expiresOnTimestamp: Date.now() + 3_600_000 };
  },
};

let endpoint: string;
let answer: { status: number; body: string };
let asked: { method: string; url: URL; body: unknown }[] = [];
const certificate = await createCertificate();
const server = createServer(certificate, async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const url = new URL(request.url ?? '', endpoint);
  asked.push({ method: request.method ?? '', url, body: JSON.parse(Buffer.concat(parts).toString()) });
  response.writeHead(answer.status, { 'content-type': 'application/json', 'retry-after': '30' });
  response.end(answer.body);
});

beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates(), certificate.ca]);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  endpoint = `https://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  await closeServer(server);
});

function read(given: {
  status?: number;
  body?: unknown;
  over?: Partial<MetricsRequest>;
  regional?: boolean;
}) {
  asked = [];
  const { status = 200, body = { values: [] } } = given;
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  const metrics = createMetrics({
    endpoint: given.regional ? undefined : endpoint,
    credential,
    timeout: 2_000,
  });
  return metrics.read({
    resource: storage,
    region: 'westeurope',
    namespace: 'Microsoft.Storage/storageAccounts',
    names: ['Egress', 'Transactions'],
    from: new Date('2026-11-20T00:00:00Z'),
    to: new Date('2026-11-20T12:00:00Z'),
    grain: 'PT15M',
    ...given.over,
  });
}

async function failure(call: Promise<unknown>): Promise<FarSideError> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FarSideError)) throw new Error(`Not a FarSideError: ${String(thrown)}`);
  return thrown;
}

const metric = (name: string, data: unknown[], over: object = {}) => ({
  id: `${storage}/providers/Microsoft.Insights/metrics/${name}`,
  name: { value: name, localizedValue: `${name} (translated)` },
  timeseries: [{ data }],
  ...over,
});
const values = (...value: object[]) => ({ values: [{ value, resourceid: storage }] });

describe('metrics of a resource', () => {
  it('are asked of the batch API, with its own audience and all of one resource in one call', async () => {
    await read({});
    expect(scopes.at(-1)).toBe('https://metrics.monitor.azure.com/.default');
    expect(asked).toHaveLength(1);
    const [{ method, url, body } = { method: '', url: new URL(endpoint), body: '' }] = asked;
    expect(method).toBe('POST');
    expect(url.pathname).toBe('/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/metrics:getBatch');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      'api-version': '2024-02-01',
      starttime: '2026-11-20T00:00:00.000Z',
      endtime: '2026-11-20T12:00:00.000Z',
      interval: 'PT15M',
      metricnamespace: 'Microsoft.Storage/storageAccounts',
      metricnames: 'Egress,Transactions',
      aggregation: 'average,total,count',
    });
    expect(body).toEqual({ resourceids: [storage.toLowerCase()] });
  });

  it('come by the name of the API, oldest first, without times that are none', async () => {
    const body = values(
      metric('Egress', [
        { timeStamp: '2026-11-20T00:15:00Z', total: 7, average: 3.5, count: 2 },
        { timeStamp: '2026-11-20T00:00:00Z' },
        { timeStamp: 'soon', total: 9 },
        { timeStamp: '2026-11-20T00:30:00Z', total: '9', average: null },
      ]),
    );
    expect(await read({ body })).toEqual([
      {
        name: 'Egress',
        points: [
          { at: Date.UTC(2026, 10, 20), total: undefined, average: undefined, count: undefined },
          { at: Date.UTC(2026, 10, 20, 0, 15), total: 7, average: 3.5, count: 2 },
          { at: Date.UTC(2026, 10, 20, 0, 30), total: undefined, average: undefined, count: undefined },
        ],
      },
    ]);
  });

  it('are none where one failed, or has no values', async () => {
    const body = values(
      metric('Egress', [], { errorCode: 'InternalServerError' }),
      metric('Transactions', [], { timeseries: [] }),
    );
    expect(await read({ body })).toEqual([]);
    expect(await read({ body: {} })).toEqual([]);
  });
});

describe('what does not come', () => {
  it.each([
    [401, 'auth'],
    [403, 'auth'],
    [404, 'not-found'],
    [400, 'rejected'],
    [429, 'rate-limited'],
    [503, 'unavailable'],
  ] as const)('is %i for %s, asked once', async (status, reason) => {
    const error = await failure(read({ status, body: { error: { code: 'X', message: 'y' } } }));
    expect(error.reason).toBe(reason);
    expect(asked).toHaveLength(1);
  });

  it.each(['<html>', '{"values":[{"value":"x"}]}', '{"values":[null]}', '[]x'])(
    'is an outage: %s',
    async (body) => {
      expect(await failure(read({ body }))).toMatchObject({ reason: 'unavailable' });
    },
  );

  it('is not read where it is longer than any answer', async () => {
    const error = await failure(read({ body: JSON.stringify({ values: [], rest: 'x'.repeat(6_000_000) }) }));
    expect(error).toMatchObject({ reason: 'rejected', message: expect.stringContaining('over 4 MB') });
  });

  it('ends when whoever asked has gone', async () => {
    const error = await failure(read({ over: { signal: AbortSignal.abort() } }));
    expect(error.reason).toBe('timeout');
    expect(asked).toHaveLength(0);
  });

  it.each(['evil.example/', 'evil.example#', 'west-europe', '@evil.example:443/', '', '../x'])(
    'is never asked in a region called “%s”',
    async (region) => {
      scopes.length = 0;
      const error = await failure(read({ regional: true, over: { region } }));
      expect(error).toMatchObject({ reason: 'rejected' });
      expect(scopes).toEqual([]);
    },
  );
});
