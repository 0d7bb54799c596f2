import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createStorage } from '../../src/enrichers/storage.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { context, reasonOf, resource, startMonitor } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
  for (const story of ['storage-mass-deletion', 'storage-tor-access'])
    azure.happened.push({ story, at: Date.now() });
  await azure.warm();
}, 120_000);
afterEach(() => azure.control({ closed: [], partial: 0 }));
afterAll(() => azure.stop());

const told = (id: string) => createStorage(azure.place).enrich(resource(id), context());

describe('who used a storage account', () => {
  it('tells deletions first, then settings, then who read how much with what from where', async () => {
    const { facts } = await told(things.backupStorage);
    expect(facts[0]).toMatchObject({
      label: 'Deleted',
      value: '4,120 ×, nightly, with the account key from 198.51.100.201',
      at: expect.any(String),
    });
    expect(facts.map(({ label }) => label).filter((label) => label !== 'Deleted')).toEqual(
      expect.arrayContaining(['Settings changed', 'Read', 'Listed']),
    );
    expect(facts.find(({ label }) => label === 'Read')?.value).toMatch(
      /^640 ×, \d+ GB, nightly, with the account key from 198\.51\.100\.201$/,
    );
    expect(facts.find(({ label }) => label === 'Settings changed')?.value).toBe(
      'SetBlobServiceProperties, with the account key from 198.51.100.201',
    );
  });

  it('shows at a glance how many blobs are gone and that a key was used', async () => {
    const { traits } = await told(things.backupStorage);
    expect(traits).toEqual([
      {
        chip: '4,120 blobs deleted',
        says: 'had 4,120 blobs deleted in the last 24 h with the account key from 198.51.100.201',
        tone: 'bad',
      },
      {
        chip: 'read by account key',
        says: 'was read with the account key from 198.51.100.201 in the last 24 h',
        tone: 'warning',
      },
    ]);
  });

  it('knows the account by a container of it, and makes nothing of everyday work', async () => {
    const { facts, traits } = await told(`${things.shopStorage}/blobServices/default/containers/images`);
    expect(facts).toMatchObject([
      { label: 'Read', value: expect.stringContaining('by svc-deploy@contoso.com from 10.30.1.11') },
      { label: 'Written' },
    ]);
    expect(traits).toEqual([]);
  });

  it('knows nothing of an account whose logs are not there, nor of one with a longer name', async () => {
    expect(await told(things.backupStorage.replace('stcontosobackup', 'stcontosob'))).toEqual({
      facts: [],
      traits: [],
    });
  });

  it.each(['DelegatedSas', 'DelegationSas'])('calls the authentication %s by its name', async (kind) => {
    const row = { Deed: 'read', AuthenticationType: kind, Count: 2, Address: '198.51.100.201' };
    const answer = {
      columns: Object.keys(row).map((name) => ({ name, type: 'string' })),
      rows: [Object.values(row)],
      partial: '',
      render: undefined,
      scannedGb: undefined,
    };
    const logs = { ...azure.place.logs, ask: async () => answer };
    const { facts } = await createStorage({ ...azure.place, logs }).enrich(
      resource(things.backupStorage),
      context(),
    );
    expect(facts).toMatchObject([
      { value: '2 ×, with a delegated shared access signature from 198.51.100.201' },
    ]);
  });

  it('is asked about storage alone', () => {
    const { concerns } = createStorage(azure.place);
    expect(concerns?.(resource(things.keyVault))).toBe(false);
    expect(concerns?.(resource(machineNamed('vm-dc-01').id))).toBe(false);
    expect(concerns?.(resource(''))).toBe(false);
  });

  it('says where Azure gave only a part', async () => {
    await azure.control({ partial: 1 });
    const { facts } = await told(things.backupStorage);
    expect(facts[0]).toMatchObject({ label: 'Not complete', long: true });
  });

  it('does not take a refusal for an empty account', async () => {
    await azure.control({ closed: ['contoso-sentinel'] });
    expect(await reasonOf(told(things.backupStorage))).toBe('auth');
  });
});
