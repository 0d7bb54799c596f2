import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptions } from '../../src/sandbox/azure/estate.ts';
import { type GraphInTest, startResourceGraph } from '../azure/resource-graph-stand-in.ts';

let arg: GraphInTest;

beforeAll(async () => {
  arg = await startResourceGraph();
  // Microsoft's parser takes a second to load.
  await arg.graph.rows('resources | count');
}, 30_000);
afterAll(() => arg.stop());

async function refused(body: unknown, more?: { query?: string; token?: string }) {
  const response = await arg.post(body, more);
  const { error } = (await response.json()) as { error: { code: string; details?: { code: string }[] } };
  return { status: response.status, code: error.code, details: error.details?.map(({ code }) => code) };
}

describe("the sandbox's Resource Graph", () => {
  it('takes table names and types in any case', async () => {
    const query = (table: string) => `${table} | where type =~ 'Microsoft.Compute/VirtualMachines' | count`;
    const [small] = await arg.graph.rows(query('resources'));
    expect(small).toEqual(await arg.graph.rows(query('Resources')).then(([row]) => row));
    expect(Number(small?.Count)).toBeGreaterThan(10);
  });

  it('answers as the vendor does: how many there are, how many came, and whether any were left out', async () => {
    const body = { query: 'resources | project id, name | order by name asc', options: { $top: 2 } };
    const first = (await (await arg.post(body)).json()) as Record<string, unknown> & { $skipToken: string };
    expect(first).toMatchObject({ count: 2, facets: [], resultTruncated: 'false' });
    const options = { ...body.options, $skipToken: first.$skipToken };
    const second = (await (await arg.post({ ...body, options })).json()) as Record<string, unknown>;
    expect(second.data).not.toEqual(first.data);
  });

  it('has no second page for rows without an id, and says that they are cut', async () => {
    const response = await arg.post({ query: 'resources | project name', options: { $top: 2 } });
    const answer = (await response.json()) as Record<string, unknown>;
    expect(answer).toMatchObject({ count: 2, resultTruncated: 'true' });
    expect(answer.$skipToken).toBeUndefined();
  });

  it('goes on only with the query that the token was given for', async () => {
    const first = await arg.post({ query: 'resources | project id', options: { $top: 1 } });
    const { $skipToken } = (await first.json()) as { $skipToken: string };
    const other = { query: 'resources | project id, name', options: { $skipToken } };
    expect((await refused(other)).details).toEqual(['InvalidSkipToken']);
  });

  it('gives tables as columns and rows where they are asked for', async () => {
    const response = await arg.post({
      query:
        "resources | where name == 'vm-dc-01' and type =~ 'microsoft.compute/virtualmachines' | project name, tags",
      options: { resultFormat: 'table' },
    });
    const { data } = (await response.json()) as { data: { columns: unknown[]; rows: unknown[][] } };
    expect(data.columns).toEqual([
      { name: 'name', type: 'string' },
      { name: 'tags', type: 'dynamic' },
    ]);
    expect(data.rows[0]?.[0]).toBe('vm-dc-01');
  });

  it('reads the subscriptions that were asked for and no others', async () => {
    const rows = await arg.graph.rows('resources | distinct subscriptionId', {
      subscriptions: [subscriptions.shared],
    });
    expect(rows).toEqual([{ subscriptionId: subscriptions.shared }]);
  });

  it('leaves out subscriptions that nobody may read without a word, unless none remains', async () => {
    const stranger = '00000000-1111-4222-8333-444444444444';
    const both = [subscriptions.shared, stranger];
    const rows = await arg.graph.rows('resources | distinct subscriptionId', { subscriptions: both });
    expect(rows).toEqual([{ subscriptionId: subscriptions.shared }]);
    const query = 'resources | count';
    expect((await refused({ query, subscriptions: [stranger] })).details).toEqual([
      'NoValidSubscriptionsInQueryRequest',
    ]);
    expect((await refused({ query, subscriptions: ['shared'] })).details).toEqual([
      'SubscriptionsContainInvalidGuids',
    ]);
  });

  it.each([
    ['a table that it has not', 'SigninLogs | take 1', ['DisallowedLogicalTableName']],
    ['a query that ends too early', 'resources | where', ['InvalidQuery', 'ParserFailure']],
    ['a column that there is not', 'resources | project owner', ['InvalidQuery', 'Default']],
    ['operators of Kusto that it has not', 'resources | sample 3', ['InvalidQuery', 'InvalidQueryLanguage']],
    ['names for queries', 'let a = resources; a | count', ['InvalidQuery', 'InvalidQueryLanguage']],
    [
      'joins that leave nothing behind',
      'resources | join kind=leftanti (resources) on id',
      ['InvalidQuery', 'InvalidQueryLanguage'],
    ],
    [
      'two joins with other tables',
      'resources | join kind=leftouter (securityresources) on id | join kind=leftouter (healthresources) on id',
      ['DisallowedMaxNumberOfRemoteTables'],
    ],
    [
      'a union with another table',
      'resources | union (healthresources)',
      ['DisallowedMaxNumberOfRemoteTables'],
    ],
  ])('refuses %s', async (_what, query, details) => {
    expect(await refused({ query })).toEqual({ status: 400, code: 'BadRequest', details });
  });

  it('does not take a word within a text for an operator', async () => {
    expect(await arg.graph.rows("resources | where name == 'x | evaluate y' | project name")).toEqual([]);
  });

  it.each([
    [{}],
    [{ query: '' }],
    [{ query: 'resources', options: { $top: 5_000 } }],
    [{ query: 'resources', options: { resultFormat: 'csv' } }],
    [null],
  ])('refuses the body %j', async (body) => {
    expect(await refused(body)).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  it('lets nobody in without a token for Resource Manager', async () => {
    const body = { query: 'resources | count' };
    expect(await refused(body, { token: await arg.token('https://graph.microsoft.com') })).toMatchObject({
      status: 401,
      code: 'InvalidAuthenticationTokenAudience',
    });
    expect(await refused(body, { token: await arg.token(undefined, '-10m') })).toMatchObject({
      code: 'ExpiredAuthenticationToken',
    });
    expect(await refused(body, { token: 'made-up' })).toMatchObject({ code: 'InvalidAuthenticationToken' });
  });

  it('wants an api-version that it knows', async () => {
    const body = { query: 'resources | count' };
    expect(await refused(body, { query: '' })).toMatchObject({ code: 'MissingApiVersionParameter' });
    expect(await refused(body, { query: '?api-version=2099-01-01' })).toMatchObject({
      code: 'NoRegisteredProviderFound',
    });
  });

  it('gives each caller fifteen queries in five seconds', async () => {
    const token = await arg.token();
    const ask = () => arg.post({ query: 'resources | count' }, { token });
    const all = await Promise.all(Array.from({ length: 16 }, ask));
    const over = all.filter(({ status }) => status === 429);
    expect(over).toHaveLength(1);
    expect(Number(over[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(all.map(({ headers }) => headers.get('x-ms-user-quota-remaining'))).toContain('14');
    expect(await over[0]?.json()).toMatchObject({ error: { code: 'RateLimiting' } });
  });
});
