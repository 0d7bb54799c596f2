import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKeyVaultAccess } from '../../src/enrichers/key-vault.ts';
import { things } from '../../src/sandbox/logs/samples/estate.ts';
import { context, reasonOf, resource, startMonitor } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
  await azure.warm();
}, 120_000);
afterEach(() => azure.control({ closed: [] }));
afterAll(() => azure.stop());

const told = (id: string) => createKeyVaultAccess(azure.place).enrich(resource(id), context());

describe('who used a key vault', () => {
  it('tells which identity read how many secrets, and how many it read before', async () => {
    azure.happened.splice(0, 9, { story: 'keyvault-enumeration', at: Date.now() });
    const { facts, traits } = await told(things.keyVault);
    expect(facts).toMatchObject([
      {
        label: 'vm-pay-web-01',
        value: 'read 31 secrets (1 in the 13 days before), listed them 34 × from 10.20.4.11',
      },
      { label: 'Secrets read', value: expect.stringMatching(/^payment-key-01, .* and 19 more$/), long: true },
    ]);
    expect(traits).toEqual([
      {
        chip: '31 secrets read',
        says: 'had 31 secrets read by vm-pay-web-01 in the last 24 h (1 in the 13 days before)',
        tone: 'bad',
      },
    ]);
  });

  it('makes nothing of an identity that reads its one secret as ever', async () => {
    const long = Date.now() - 9 * 86_400_000;
    azure.happened.splice(0, 9, { story: 'keyvault-enumeration', at: long });
    const { facts, traits } = await told(things.keyVault);
    expect(facts[0]).toMatchObject({
      label: 'vm-pay-web-01',
      value: 'read 1 secrets (31 in the 13 days before) from 10.20.4.11',
    });
    expect(traits).toEqual([]);
  });

  it('knows nothing of another vault, and is asked about vaults alone', async () => {
    expect(await told(things.keyVault.replace('kv-payments', 'kv-pay"; drop'))).toEqual({
      facts: [],
      traits: [],
    });
    expect(await told(things.keyVault.replace('kv-payments', 'kv-other'))).toEqual({ facts: [], traits: [] });
    expect(createKeyVaultAccess(azure.place).concerns?.(resource(things.sql))).toBe(false);
  });

  it('does not take a refusal for a vault that nobody used', async () => {
    await azure.control({ closed: ['contoso-sentinel'] });
    expect(await reasonOf(told(things.keyVault))).toBe('auth');
  });
});
