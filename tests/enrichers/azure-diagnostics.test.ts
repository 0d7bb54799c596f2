import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAzureDiagnostics } from '../../src/enrichers/azure-diagnostics.ts';
import { machineNamed, places, things } from '../../src/sandbox/logs/samples/estate.ts';
import { context, reasonOf, resource, startMonitor } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
  for (const story of ['sql-injection', 'vm-reverse-shell', 'api-probing', 'ddos-mitigated'])
    azure.happened.push({ story, at: Date.now() });
  await azure.warm();
}, 120_000);
afterEach(() => azure.control({ closed: [] }));
afterAll(() => azure.stop());

const enricher = () => createAzureDiagnostics(azure.place);
const ofAddress = (address: string) => enricher().enrich({ kind: 'ip', address }, context());
const ofResource = (id: string) => enricher().enrich(resource(id), context());

describe('what firewalls and gateways did with an address', () => {
  it('is told by firewall, gateway and API, with how often and when last', async () => {
    const { facts } = await ofAddress(places.rotterdam.ip);
    expect(facts).toEqual(
      expect.arrayContaining([
        {
          label: 'Azure Firewall',
          value: 'Deny 60 ×: 10.20.4.12:22 Default Action',
          at: expect.any(String),
        },
        {
          label: 'Web application firewall',
          value: 'Detected 48 ×: pay.contoso.com SQL Injection Attack Detected via libinjection',
          at: expect.any(String),
        },
        { label: 'API Management', value: 'Refused 194 ×: payments-v2 404', at: expect.any(String) },
      ]),
    );
  });

  it('shows at a glance that the attack was noted and let through', async () => {
    const { traits } = await ofAddress(places.rotterdam.ip);
    expect(traits.map(({ chip }) => chip)).toEqual([
      'WAF noted, not blocked',
      'denied by the firewall',
      'probing of an API',
    ]);
    for (const { chip } of traits) expect(chip.length).toBeLessThanOrEqual(24);
  });

  it('is nothing where none of them met it, whatever it is made of', async () => {
    expect(await ofAddress('192.0.2.1')).toEqual({ facts: [], traits: [] });
    expect(await ofAddress('" or true //\n| take 9')).toEqual({ facts: [], traits: [] });
  });
});

describe('what a resource logs of itself', () => {
  it('is who asks the database, once and not once for each table', async () => {
    const { facts, traits } = await ofResource(things.sql);
    expect(facts.map(({ label }) => label)).not.toContain('SQLSecurityAuditEvents');
    expect(facts).toEqual(
      expect.arrayContaining([
        {
          label: 'SQL audit',
          value: 'Failed 24 ×: pay_web by pay-web from 10.20.4.11',
          at: expect.any(String),
        },
      ]),
    );
    expect(traits).toEqual([]);
  });

  it('is found in AzureDiagnostics where it has no table of its own', async () => {
    const { facts } = await ofResource(things.publicIp);
    expect(facts).toEqual(
      expect.arrayContaining([
        { label: 'DDoSProtectionNotifications', value: '1 ×: DDoS attack detected', at: expect.any(String) },
      ]),
    );
  });

  it('is not asked of machines, vaults and storage, which others tell of', () => {
    for (const id of [machineNamed('vm-dc-01').id, things.keyVault, things.backupStorage, ''])
      expect(enricher().concerns?.(resource(id))).toBe(false);
  });

  it('does not take a refusal for silence', async () => {
    await azure.control({ closed: ['contoso-sentinel'] });
    expect(await reasonOf(ofResource(things.sql))).toBe('auth');
  });
});
