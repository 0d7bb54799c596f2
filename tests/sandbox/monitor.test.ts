import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptions } from '../../src/sandbox/azure/estate.ts';
import { things } from '../../src/sandbox/logs/samples/estate.ts';
import { startMonitor } from '../enrichers/monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
});
afterAll(() => azure.stop());

const ARM = 'https://management.azure.com';
const METRICS = 'https://metrics.monitor.azure.com';

async function call(method: string, path: string, audience: string, body?: unknown) {
  const token = audience === '' ? undefined : await azure.entra.issue(audience, { oid: 'a', appid: 'b' });
  const response = await fetch(`${azure.endpoint}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

describe('the activity log', () => {
  const path = `/subscriptions/${subscriptions.production}/providers/microsoft.insights/eventtypes/management/values`;
  const list = (filter: string | undefined, more = '') =>
    call(
      'GET',
      `${path}?api-version=2015-04-01${filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`}${more}`,
      ARM,
    );
  const since = (hours: number) =>
    `eventTimestamp ge '${hoursAgo(hours)}' and eventTimestamp le '${hoursAgo(0)}'`;

  it('is given newest first, over pages, each event once and only of this subscription', async () => {
    const ids: string[] = [];
    const times: string[] = [];
    let page = await list(since(13 * 24));
    for (let pages = 1; ; pages += 1) {
      for (const event of page.body.value) {
        ids.push(event.eventDataId);
        times.push(event.eventTimestamp);
        expect(event.subscriptionId).toBe(subscriptions.production);
      }
      if (!page.body.nextLink) {
        expect(pages).toBeGreaterThan(1);
        break;
      }
      const next = new URL(page.body.nextLink);
      expect(next.origin).toBe(azure.endpoint);
      page = await call('GET', `${next.pathname}${next.search}`, ARM);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('tells the same deeds as the table AzureActivity', async () => {
    const { body } = await list(`${since(36)} and resourceGroupName eq 'RG-shop'`);
    const keys = body.value.find(
      (event: { operationName: { value: string } }) =>
        event.operationName.value === 'Microsoft.DocumentDB/databaseAccounts/listKeys/action',
    );
    expect(keys).toMatchObject({
      caller: 'priya@contoso.com',
      httpRequest: { clientIpAddress: '203.0.113.9' },
      resourceId: things.cosmos,
      status: { value: 'Succeeded' },
    });
  });

  it('filters by resource, provider and time as Azure does', async () => {
    const uri = await list(`${since(36)} and resourceUri eq '${things.cosmos}'`);
    expect(uri.body.value).toHaveLength(1);
    const provider = await list(`${since(36)} and resourceProvider eq 'Microsoft.Authorization'`);
    expect(provider.body.value).toMatchObject([
      { resourceId: expect.stringContaining('/providers/Microsoft.Authorization/roleAssignments/') },
    ]);
  });

  it('gives only what is selected', async () => {
    const { body } = await list(
      `${since(36)} and resourceUri eq '${things.cosmos}'`,
      '&$select=caller,eventTimestamp',
    );
    expect(Object.keys(body.value[0]).sort()).toEqual(['caller', 'eventTimestamp']);
  });

  it.each([
    [undefined, ''],
    ["resourceGroupName eq 'rg-shop'", ''],
    ["eventTimestamp ge 'yesterday'", ''],
    [`eventTimestamp ge '${hoursAgo(24)}' or caller eq 'x'`, ''],
    [`eventTimestamp ge '${hoursAgo(24)}' and caller eq 'adam'`, ''],
    [`eventTimestamp ge '${hoursAgo(24 * 120)}'`, ''],
    [`eventTimestamp ge '${hoursAgo(24)}'`, '&$select=caller,mood'],
  ])('refuses the filter %s %s', async (filter, more) => {
    expect(await list(filter, more)).toMatchObject({
      status: 400,
      body: { error: { code: 'BadRequest' } },
    });
  });

  it('wants its version and a token of Resource Manager', async () => {
    const rest = `&$filter=${encodeURIComponent(since(1))}`;
    expect(await call('GET', `${path}?api-version=2014-04-01${rest}`, ARM)).toMatchObject({ status: 400 });
    expect(await call('GET', `${path}?api-version=2015-04-01${rest}`, METRICS)).toMatchObject({
      status: 401,
    });
    expect(await call('GET', `${path}?api-version=2015-04-01${rest}`, '')).toMatchObject({
      status: 401,
    });
  });
});

describe('diagnostic settings', () => {
  const settings = (id: string, version = '2021-05-01-preview') =>
    call('GET', `${id}/providers/microsoft.insights/diagnosticSettings?api-version=${version}`, ARM);

  it('are told of any resource, however long its id and in whatever case', async () => {
    for (const id of [
      things.keyVault,
      `${things.backupStorage}/blobServices/default`,
      things.sql.toUpperCase(),
    ]) {
      const { status, body } = await settings(id.replace(/^\/SUBSCRIPTIONS/, '/subscriptions'));
      expect(status).toBe(200);
      expect(body.value).toMatchObject([
        { type: 'Microsoft.Insights/diagnosticSettings', properties: { workspaceId: expect.any(String) } },
      ]);
    }
    expect((await settings(`/subscriptions/${subscriptions.shared}`)).body.value).toHaveLength(1);
    expect((await settings(things.cosmos)).body).toEqual({ value: [] });
  });

  it('are not told of types that have none, nor in another version', async () => {
    const disk = `${things.cosmos.replace(/\/providers\/.*/, '')}/providers/Microsoft.Compute/disks/os`;
    expect(await settings(disk)).toMatchObject({
      status: 400,
      body: { error: { code: 'ResourceTypeNotSupported' } },
    });
    expect(await settings(things.keyVault, '2020-01-01')).toMatchObject({ status: 400 });
  });
});

describe('kinds of logs', () => {
  const categories = async (id: string, version = '2021-05-01-preview') => {
    const path = `${id}/providers/Microsoft.Insights/diagnosticSettingsCategories?api-version=${version}`;
    const { status, body } = await call('GET', path, ARM);
    const logs = body.value
      ?.filter(
        ({ properties }: { properties: { categoryType: string } }) => properties.categoryType === 'Logs',
      )
      .map(({ name }: { name: string }) => name);
    return { status, body, logs };
  };

  it('are told of what writes logs, in whatever case, and none of what has metrics alone', async () => {
    const id = things.keyVault.toUpperCase().replace(/^\/SUBSCRIPTIONS/, '/subscriptions');
    expect((await categories(id)).logs).toContain('AuditEvent');
    expect((await categories(`${things.backupStorage}/blobServices/default`)).logs).toContain(
      'StorageDelete',
    );
    expect((await categories(`/subscriptions/${subscriptions.shared}`)).logs).toContain('Administrative');
    expect((await categories(things.backupStorage)).logs).toEqual([]);
    const nic = `${things.cosmos.replace(/\/providers\/.*/, '')}/providers/Microsoft.Network/networkInterfaces/n`;
    expect((await categories(nic)).body.value).toMatchObject([
      {
        name: 'AllMetrics',
        type: 'microsoft.insights/diagnosticSettingsCategories',
        properties: { categoryType: 'Metrics' },
      },
    ]);
  });

  it('hold every kind that a setting of the same resource names', async () => {
    for (const id of Object.values(things)) {
      const path = `${id}/providers/microsoft.insights/diagnosticSettings?api-version=2021-05-01-preview`;
      const { body } = await call('GET', path, ARM);
      const written = (body.value ?? []).flatMap(
        ({ properties }: { properties: { logs: { category: string }[] } }) =>
          properties.logs.map(({ category }) => category),
      );
      if (written.length > 0) expect((await categories(id)).logs).toEqual(expect.arrayContaining(written));
    }
  });

  it('are not told of types that have no settings, nor in another version', async () => {
    const disk = `${things.cosmos.replace(/\/providers\/.*/, '')}/providers/Microsoft.Compute/disks/os`;
    expect(await categories(disk)).toMatchObject({
      status: 400,
      body: { error: { code: 'ResourceTypeNotSupported' } },
    });
    expect(await categories(things.keyVault, '2016-09-01')).toMatchObject({ status: 400 });
  });
});

describe('metrics', () => {
  const usual = {
    'api-version': '2024-02-01',
    metricnamespace: 'Microsoft.KeyVault/vaults',
    metricnames: 'ServiceApiHit',
    interval: 'PT15M',
    aggregation: 'count',
    starttime: hoursAgo(2),
    endtime: hoursAgo(0),
  };
  const batch = (over: object = {}, ids: unknown = [things.keyVault], audience = METRICS) =>
    call(
      'POST',
      `/subscriptions/${subscriptions.production}/metrics:getBatch?${new URLSearchParams({ ...usual, ...over })}`,
      audience,
      { resourceids: ids },
    );

  it('are a series of each resource and metric', async () => {
    const { status, body } = await batch();
    expect(status).toBe(200);
    expect(body.values).toMatchObject([
      {
        namespace: 'microsoft.keyvault/vaults',
        resourceid: things.keyVault,
        value: [{ name: { value: 'ServiceApiHit' }, unit: 'Count', errorCode: 'Success' }],
      },
    ]);
    const [{ data }] = body.values[0].value[0].timeseries;
    expect(data.length).toBeGreaterThanOrEqual(8);
    expect(Object.keys(data[0]).sort()).toEqual(['count', 'timeStamp']);
  });

  it('show what a sample alert tells of, just before it was sent', async () => {
    const most = async () => {
      const { body } = await batch();
      return Math.max(
        ...body.values[0].value[0].timeseries[0].data.map(({ count }: { count: number }) => count),
      );
    };
    expect(await most()).toBeLessThan(10);
    azure.happened.push({ story: 'keyvault-enumeration', at: Date.now() });
    expect(await most()).toBeGreaterThan(30);
  });

  it.each([
    [{ 'api-version': '2020-01-01' }],
    [{ metricnamespace: '' }],
    [{ metricnames: 'Mood' }],
    [{ interval: 'PT7M' }],
    [{ aggregation: 'median' }],
    [{ starttime: hoursAgo(0), endtime: hoursAgo(1) }],
  ])('refuse what Azure refuses: %j', async (over) => {
    expect(await batch(over)).toMatchObject({
      status: 400,
      body: { error: { code: expect.any(String), message: expect.any(String) } },
    });
  });

  it('are of one subscription and one type, and of 50 resources at most', async () => {
    for (const ids of [
      [],
      'x',
      [things.backupStorage],
      [things.cosmos],
      Array.from({ length: 51 }, () => things.keyVault),
    ])
      expect(await batch({}, ids)).toMatchObject({ status: 400 });
  });

  it('want a token of their own, beside Resource Manager on the same server', async () => {
    expect(await batch({}, [things.keyVault], ARM)).toMatchObject({ status: 401 });
    expect(await batch({}, [things.keyVault], '')).toMatchObject({ status: 401 });
    const other = `/subscriptions/${subscriptions.production}/metrics:getAll?api-version=2024-02-01`;
    expect(await call('POST', other, ARM, {})).toMatchObject({ status: 404 });
  });
});
