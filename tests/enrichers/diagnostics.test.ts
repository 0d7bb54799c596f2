import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiagnostics } from '../../src/enrichers/diagnostics.ts';
import { subscriptions } from '../../src/sandbox/azure/estate.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { context, reasonOf, resource, startMonitor, startOdd } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
});
afterAll(() => azure.stop());

const resourceIn = (type: string, name: string) =>
  `/subscriptions/${subscriptions.production}/resourceGroups/rg-shop/providers/${type}/${name}`;
const told = (id: string) => createDiagnostics(azure).enrich(resource(id), context());

async function odd(status: number, body: unknown) {
  const far = await startOdd(status, body);
  const answer = createDiagnostics(far).enrich(resource(things.keyVault), context());
  await answer.catch(() => {});
  far.stop();
  return answer;
}

describe('whether logging is on', () => {
  it('names the logs of a vault and the workspace they go to', async () => {
    expect(await told(things.keyVault)).toEqual({
      facts: [{ label: 'to-contoso-sentinel', value: 'AuditEvent to the workspace contoso-sentinel' }],
      traits: [],
    });
  });

  it('looks at the services of a storage account, which itself has no logs', async () => {
    const { facts, traits } = await told(things.backupStorage);
    expect(facts).toEqual([
      {
        label: 'Blobs: to-contoso-sentinel',
        value: 'StorageRead, StorageWrite, StorageDelete to the workspace contoso-sentinel',
      },
      { label: 'Files', value: 'no logs' },
    ]);
    expect(traits).toEqual([]);
  });

  it('finds the auditing of a database on its server', async () => {
    const { facts } = await told(things.sql);
    expect(facts.map(({ label }) => label)).toEqual(['to-contoso-payments', 'Server: to-contoso-sentinel']);
  });

  it('tells of a subscription that its activity log is exported', async () => {
    const { facts } = await told(`/subscriptions/${subscriptions.production}`);
    expect(facts).toMatchObject([{ value: expect.stringContaining('Administrative, Security') }]);
  });

  it('warns of what writes no logs at all', async () => {
    expect(await told(things.cosmos)).toMatchObject({
      facts: [],
      traits: [{ chip: 'no logging', tone: 'warning' }],
    });
  });

  it.each([
    resourceIn('Microsoft.Network/networkInterfaces', 'nic-pay-web-01'),
    resourceIn('Microsoft.Web/serverFarms', 'plan-shop'),
  ])('claims nothing of what has no logs to write: %s', async (id) => {
    expect(await told(id)).toEqual({ facts: [], traits: [] });
  });

  it('asks for the kinds of logs only where none are written, and of what keeps the settings', async () => {
    const kinds = (asked: string[]) => asked.filter((path) => path.includes('diagnosticSettingsCategories'));
    const logs = [{ category: 'AuditEvent', enabled: true }];
    const quiet = await startOdd(200, { value: [{ name: 'on', properties: { logs } }] });
    await createDiagnostics(quiet).enrich(resource(things.keyVault), context());
    expect(kinds(quiet.asked)).toEqual([]);
    quiet.stop();
    const none = await startOdd(200, { value: [] });
    const { calls, ...diagnostics } = createDiagnostics(none);
    await diagnostics.enrich(resource(things.backupStorage), context());
    expect(kinds(none.asked).toSorted()).toEqual([
      expect.stringContaining('/blobServices/default/providers/Microsoft.Insights/'),
      expect.stringContaining('/fileServices/default/providers/Microsoft.Insights/'),
    ]);
    expect(none.asked.length).toBeLessThanOrEqual(calls);
    none.stop();
  });

  it('is not asked about machines, and knows nothing of types without settings', async () => {
    const { concerns } = createDiagnostics(azure);
    expect(concerns?.(resource(machineNamed('vm-pay-web-01').id))).toBe(false);
    expect(concerns?.(resource(things.keyVault))).toBe(true);
    const unsupported = { error: { code: 'ResourceTypeNotSupported', message: 'does not support it' } };
    expect(await odd(400, unsupported)).toEqual({ facts: [], traits: [] });
  });
});

describe('settings in other shapes', () => {
  it('that send metrics alone are no logging', async () => {
    const value = [{ name: 'only-metrics', properties: { workspaceId: '/x/workspaces/soc', logs: null } }];
    const facts = [{ label: 'only-metrics', value: 'no logs, only metrics to the workspace soc' }];
    const kinds = (...types: unknown[]) =>
      odd(200, (path: string) => ({
        value: path.includes('/diagnosticSettingsCategories')
          ? types.map((categoryType) => ({ properties: { categoryType } }))
          : value,
      }));
    expect(await kinds('Metrics', 'Logs')).toMatchObject({
      facts,
      traits: [{ chip: 'no logging', says: 'writes metrics but no logs' }],
    });
    expect(await kinds('Metrics', null, 7)).toEqual({ facts, traits: [] });
  });

  it('name groups of logs, archives and event hubs; what is switched off is not named', async () => {
    const properties = {
      storageAccountId: '/subscriptions/x/storageAccounts/starchive',
      eventHubAuthorizationRuleId: '/x/namespaces/ns-siem/authorizationRules/send',
      logs: [
        { categoryGroup: 'audit', category: null, enabled: true },
        { category: 'AuditEvent', enabled: false },
        { enabled: 'yes' },
      ],
    };
    const { facts } = await odd(200, {
      value: [
        { name: 'archive', properties },
        { name: null, properties: null },
      ],
    });
    expect(facts).toEqual([
      { label: 'archive', value: 'audit to the storage account starchive, the event hub ns-siem' },
      { label: '', value: 'no logs, only metrics to nobody' },
    ]);
  });

  it.each([
    [200, { value: 'none' }, 'rejected'],
    [400, { error: { code: 'BadRequest', message: 'no' } }, 'rejected'],
    [403, {}, 'auth'],
    [429, {}, 'rate-limited'],
  ] as const)('%i %j is no answer', async (status, body, reason) => {
    expect(await reasonOf(odd(status, body))).toBe(reason);
  });
});
