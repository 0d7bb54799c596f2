import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { TokenCredential } from '@azure/core-auth';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLogAnalytics } from '../../src/azure/log-analytics.ts';
import type { LogAnalyticsOptions } from '../../src/azure/log-analytics-options.ts';
import { FarSideError, Refused } from '../../src/errors.ts';
import { type LogRequest, QueryFault } from '../../src/kql/logs.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';

const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.x';
const scopes: string[] = [];
const credential: TokenCredential = {
  async getToken(asked) {
    scopes.push(String(asked));
    return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
  },
};

const soc = { name: 'soc', id: '11111111-1111-4111-8111-111111111111' };
const retail = { name: 'retail', id: '22222222-2222-4222-8222-222222222222' };
const resource = `/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/soc`;
const span = { from: '2026-11-20T02:00:00.000Z', to: '2026-11-20T06:00:00.000Z' };

let certificate: { ca: string; cert: string; key: string };
const servers: Server[] = [];

beforeAll(async () => {
  certificate = await createCertificate();
  setDefaultCACertificates([...getCACertificates(), certificate.ca]);
});
afterEach(async () => {
  scopes.length = 0;
  for (const server of servers.splice(0)) {
    await closeServer(server);
  }
});

interface Call {
  method: string;
  url: string;
  prefer: string | undefined;
  bearer: string | undefined;
  body: unknown;
}

/** Azure as this test wants it; `calls` are those that reached it. */
async function azure(answer: RequestListener, over: Partial<LogAnalyticsOptions> = {}) {
  const calls: Call[] = [];
  const server = createServer(certificate, async (request, response) => {
    const text = await read(request);
    const { prefer, authorization } = request.headers;
    calls.push({
      method: request.method ?? '',
      url: request.url ?? '',
      prefer: prefer === undefined ? undefined : String(prefer),
      bearer: authorization,
      body: text ? JSON.parse(text) : undefined,
    });
    answer(request, response);
  });
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  const origin = `https://127.0.0.1:${address.port}`;
  const logs = createLogAnalytics({
    endpoint: `${origin}/v1`,
    resourceManager: origin,
    workspaces: [soc, retail],
    credentialOf: () => credential,
    now: () => Date.now(),
    ...over,
  });
  return { logs, calls, origin };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function always(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

function request(over: Partial<LogRequest> = {}): LogRequest {
  return {
    scope: { kind: 'workspaces', names: ['soc'] },
    text: 'SigninLogs | take 5',
    span,
    seconds: 30,
    signal: new AbortController().signal,
    as: 'bot',
    isSearch: false,
    ...over,
  };
}

const result = (columns: [string, string][], rows: unknown[][]) => ({
  tables: [{ name: 'PrimaryResult', columns: columns.map(([name, type]) => ({ name, type })), rows }],
});
const none = result([], []);

async function thrown(call: Promise<unknown>): Promise<Error> {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Error)) throw new Error(`Nothing was thrown but ${String(error)}`);
  return error;
}

describe('what Azure is asked', () => {
  test('a workspace is asked by its customer id, within the time range, with a limit of its own', async () => {
    const { logs, calls } = await azure(always(200, none));
    await logs.ask(request());
    expect(calls).toEqual([
      {
        method: 'POST',
        url: `/v1/workspaces/${soc.id}/query`,
        prefer: 'wait=30,include-statistics=true,include-render=true',
        bearer: `Bearer ${token}`,
        body: { query: 'SigninLogs | take 5', timespan: `${span.from}/${span.to}` },
      },
    ]);
    expect(scopes).toEqual(['https://api.loganalytics.io/.default']);
  });

  test('several workspaces are asked at once, whatever the case of their names', async () => {
    const { logs, calls } = await azure(always(200, none));
    await logs.ask(request({ scope: { kind: 'workspaces', names: ['Retail', 'soc', 'retail'] } }));
    expect(calls[0]).toMatchObject({
      url: `/v1/workspaces/${retail.id}/query`,
      body: { workspaces: [soc.id] },
    });
  });

  test('a resource is asked by its own address', async () => {
    const { logs, calls } = await azure(always(200, none));
    await logs.ask(request({ scope: { kind: 'resource', id: resource } }));
    expect(calls[0]?.url).toBe(`/v1${resource}/query`);
  });

  test.each([
    '/subscriptions/../workspaces/x',
    `${resource}/../../..`,
    `${resource}?api-version=1`,
    `${resource}#x`,
    'https://evil.example/',
    '//evil.example/',
    `${resource} x`,
    '',
  ])('an id of a resource that leads elsewhere is refused: %s', async (id) => {
    const { logs, calls } = await azure(always(200, none));
    expect(await thrown(logs.ask(request({ scope: { kind: 'resource', id } })))).toBeInstanceOf(Refused);
    expect(calls).toEqual([]);
  });

  test('a workspace that the settings do not name is refused, with those that they do', async () => {
    const { logs, calls } = await azure(always(200, none));
    const asked = request({ scope: { kind: 'workspaces', names: ['hr'] } });
    expect((await thrown(logs.ask(asked))).message).toContain('Known are: soc, retail.');
    expect(await thrown(logs.schema(asked.scope))).toBeInstanceOf(Refused);
    expect(calls).toEqual([]);
  });

  test('a table that is billed by what is scanned is searched, with the time range in the address', async () => {
    const { logs, calls } = await azure(always(200, result([['n', 'long']], [[1]])));
    const answer = await logs.ask(request({ text: 'Flows_CL | take 1', isSearch: true }));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      url: `/v1/workspaces/${soc.id}/search?timespan=${encodeURIComponent(`${span.from}/${span.to}`)}`,
      body: { query: 'Flows_CL | take 1' },
      prefer: 'wait=30,include-statistics=true,include-render=true',
    });
    expect(calls[0]?.body).not.toHaveProperty('timespan');
    expect(answer.rows).toEqual([[1]]);
  });

  test.each([
    { kind: 'workspaces', names: ['soc', 'retail'] },
    { kind: 'resource', id: resource },
  ] satisfies LogRequest['scope'][])('such a table is not asked for in $kind at once', async (scope) => {
    const { logs, calls } = await azure(always(200, none));
    expect(await thrown(logs.ask(request({ scope, isSearch: true })))).toBeInstanceOf(QueryFault);
    expect(calls).toEqual([]);
  });

  test('the credential is that of whoever asks', async () => {
    const names: LogRequest['as'][] = [];
    const { logs } = await azure(always(200, none), {
      credentialOf(as) {
        names.push(as);
        if (as !== 'bot') throw new Refused('Sign in first.');
        return credential;
      },
    });
    await logs.ask(request());
    expect(await thrown(logs.ask(request({ as: { person: 'adam' } })))).toMatchObject({
      message: 'Sign in first.',
    });
    expect(names).toEqual(['bot', { person: 'adam' }]);
  });
});

describe('what Azure answers', () => {
  test('cells are what their columns say, though numbers and truths come as text', async () => {
    const { logs } = await azure(
      always(
        200,
        result(
          [
            ['TimeGenerated', 'datetime'],
            ['n', 'long'],
            ['huge', 'long'],
            ['share', 'real'],
            ['nothing', 'real'],
            ['ok', 'bool'],
            ['detail', 'dynamic'],
            ['list', 'dynamic'],
            ['broken', 'dynamic'],
            ['id', 'guid'],
            ['money', 'decimal'],
            ['gone', 'string'],
          ],
          [
            [
              '2026-11-20T02:00:00.1234567Z',
              '17',
              '9223372036854775807',
              '0.5',
              'NaN',
              'true',
              '{"a":{"b":[1,"x",null,true]}}',
              [1, 2],
              '{"a":',
              '74be27de-1e4e-49d9-b579-fe0b331d3642',
              '0.10',
              null,
            ],
          ],
        ),
      ),
    );
    const { columns, rows } = await logs.ask(request());
    expect(columns[0]).toEqual({ name: 'TimeGenerated', type: 'datetime' });
    expect(rows).toEqual([
      [
        '2026-11-20T02:00:00.123Z',
        17,
        '9223372036854775807',
        0.5,
        'NaN',
        true,
        { a: { b: [1, 'x', null, true] } },
        [1, 2],
        '{"a":',
        '74be27de-1e4e-49d9-b579-fe0b331d3642',
        '0.10',
        null,
      ],
    ]);
  });

  test('a value of ten thousand levels is cut before anything walks it', async () => {
    const deep = `${'['.repeat(10_000)}1${']'.repeat(10_000)}`;
    const { logs } = await azure(always(200, result([['deep', 'dynamic']], [[deep]])));
    expect(JSON.stringify((await logs.ask(request())).rows).length).toBeLessThan(100);
  });

  test('a time that is none is nothing', async () => {
    const { logs } = await azure(always(200, result([['at', 'datetime']], [['when?']])));
    expect((await logs.ask(request())).rows).toEqual([[null]]);
  });

  test.each([
    [
      { visualization: 'timechart', title: 'Sign-ins' },
      { shape: 'timechart', title: 'Sign-ins' },
    ],
    [
      { visualization: 'piechart', title: null },
      { shape: 'piechart', title: '' },
    ],
    [{ visualization: 'table' }, undefined],
    [{ visualization: null }, undefined],
    [{}, undefined],
  ])('how it wants to be drawn: %o', async (render, wanted) => {
    const { logs } = await azure(always(200, { ...none, render }));
    expect((await logs.ask(request())).render).toEqual(wanted);
  });

  test('gigabytes that were scanned, where it says so', async () => {
    const { logs } = await azure(always(200, { ...none, statistics: { query: { scannedGb: 1.5 } } }));
    expect((await logs.ask(request())).scannedGb).toBe(1.5);
  });

  test('rows that are not all come with the innermost reason', async () => {
    const error = {
      code: 'PartialError',
      message: 'There were some errors when processing your query.',
      details: [
        {
          code: 'EngineError',
          message: 'Something went wrong processing your query on the server.',
          innererror: {
            code: '-2133196797',
            message: 'The results of this query exceed the set limit of 500000 records.',
          },
        },
      ],
    };
    const { logs } = await azure(always(200, { ...result([['n', 'long']], [[1], [2]]), error }));
    const answer = await logs.ask(request());
    expect(answer.rows).toEqual([[1], [2]]);
    expect(answer.partial).toBe('The results of this query exceed the set limit of 500000 records.');
  });

  test('a whole answer has no such reason', async () => {
    const { logs } = await azure(always(200, none));
    expect((await logs.ask(request())).partial).toBe('');
  });

  test.each([
    ['nothing at all', 204, ''],
    ['an empty body', 200, ''],
  ])('a workspace without anything answers %s: no rows', async (_what, status, body) => {
    const { logs } = await azure((_request, response) => response.writeHead(status).end(body));
    expect(await logs.ask(request())).toMatchObject({ columns: [], rows: [], partial: '' });
  });

  test.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['no tables', '{}'],
    ['tables of another form', '{"tables":[{"name":"PrimaryResult","columns":null,"rows":7}]}'],
    ['a truncated body', '{"tables":['],
  ])('%s is a far side that does not work, and no secret is in what it says', async (_what, body) => {
    const { logs } = await azure(always(200, body));
    const error = await thrown(logs.ask(request()));
    expect(error).toMatchObject({ name: 'FarSideError', reason: 'unavailable' });
    expect(error.message).not.toContain(token);
  });

  test.each(['as it is', 'packed'])('an answer over 16 MB is not read to its end, %s', async (form) => {
    const huge = JSON.stringify(result([['x', 'string']], [['x'.repeat(20 * 1024 * 1024)]]));
    let closed = false;
    const { logs } = await azure((_request: IncomingMessage, response: ServerResponse) => {
      response.once('close', () => {
        closed = true;
      });
      const headers = { 'content-type': 'application/json' };
      if (form === 'packed') {
        response.writeHead(200, { ...headers, 'content-encoding': 'gzip' }).end(gzipSync(huge));
      } else {
        response.writeHead(200, headers).write(huge);
      }
    });
    const error = await thrown(logs.ask(request()));
    expect(error).toBeInstanceOf(QueryFault);
    expect(error.message).toContain('over 16 MB');
    await expect.poll(() => closed).toBe(true);
  });
});

describe('what Azure refuses', () => {
  const syntax = (message: string, place: object = {}) => ({
    error: {
      message: 'The request had some invalid properties',
      code: 'BadArgumentError',
      correlationId: '34f5f93a-6007-48a4-904f-487ca4e62a82',
      innererror: {
        code: 'SyntaxError',
        message: 'A recognition error occurred in the query.',
        innererror: { code: 'SYN0002', message, ...place },
      },
    },
  });

  test.each([
    ['counted from nought', 9],
    ['counted from one', 10],
  ])('a query with a slip is a fault with the innermost words and the place, %s', async (_how, pos) => {
    const message = `Query could not be parsed at 'wher' on line [2,${pos}]`;
    const { logs, calls } = await azure(always(400, syntax(message, { line: 2, pos, token: 'wher' })));
    const error = await thrown(logs.ask(request({ text: 'SigninLogs\n| extend wher x' })));
    expect(error).toBeInstanceOf(QueryFault);
    expect(error).toMatchObject({ message, at: { line: 2, column: 10 } });
    expect(calls).toHaveLength(1);
  });

  test('a name that Azure does not know is a fault without a place', async () => {
    const message = "'where' operator: Failed to resolve column or scalar expression named 'Foo'";
    const { logs } = await azure(always(400, syntax(message)));
    expect(await thrown(logs.ask(request()))).toMatchObject({ name: 'QueryFault', message, at: undefined });
  });

  test('a place outside of the text is left out', async () => {
    const { logs } = await azure(always(400, syntax('Odd.', { line: 99, pos: 4, token: 'x' })));
    expect(await thrown(logs.ask(request()))).toMatchObject({ message: 'Odd.', at: undefined });
  });

  test.each([401, 403])('%i says which role on which workspace', async (status) => {
    const error = {
      code: 'InsufficientAccessError',
      message: 'The provided credentials have insufficient access',
    };
    const { logs, calls } = await azure(always(status, { error }));
    const bot = await thrown(logs.ask(request()));
    expect(bot).toMatchObject({ name: 'FarSideError', reason: 'auth' });
    expect(bot.message).toContain('Log Analytics Reader');
    expect(bot.message).toContain('the workspace soc');
    expect(bot.message).toContain('AZURE_CLIENT_ID');
    const person = await thrown(logs.ask(request({ as: { person: 'adam' } })));
    expect(person.message).toContain('You may not read the workspace soc.');
    expect(calls).toHaveLength(2);
  });

  test('a workspace that is not there is not found', async () => {
    const error = { code: 'WorkspaceNotFoundError', message: 'The workspace could not be found' };
    const { logs } = await azure(always(404, { error }));
    expect(await thrown(logs.ask(request()))).toMatchObject({ reason: 'not-found' });
  });

  test('too many queries are a wait for as long as Azure says, asked once', async () => {
    const { logs, calls } = await azure(always(429, {}, { 'retry-after': '1' }));
    expect(await thrown(logs.ask(request()))).toMatchObject({ reason: 'rate-limited', retryAfter: 1_000 });
    expect(calls).toHaveLength(1);
  });

  test.each([408, 504])('%i is a query that took too long, and says what to do', async (status) => {
    const { logs, calls } = await azure(always(status, '<html>Gateway</html>'));
    const error = await thrown(logs.ask(request()));
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(error.message).toContain('longer than 30 seconds');
    expect(calls).toHaveLength(1);
  });

  test.each([500, 502, 503])('%i is a far side that does not work, asked once', async (status) => {
    const { logs, calls } = await azure(always(status, '<html>'));
    expect(await thrown(logs.ask(request()))).toMatchObject({ reason: 'unavailable' });
    expect(calls).toHaveLength(1);
  });

  test('a redirect is not followed, so the token stays here', async () => {
    const elsewhere = await azure(always(200, none));
    const { logs } = await azure((_request, response) =>
      response.writeHead(307, { location: `${elsewhere.origin}/v1` }).end(),
    );
    expect(await thrown(logs.ask(request()))).toBeInstanceOf(FarSideError);
    expect(elsewhere.calls).toEqual([]);
  });

  test('no error tells the token, even where Azure repeats it', async () => {
    const { logs } = await azure(always(403, { error: { code: 'x', message: `Bearer ${token} is bad` } }));
    expect((await thrown(logs.ask(request()))).message).not.toContain(token);
  });

  test('whoever cancels does not wait for the answer', async () => {
    const cancel = new AbortController();
    let closed = false;
    const { logs } = await azure((_request, response) => {
      response.once('close', () => {
        closed = true;
      });
      cancel.abort();
    });
    expect(await thrown(logs.ask(request({ signal: cancel.signal })))).toMatchObject({ reason: 'timeout' });
    await expect.poll(() => closed).toBe(true);
    expect(await thrown(logs.ask(request({ signal: cancel.signal })))).toMatchObject({ reason: 'timeout' });
  });

  test('whoever cancels while the rows come does not wait for them', async () => {
    const cancel = new AbortController();
    const { logs } = await azure((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"tables":[');
      setImmediate(() => cancel.abort());
    });
    expect(await thrown(logs.ask(request({ signal: cancel.signal })))).toMatchObject({ reason: 'timeout' });
  });
});

describe('what there is to ask', () => {
  const metadata = {
    tables: [
      {
        id: 't/SigninLogs',
        name: 'SigninLogs',
        columns: [
          { name: 'TimeGenerated', type: 'datetime' },
          { name: 'UserPrincipalName', type: 'string' },
        ],
      },
      { id: 't/Flows_CL', name: 'Flows_CL', columns: [{ name: 'Bytes', type: 'long' }] },
    ],
    functions: [{ id: 'f/x', name: '_GetWatchlist', body: 'secret' }],
  };
  const plans = {
    value: [
      { name: 'SigninLogs', properties: { plan: 'Analytics' } },
      { name: 'Flows_CL', properties: { plan: 'Auxiliary' } },
      { name: 'Odd', properties: { plan: 'Golden' } },
    ],
  };
  const both: RequestListener = (asked, response) =>
    always(200, asked.url?.startsWith('/v1/') ? metadata : plans)(asked, response);

  test('tables with their columns, functions, and the plan of each table', async () => {
    const { logs, calls } = await azure(both, { workspaces: [{ ...soc, resource }] });
    expect(await logs.schema({ kind: 'workspaces', names: ['soc'] })).toEqual({
      tables: [
        { name: 'SigninLogs', columns: metadata.tables[0]?.columns, plan: 'analytics' },
        { name: 'Flows_CL', columns: metadata.tables[1]?.columns, plan: 'auxiliary' },
      ],
      functions: ['_GetWatchlist'],
    });
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /v1/workspaces/${soc.id}/metadata`,
      `GET ${resource}/tables?api-version=2022-10-01`,
    ]);
  });

  test('it is asked for once in an hour, however many wait for it', async () => {
    let now = 0;
    const { logs, calls } = await azure(both, { now: () => now });
    const ask = () => logs.schema({ kind: 'workspaces', names: ['soc'] });
    await Promise.all([ask(), ask(), logs.schema({ kind: 'resource', id: resource })]);
    now = 59 * 60_000;
    await ask();
    expect(calls).toHaveLength(1);
    now = 61 * 60_000;
    await ask();
    expect(calls).toHaveLength(2);
  });

  test('a failure is not remembered', async () => {
    let n = 0;
    const { logs } = await azure((asked, response) =>
      always(++n === 1 ? 403 : 200, n === 1 ? {} : metadata)(asked, response),
    );
    const ask = () => logs.schema({ kind: 'workspaces', names: ['soc'] });
    expect(await thrown(ask())).toMatchObject({ name: 'FarSideError', reason: 'auth' });
    expect((await ask()).tables).toHaveLength(2);
  });

  test('tables of several workspaces are one list, with the columns of all', async () => {
    const other = { tables: [{ name: 'SigninLogs', columns: [{ name: 'Extra', type: 'string' }] }] };
    const { logs } = await azure((asked, response) =>
      always(200, asked.url?.includes(retail.id) ? other : metadata)(asked, response),
    );
    const { tables } = await logs.schema({ kind: 'workspaces', names: ['soc', 'retail'] });
    expect(tables.map(({ name }) => name)).toEqual(['SigninLogs', 'Flows_CL']);
    expect(tables[0]?.columns.map(({ name }) => name)).toEqual([
      'TimeGenerated',
      'UserPrincipalName',
      'Extra',
    ]);
  });

  test.each(['<html>', '[]', '{"tables":7}'])('%s is no schema', async (body) => {
    const { logs } = await azure(always(200, body));
    expect(await thrown(logs.schema({ kind: 'workspaces', names: ['soc'] }))).toMatchObject({
      reason: 'unavailable',
    });
  });
});
