import { LogsQueryResultStatus } from '@azure/monitor-query-logs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { payments, soc } from '../../../src/sandbox/logs/tables-workspaces.ts';
import { findPerson } from '../../../src/sandbox/people.ts';
import { day, objects, openLogs } from './stage.ts';

let logs: Awaited<ReturnType<typeof openLogs>>;
beforeAll(async () => {
  logs = await openLogs();
});
afterEach(() => logs.control({}));
afterAll(() => logs.close());

const machine =
  '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-pay-web-01';

describe('a query by the vendor’s own client', () => {
  it('is answered with typed columns and values', async () => {
    const query =
      "print at = datetime(2026-01-02T03:04:05.6Z), whole = 3, broken = 1.5, yes = true, length = 90m, bag = dynamic({'a': [1, 2]}), text = 'x'";
    const result = await logs.clientOf().queryWorkspace(soc.id, query, day);
    if (result.status !== LogsQueryResultStatus.Success) throw new Error('It is not whole.');
    const [table] = result.tables;
    expect(table?.columnDescriptors.map(({ type }) => type)).toEqual([
      'datetime',
      'long',
      'real',
      'bool',
      'timespan',
      'dynamic',
      'string',
    ]);
    expect(objects(result)[0]).toEqual({
      at: new Date('2026-01-02T03:04:05.600Z'),
      whole: 3,
      broken: 1.5,
      yes: true,
      length: '01:30:00',
      bag: { a: [1, 2] },
      text: 'x',
    });
  });

  it('of several workspaces reads the tables of all of them', async () => {
    const client = logs.clientOf();
    const query = 'Heartbeat | distinct Computer, TenantId';
    const one = objects(await client.queryWorkspace(soc.id, query, day));
    const both = objects(
      await client.queryWorkspace(soc.id, query, day, { additionalWorkspaces: [payments.id] }),
    );
    expect(one.map(({ Computer }) => Computer)).not.toContain('vm-pay-web-01');
    expect(both.map(({ Computer }) => Computer)).toContain('vm-pay-web-01');
    expect(new Set(both.map(({ TenantId }) => TenantId))).toEqual(new Set([soc.id, payments.id]));
  });

  it('of a resource sees only what is about it', async () => {
    const client = logs.clientOf();
    const query = 'union Syslog, DnsEvents | summarize Rows = count() by _ResourceId';
    const found = objects(await client.queryResource(machine.slice(1), query, day));
    expect(found.map(({ _ResourceId: id }) => id)).toEqual([machine.toLowerCase()]);
    const none = await client.queryResource(machine.slice(1), 'SigninLogs | count', day);
    expect(objects(none)).toEqual([{ Count: 0 }]);
  });

  it('is bounded by the time range beside it, whatever it says itself', async () => {
    const query = 'Heartbeat | where TimeGenerated > ago(10d) | summarize min(TimeGenerated)';
    const [row] = await logs.rows(query, { duration: 'PT6H' });
    expect(Number(row?.min_TimeGenerated)).toBeGreaterThan(Date.now() - 6.1 * 3_600_000);
  });

  it('gives statistics and what to draw where that is asked for, and not otherwise', async () => {
    const query = 'Heartbeat | summarize count() by bin(TimeGenerated, 1h) | render timechart';
    const options = { includeQueryStatistics: true, includeVisualization: true, serverTimeoutInSeconds: 30 };
    const told = await logs.clientOf().queryWorkspace(soc.id, query, day, options);
    expect(told).toMatchObject({
      visualization: { visualization: 'timechart' },
      statistics: { query: { executionTime: expect.any(Number) } },
    });
    const { body } = await logs.query({ query });
    expect(Object.keys(body)).toEqual(['tables']);
    expect((await logs.state()).queries[1]).toMatchObject({ waitSeconds: 30, status: 200 });
  });
});

describe('an answer that is not whole', () => {
  it('comes with the rows that are there', async () => {
    await logs.control({ partial: 1 });
    const query = 'Heartbeat | take 40';
    const result = await logs.clientOf().queryWorkspace(soc.id, query, day);
    expect(result).toMatchObject({ status: 'PartialFailure', partialError: { code: 'PartialError' } });
    expect(objects(result)).toHaveLength(20);
    expect(await logs.clientOf().queryWorkspace(soc.id, query, day)).toMatchObject({ status: 'Success' });
  });

  it('says that there are more rows than may be given', async () => {
    await logs.control({ mostRows: 100 });
    const { status, body } = await logs.query({ query: 'Heartbeat | take 101' });
    expect(status).toBe(200);
    expect(body.tables[0].rows).toHaveLength(100);
    expect(body.error.details[0].innererror.message).toContain('E_QUERY_RESULT_SET_TOO_LARGE');
    expect((await logs.query({ query: 'Heartbeat | take 100' })).body.error).toBeUndefined();
  });

  it('says that there are more bytes than may be given', async () => {
    await logs.control({ mostBytes: 4_000 });
    const { body } = await logs.query({ query: 'Heartbeat | take 100' });
    expect(body.tables[0].rows.length).toBeLessThan(20);
    expect(body.error.code).toBe('PartialError');
  });
});

describe('a query that cannot be answered', () => {
  it.each([
    ['SigninLogs | wher x', 'SyntaxError', { line: 1, pos: 13 }],
    ['SigninLogs\n| where Nope == 1', 'SemanticError', { line: 2, pos: 8 }],
    ['NoSuchTable | take 1', 'SemanticError', { line: 1 }],
    ['ContainerLogV2 | take 1', 'SemanticError', {}],
  ])('is refused with the innermost words: %s', async (query, code, place) => {
    const { status, body } = await logs.query({ query });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'BadArgumentError',
      message: 'The request had some invalid properties',
      innererror: { code, innererror: { message: expect.any(String), ...place } },
    });
  });

  it.each([
    [{}, 'MissingQuery'],
    [{ query: 'print 1', timespan: 'yesterday' }, 'InvalidTimespan'],
  ])('is refused for its properties: %j', async (body, code) => {
    const refused = await logs.query(body);
    expect(refused.status).toBe(400);
    expect(refused.body.error.innererror.code).toBe(code);
  });

  it('ends when its time is over, and the next one is answered', async () => {
    const endless = "print s = strrep('a', 60) | where s matches regex '^(a+)+b'";
    const start = Date.now();
    const late = await logs.query({ query: endless }, { Prefer: 'wait=2' });
    expect(late).toMatchObject({ status: 504, body: { error: { code: 'GatewayTimeout' } } });
    expect(Date.now() - start).toBeLessThan(10_000);
    expect((await logs.query({ query: 'print 1' })).status).toBe(200);
  });

  it('that is slow is a 504 when it was to wait less', async () => {
    await logs.control({ slowMs: 5_000 });
    const late = await logs.query({ query: 'print 1' }, { Prefer: 'wait=1' });
    expect(late).toMatchObject({ status: 504, body: { error: { code: 'GatewayTimeout' } } });
  });
});

describe('who asks', () => {
  it('must hold a token for this very API', async () => {
    const ask = async (token: string) =>
      (await logs.call('POST', `/workspaces/${soc.id}/query`, { body: { query: 'print 1' }, token })).status;
    expect(await ask('')).toBe(401);
    expect(await ask('forged')).toBe(403);
    expect(await ask(await logs.tokenOf({}, 'https://management.azure.com'))).toBe(403);
    expect(await ask(await logs.tokenOf())).toBe(200);
  });

  it('counts as the person where the token is a person’s', async () => {
    const adam = findPerson('adam');
    await logs.clientOf({ oid: adam.oid, upn: adam.upn }).queryWorkspace(soc.id, 'print 1', day);
    const { queries } = await logs.state();
    expect(queries[0].identity).toEqual({ kind: 'person', oid: adam.oid, name: adam.upn });
    const mallory = findPerson('mallory');
    const refused = logs
      .clientOf({ oid: mallory.oid, upn: mallory.upn })
      .queryWorkspace(soc.id, 'print 1', day);
    await expect(refused).rejects.toMatchObject({ statusCode: 403 });
  });

  it('finds no workspace that there is not, and none that is closed', async () => {
    const client = logs.clientOf();
    await expect(client.queryWorkspace('00000000', 'print 1', day)).rejects.toMatchObject({
      statusCode: 404,
    });
    await logs.control({ closed: [payments.name] });
    const several = client.queryWorkspace(soc.id, 'print 1', day, { additionalWorkspaces: [payments.id] });
    await expect(several).rejects.toMatchObject({ statusCode: 403, code: 'InsufficientAccessError' });
    expect((await logs.call('POST', '/nowhere', { body: {} })).body.error.code).toBe('PathNotFoundError');
  });
});

describe('many queries at once', () => {
  it('wait while five of the same identity run, and others need not', async () => {
    await logs.control({ slowMs: 400 });
    const mine = logs.clientOf({ oid: 'busy' });
    const asked = Array.from({ length: 7 }, () => mine.queryWorkspace(soc.id, 'print 1', day));
    await expect
      .poll(async () =>
        (await logs.state()).queries
          .slice(0, 7)
          .map((one: { status: string }) => one.status)
          .sort()
          .join(),
      )
      .toBe('running,running,running,running,running,waiting,waiting');
    const other = logs.clientOf({ oid: 'other' }).queryWorkspace(soc.id, 'print 1', day);
    expect(await other).toMatchObject({ status: 'Success' });
    expect(await Promise.all(asked)).toHaveLength(7);
  });

  it('are refused with the time to wait where the queue is full', async () => {
    await logs.control({ slowMs: 300, waiting: 0, retryAfter: 7 });
    const bodies = Array.from({ length: 6 }, () => logs.query({ query: 'print 1' }));
    const answers = await Promise.all(bodies);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.headers.get('retry-after')).toBe('7');
  });

  it('are refused where they are too many within half a minute', async () => {
    await logs.control({ requests: 0 });
    await expect(logs.clientOf().queryWorkspace(soc.id, 'print 1', day)).rejects.toMatchObject({
      statusCode: 429,
    });
  });
});

describe('a search of tables that are billed by what is scanned', () => {
  const search = (query: string, timespan = '?timespan=P1D') =>
    logs.call('POST', `/workspaces/${soc.id}/search${timespan}`, { body: { query } });

  it('reads one of them and says how much it scanned', async () => {
    const { status, body } = await search(
      "ContainerLogV2 | where LogMessage has 'coin-dig' | summarize count() by PodName",
    );
    expect(status).toBe(200);
    expect(body.tables[0].rows).toHaveLength(6);
    expect(body.statistics.query.scannedGb).toBeGreaterThan(0);
    expect((await search('EdgeCache_CL | count')).status).toBe(200);
  });

  it.each([
    'SigninLogs | take 1',
    'ContainerLogV2 | join EdgeCache_CL on TimeGenerated',
    'union ContainerLogV2, EdgeCache_CL',
  ])('refuses %s', async (query) => {
    expect((await search(query)).status).toBe(400);
  });

  it('needs a time range', async () => {
    expect((await search('ContainerLogV2 | count', '')).status).toBe(400);
  });
});

it('tells which tables and functions there are', async () => {
  const { body } = await logs.call('GET', `/workspaces/${soc.id}/metadata`);
  const table = body.tables.find(({ name }: { name: string }) => name === 'SigninLogs');
  expect(table.columns).toContainEqual({ name: 'LocationDetails', type: 'dynamic', description: '' });
  expect(body.functions[0]).toMatchObject({ name: 'PrivilegedAccounts' });
  expect(await logs.rows('PrivilegedAccounts')).toContainEqual({ AccountUPN: 'adm-keller@contoso.com' });
});

it('says what the sample logs cost', async () => {
  await logs.rows('print 1');
  const { held } = await logs.state();
  expect(held.rows).toBeGreaterThan(50_000);
  // Rows, and Microsoft's parser beside them.
  expect(held.megabytes).toBeLessThan(800);
});

it('goes wrong as it is told: half an answer, or none for a while', async () => {
  logs.faults.set('azure', { kind: 'half-answer', count: 1 });
  await expect(logs.query({ query: 'print 1' })).rejects.toThrow();
  logs.faults.set('azure', { kind: 'throttled', count: 1 });
  expect((await logs.query({ query: 'print 1' })).status).toBe(429);
  expect((await logs.query({ query: 'print 1' })).status).toBe(200);
});

it('can be asked by address alone', async () => {
  const query = encodeURIComponent('Heartbeat | count');
  const { status, body } = await logs.call('GET', `/workspaces/${soc.id}/query?query=${query}&timespan=PT2H`);
  expect(status).toBe(200);
  expect(body.tables[0].rows[0][0]).toBeGreaterThan(10);
});
