import { networkInterfaces } from 'node:os';
import { pino } from 'pino';
import type { Server } from 'restify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { showBacklog } from '../src/backlog-gauges.ts';
import { mountOperations, type OperationsOptions } from '../src/edge/operations.ts';
import { createRefusals } from '../src/edge/refusals.ts';
import { createSenderOf } from '../src/edge/sender.ts';
import { createServer, listen, shut } from '../src/edge/server.ts';
import { secretOf } from '../src/secrets/secret.ts';
import { readBacklog } from '../src/store/backlog.ts';
import { answers, type Database, openDatabase } from '../src/store/database.ts';
import { createTelemetry, type Telemetry } from '../src/telemetry.ts';
import { databases, type TestDatabase } from './support/databases.ts';

const silent = pino({ level: 'silent' });
let server: Server;
let telemetry: Telemetry;
let url: string;
let logged: Record<string, unknown>[];

beforeEach(() => {
  logged = [];
  telemetry = createTelemetry(silent);
});
afterEach(async () => {
  telemetry.stop();
  await shut(server);
});

const lane = (secondsAgo: number) => ({ lookedAt: () => Date.now() - secondsAgo * 1_000 });

const fine: OperationsOptions['ready'] = {
  databaseAnswers: async () => true,
  isMigrated: () => true,
  lanes: () => ({ intake: lane(0.4), deliver: lane(10) }),
  isStopping: () => false,
};

async function open(
  ready: Partial<OperationsOptions['ready']> = {},
  metricsToken?: string,
  host = '127.0.0.1',
) {
  const log = pino({ level: 'warn' }, { write: (line) => logged.push(JSON.parse(line)) });
  const refusals = createRefusals({ senderOf: createSenderOf([]), count: () => {}, log });
  server = createServer(log, refusals);
  mountOperations(server, {
    registry: telemetry.registry,
    metricsToken: metricsToken === undefined ? undefined : secretOf('METRICS_TOKEN', metricsToken),
    ready: { ...fine, ...ready },
    refuse: refusals.refuse,
  });
  url = `http://127.0.0.1:${await listen(server, 0, host)}`;
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers });
async function probe(path: string): Promise<{ status: number; body: unknown }> {
  const answer = await get(path);
  return { status: answer.status, body: await answer.json() };
}

describe.each(databases)('the probes on $name', (kind) => {
  let place: TestDatabase;
  let store: Database;
  beforeAll(async () => {
    place = await kind.create();
    store = await openDatabase({ ...place, log: silent });
  });
  afterAll(() => place.release());

  const onDatabase = { databaseAnswers: () => answers(store.db) };

  it('find it alive and ready', async () => {
    await open(onDatabase);
    expect(await probe('/healthz')).toEqual({ status: 200, body: { healthy: true } });
    expect(await probe('/readyz')).toEqual({
      status: 200,
      body: {
        ready: true,
        checks: { database: 'ok', migrations: 'ok', intake: 'ok', deliver: 'ok', running: 'ok' },
      },
    });
  });

  it('read what is behind out of it', async () => {
    await open(onDatabase);
    showBacklog(telemetry.registry, () => readBacklog(store.db));
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    expect(text).toContain('\nwatchfloor_database_up 1\n');
    expect(text).toContain('\nwatchfloor_raw_alerts_waiting 0\n');
  });

  it('find it alive and not ready once the database is away', async () => {
    await store.close();
    await open(onDatabase);
    showBacklog(telemetry.registry, () => readBacklog(store.db));
    expect((await probe('/healthz')).status).toBe(200);
    expect(await probe('/readyz')).toMatchObject({
      status: 503,
      body: { ready: false, checks: { database: 'does not answer', intake: 'ok' } },
    });
    expect(await (await get('/metrics')).text()).toContain('\nwatchfloor_database_up 0\n');
  });
});

describe('ready', () => {
  it.each<[string, Partial<OperationsOptions['ready']>, Record<string, string>]>([
    ['before the tables are made', { isMigrated: () => false }, { migrations: 'not done yet' }],
    ['before everything is started', { lanes: () => ({ intake: undefined }) }, { intake: 'not started yet' }],
    [
      'with a lane that is stuck',
      { lanes: () => ({ intake: lane(45), deliver: lane(1) }) },
      { intake: 'last looked 45 s ago' },
    ],
    ['once it ends', { isStopping: () => true }, { running: 'stopping' }],
    [
      'when the database hangs',
      { databaseAnswers: () => new Promise(() => {}) },
      { database: 'does not answer within 2 s' },
    ],
  ])('it is not %s', async (_when, ready, checks) => {
    await open(ready);
    expect(await probe('/readyz')).toMatchObject({ status: 503, body: { ready: false, checks } });
    expect((await probe('/healthz')).status).toBe(200);
  });

  it('asks the database once for many who probe at the same time', async () => {
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    await open({
      databaseAnswers: () => {
        asked += 1;
        return promise;
      },
    });
    const probes = Array.from({ length: 8 }, () => probe('/readyz'));
    await expect.poll(() => asked).toBe(1);
    resolve(true);
    for (const { status } of await Promise.all(probes)) expect(status).toBe(200);
    expect(asked).toBe(1);
  });
});

describe('the numbers', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('are for whoever has the token, where one is set', async () => {
    await open({}, 'a-token-for-prometheus');
    const answer = await get('/metrics', bearer('a-token-for-prometheus'));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('watchfloor_given_up_total');
    for (const headers of [{}, bearer('another'), { authorization: 'Basic eDp5' }]) {
      const refused = await get('/metrics', headers);
      expect([refused.status, await refused.text()]).toEqual([401, '']);
    }
    expect(logged.map(({ msg, reason }) => [msg, reason])).toEqual([
      ['request refused', 'no bearer token'],
      ['request refused', 'wrong METRICS_TOKEN'],
      ['request refused', 'no bearer token'],
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/another|a-token/);
  });

  it('are for this machine alone, where no token is set', async () => {
    await open();
    expect((await get('/metrics')).status).toBe(200);
  });

  it('are not for whoever comes through a proxy on this machine', async () => {
    await open();
    const refused = await get('/metrics', { 'x-forwarded-for': '203.0.113.7' });
    expect([refused.status, await refused.text()]).toEqual([403, '']);
    expect(logged[0]?.reason).toContain('METRICS_TOKEN is not set');
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

  it.runIf(outside)('are not for another machine, where no token is set', async () => {
    await open({}, undefined, '0.0.0.0');
    url = url.replace('127.0.0.1', outside ?? '');
    expect((await get('/metrics')).status).toBe(403);
    expect(logged[0]).toMatchObject({ edge: 'metrics', peer: expect.stringContaining(outside ?? '') });
    expect((await get('/healthz')).status).toBe(200);
  });
});
