import { describe, expect, it } from 'vitest';
import { createAzure } from '../../../src/sandbox/azure/azure.ts';
import { createEntra } from '../../../src/sandbox/entra.ts';
import { Faults } from '../../../src/sandbox/faults.ts';
import { tableRoutes } from '../../../src/sandbox/logs/door-metadata.ts';
import { rowOf } from '../../../src/sandbox/logs/ingest.ts';
import { schemaOf, tableSchemas } from '../../../src/sandbox/logs/tables.ts';
import { findWorkspace, payments, resourceIdOf, soc } from '../../../src/sandbox/logs/tables-workspaces.ts';
import { TENANT_ID } from '../../../src/sandbox/people.ts';

const types = ['string', 'int', 'long', 'real', 'bool', 'datetime', 'dynamic', 'guid', 'decimal', 'timespan'];

describe('a table', () => {
  it.each([...tableSchemas.values()].map((schema) => [schema.name, schema] as const))(
    '%s says when, whose and what it is, and names each column once',
    (_name, { columns }) => {
      const names = columns.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['TenantId', 'TimeGenerated', 'Type']));
      expect(new Set(names).size).toBe(names.length);
      expect(columns.find(({ name }) => name === 'TimeGenerated')?.type).toBe('datetime');
      expect(columns.filter(({ type }) => !types.includes(type))).toEqual([]);
    },
  );

  it.each([
    ['SigninLogs', 'ResultType', 'string'],
    ['SigninLogs', 'LocationDetails', 'dynamic'],
    ['AADNonInteractiveUserSignInLogs', 'LocationDetails', 'string'],
    ['AuditLogs', 'TargetResources', 'dynamic'],
    ['SecurityEvent', 'EventID', 'int'],
    ['AzureActivity', 'Properties_d', 'dynamic'],
    ['SecurityAlert', 'Entities', 'string'],
    ['CommonSecurityLog', 'DestinationPort', 'int'],
    ['StorageBlobLogs', 'StatusCode', 'int'],
    ['OfficeActivity', 'ClientIP', 'string'],
  ] as const)('%s has %s as %s, as in Azure', (table, column, type) => {
    expect(schemaOf(table).columns).toContainEqual({ name: column, type });
  });

  it('takes no column that it has not', () => {
    const event = { table: 'Heartbeat', at: 0, values: { Compuetr: 'x' } } as const;
    expect(() => rowOf(event)).toThrow('Heartbeat has no column Compuetr.');
  });

  it('keeps rows about the payments team’s machines in their workspace, and empty texts as texts', () => {
    const about = { _ResourceId: '/subscriptions/s/resourcegroups/rg-payments/providers/x/y/z' };
    const { row, workspace } = rowOf({ table: 'Heartbeat', at: 5, values: about });
    expect(workspace).toBe(payments.id);
    const place = (name: string) => schemaOf('Heartbeat').columns.findIndex((column) => column.name === name);
    expect([row[place('OSType')], row[place('RemoteIPLatitude')]]).toEqual(['', null]);
    expect(rowOf({ table: 'Syslog', at: 5, values: about }).workspace).toBe(soc.id);
  });
});

it('is found by customer id, name or resource id', () => {
  for (const name of [soc.id, soc.name.toUpperCase(), resourceIdOf(soc)])
    expect(findWorkspace(name)).toBe(soc);
  expect(findWorkspace('another')).toBeUndefined();
});

describe('Resource Manager', () => {
  it('tells each table’s plan', () => {
    const [list, single] = tableRoutes;
    const call = (params: Record<string, string>) => ({
      param: (name: string) => params[name] ?? '',
      url: new URL('https://127.0.0.1/'),
      apiVersion: '2022-10-01',
      body: undefined,
      caller: { objectId: '', appId: '' },
      header: () => undefined,
    });
    const where = { subscription: soc.subscription, group: soc.resourceGroup, workspace: soc.name };
    expect(list?.answer(call(where)).body).toMatchObject({
      value: expect.arrayContaining([
        expect.objectContaining({
          name: 'ContainerLogV2',
          properties: expect.objectContaining({ plan: 'Basic' }),
        }),
        expect.objectContaining({
          name: 'EdgeCache_CL',
          properties: expect.objectContaining({ plan: 'Auxiliary' }),
        }),
        expect.objectContaining({
          name: 'SigninLogs',
          properties: expect.objectContaining({ plan: 'Analytics' }),
        }),
      ]),
    });
    expect(() => single?.answer(call({ ...where, table: 'Nothing' }))).toThrow('does not exist');
  });
});

it('remembers which sample alerts were sent over a restart, so that their stories stay where they were', async () => {
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const options = { entra, faults: new Faults(() => undefined), changed: () => undefined };
  const before = createAzure(options);
  const saved = JSON.parse(JSON.stringify(before.save()));
  const happened = [{ story: 'dns-tunnel', at: 1_795_000_000_000 }];
  const after = createAzure(options);
  after.restore({ ...saved, happened });
  expect(after.happened()).toEqual(happened);
  const { happened: _none, ...older } = saved;
  after.restore(older);
  expect(after.happened()).toEqual([]);
});
