import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivity } from '../../src/enrichers/activity.ts';
import { subscriptions } from '../../src/sandbox/azure/estate.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { context, reasonOf, resource, startMonitor, startOdd } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
  for (const story of [
    'storage-mass-deletion',
    'storage-tor-access',
    'arm-role-elevation',
    'vm-rdp-brute-force',
  ])
    azure.happened.push({ story, at: Date.now() });
});
afterAll(() => azure.stop());

const production = `/subscriptions/${subscriptions.production}`;
const machine = (name: string) => ({ kind: 'machine', name, resourceId: machineNamed(name).id }) as const;

async function odd(value: unknown, id = things.keyVault) {
  const far = await startOdd(200, value);
  const { facts, traits } = await createActivity(far).enrich(resource(id), context());
  far.stop();
  return { facts, traits, asked: far.asked };
}

describe('who changed a resource', () => {
  it('tells of the backups’ account who turned soft delete off and who read its keys, and from where', async () => {
    const { facts, traits } = await createActivity(azure).enrich(resource(things.backupStorage), context());
    expect(facts).toMatchObject([
      {
        label: 'svc-backup@contoso.com',
        value: 'storageAccounts/blobServices/write on blobServices/default from 198.51.100.201',
        at: expect.any(String),
      },
      { value: 'storageAccounts/listKeys/action from 198.51.100.201' },
    ]);
    expect(traits).toMatchObject([
      { chip: 'blob settings changed', tone: 'warning' },
      { chip: expect.stringMatching(/^keys read \d+ min ago$/) },
    ]);
  });

  it('tells of a subscription who was given rights on it', async () => {
    const { facts, traits } = await createActivity(azure).enrich(resource(production), context());
    expect(facts).toMatchObject([
      { label: 'adm-keller@contoso.com', value: 'roleAssignments/write from 198.51.100.201' },
    ]);
    expect(traits).toMatchObject([
      {
        chip: expect.stringMatching(/^role granted \d min ago$/),
        says: expect.stringMatching(/^had a role granted on it by adm-keller@contoso.com \d min ago$/),
      },
    ]);
  });

  it('tells of a machine that its network rules were changed, and of no other machine’s', async () => {
    const activity = createActivity(azure);
    expect((await activity.enrich(machine('vm-jump-01'), context())).traits).toMatchObject([
      { chip: 'NSG changed 2 h ago' },
    ]);
    expect(await activity.enrich(machine('vm-dc-01'), context())).toEqual({ facts: [], traits: [] });
  });

  it('puts together what somebody does every day, over all pages, and makes no chip of last week', async () => {
    const { facts, traits } = await createActivity(azure).enrich(resource(things.shopStorage), context());
    const keys = facts.filter(({ value }) => value.includes('listKeys'));
    expect(new Set(keys.map(({ label }) => label)).size).toBe(keys.length);
    expect(keys.some(({ value }) => /\(\d+ ×\)/.test(value))).toBe(true);
    expect(traits.length).toBeLessThanOrEqual(1);
    const shop = await createActivity(azure).enrich(resource(things.shopFront), context());
    expect(shop.facts).toMatchObject([{ label: 'svc-deploy@contoso.com' }]);
    expect(shop.traits).toEqual([]);
  });

  it('is asked about a group whose name has letters of another language, too', async () => {
    const id = `${production}/resourceGroups/rg-büro-münchen/providers/Microsoft.KeyVault/vaults/kv-büro`;
    const { asked } = await odd({ value: [] }, id);
    expect(asked[0]).toContain("resourceGroupName eq 'rg-büro-münchen'");
  });

  it('asks nothing about what is no resource', () => {
    const { concerns } = createActivity(azure);
    for (const id of ['', 'web-01', '//evil.example/x', `${production}/../x`, `${things.keyVault}?x=1`])
      expect(concerns?.(resource(id))).toBe(false);
  });
});

describe('what the activity log says in other ways', () => {
  const event = (over: object) => ({
    caller: 'adam@contoso.com',
    correlationId: '1',
    eventTimestamp: new Date(Date.now() - 3_600_000).toISOString(),
    httpRequest: { clientIpAddress: '203.0.113.9' },
    operationName: { value: 'Microsoft.KeyVault/vaults/write', localizedValue: 'Update Key Vault' },
    resourceId: things.keyVault,
    status: { value: 'Succeeded' },
    ...over,
  });

  it('a deed told on its way and at its end is one deed', async () => {
    const { facts } = await odd({
      value: [event({}), event({ status: { value: 'Accepted' } }), event({ status: { value: 'Started' } })],
    });
    expect(facts).toMatchObject([{ label: 'adam@contoso.com', value: 'Update Key Vault from 203.0.113.9' }]);
  });

  it('what is done every day is worth a word when it comes from elsewhere', async () => {
    const days = Array.from({ length: 6 }, (_, n) =>
      event({
        correlationId: `${n}`,
        eventTimestamp: new Date(Date.now() - n * 86_400_000 - 60_000).toISOString(),
      }),
    );
    expect((await odd({ value: days })).traits).toEqual([]);
    const elsewhere = event({ correlationId: 'x', httpRequest: { clientIpAddress: '198.51.100.201' } });
    expect((await odd({ value: [elsewhere, ...days] })).traits).toMatchObject([
      { chip: expect.stringMatching(/^vault changed/) },
    ]);
  });

  it('what failed is said to have failed, and is no reason to worry', async () => {
    const { facts, traits } = await odd({ value: [event({ status: { value: 'Failed' } })] });
    expect(facts).toMatchObject([{ value: 'Update Key Vault (1 failed) from 203.0.113.9' }]);
    expect(traits).toEqual([]);
  });

  it.each([
    'Microsoft.DataProtection/backupVaults/backupInstances/delete',
    'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete',
  ])('%s takes a backup away', async (value) => {
    const { traits } = await odd({ value: [event({ operationName: { value } })] });
    expect(traits).toMatchObject([{ chip: expect.stringMatching(/^backup deleted/) }]);
  });

  it('events with nothing in them, and what Azure did itself, are left out', async () => {
    const { facts } = await odd({
      value: [
        null,
        {},
        event({ eventTimestamp: 'yesterday' }),
        event({ operationName: { value: 'Microsoft.ResourceHealth/healthevent/Activated/action' } }),
        event({ operationName: { value: 'Microsoft.Authorization/policies/audit/action' } }),
        event({ caller: null, httpRequest: null }),
      ],
    });
    expect(facts).toMatchObject([{ label: 'somebody unnamed', value: 'Update Key Vault' }]);
  });

  it('of too many pages the newest are read, and said how far back', async () => {
    const far = await startOdd(200, { value: [event({})], nextLink: '/subscriptions/more' });
    const { facts } = await createActivity(far).enrich(resource(things.keyVault), context());
    far.stop();
    expect(far.asked).toHaveLength(4);
    expect(facts[0]).toMatchObject({ label: 'Read back to', at: expect.any(String) });
  });

  it.each([
    [200, {}, 'rejected'],
    [403, { error: { code: 'AuthorizationFailed', message: 'no' } }, 'auth'],
    [429, {}, 'rate-limited'],
  ] as const)('%i %j is no answer', async (status, body, reason) => {
    const far = await startOdd(status, body);
    expect(await reasonOf(createActivity(far).enrich(resource(things.keyVault), context()))).toBe(reason);
    far.stop();
  });
});
