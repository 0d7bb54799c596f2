import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceGraph } from '../../src/azure/resource-graph.ts';
import { usualTags } from '../../src/enrichers/resource/tags.ts';
import { createResource } from '../../src/enrichers/resource.ts';
import type { Enrichment, Subject } from '../../src/incident/enrichment.ts';
import { nothingKnown } from '../../src/incident/enrichment.ts';
import { azureMachines, publicAddressOf } from '../../src/sandbox/azure/network-estate.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { type GraphInTest, startResourceGraph } from '../azure/resource-graph-stand-in.ts';

let arg: GraphInTest;

beforeAll(async () => {
  arg = await startResourceGraph();
  await arg.graph.rows('resources | count');
}, 30_000);
afterAll(() => arg.stop());

const context = () => ({ now: new Date('2026-11-16T09:30:00Z'), signal: AbortSignal.timeout(10_000) });
const ask = (subject: Subject, graph: ResourceGraph = arg.graph) =>
  createResource({ graph, tenant: TENANT_ID, tags: usualTags }).enrich(subject, context());
const machine = (name: string, resourceId = machineNamed(name).id): Subject => ({
  kind: 'machine',
  name,
  resourceId,
});
const resource = (resourceId: string): Subject => ({ kind: 'resource', name: 'it', resourceId });

const chips = ({ traits }: Enrichment) => traits.map(({ chip }) => chip);
const marks = ({ traits }: Enrichment) => traits.flatMap(({ mark }) => mark ?? []);
const opening = ({ traits }: Enrichment) => traits.find(({ mark }) => mark === 'exposed')?.chip;
const fact = ({ facts }: Enrichment, label: string) => facts.find((one) => one.label === label)?.value;

describe('a machine', () => {
  it('is a crown jewel of the application that its tags name, and has a public address', async () => {
    const known = await ask(machine('vm-pay-web-01'));
    const address = publicAddressOf(machineNamed('vm-pay-web-01'));
    expect(known.traits).toMatchObject([
      { chip: 'crown jewel', says: 'is a crown jewel (criticality: crown-jewel)', mark: 'crown-jewel' },
      { chip: 'public IP', says: `has the public address ${address}`, mark: 'exposed' },
      { chip: 'Payments' },
    ]);
    expect(known.facts.slice(0, 3)).toEqual([
      { label: 'Application', value: 'Payments' },
      { label: 'Owner', value: 'payments-team@contoso.com' },
      { label: 'Runbook', value: 'https://wiki.contoso.com/payments/runbook', long: true },
    ]);
    expect(fact(known, 'Kind')).toBe('Virtual machine');
    expect(fact(known, 'State')).toBe('running');
    expect(fact(known, 'System')).toBe('ubuntu 24.04');
    expect(fact(known, 'Size')).toBe('Standard_D4s_v5');
    expect(fact(known, 'Private address')).toBe('10.20.4.11 in snet-payments');
    expect(fact(known, 'Managed identity')).toBe('SystemAssigned, 5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614');
    expect(fact(known, 'Subscription')).toBe('Contoso production');
    expect(known.facts).toContainEqual({ label: 'Created', value: '', at: '2025-01-20T10:21:09.000Z' });
    expect(known.link).toEqual({
      label: 'Open in Azure',
      url: `https://portal.azure.com/#@${TENANT_ID}/resource${machineNamed('vm-pay-web-01').id}`,
    });
  });

  it('has its owner from the resource group where its own tags name none, whatever their letters', async () => {
    const known = await ask(machine('vm-dc-01'));
    expect(marks(known)).toEqual(['crown-jewel']);
    expect(known.traits[0]?.says).toBe('is a crown jewel (Criticality: Tier 0)');
    expect(fact(known, 'Owner')).toBe('identity-team@contoso.com (from its resource group)');
    expect(fact(known, 'Application')).toBe('Active Directory');
    expect(fact(known, 'Runbook')).toBe('https://wiki.contoso.com/identity/tier-0');
    expect(fact(known, 'Public address')).toBeUndefined();
  });

  it('is found by its name where nobody said where it stands', async () => {
    for (const name of ['VM-JUMP-01', 'vm-jump-01.contoso.com']) {
      expect(marks(await ask(machine(name, '')))).toEqual(['crown-jewel', 'exposed']);
    }
  });

  it('is found where Arc connects it', async () => {
    const known = await ask(machine('srv-badge-01', ''));
    expect(fact(known, 'Kind')).toBe('Machine connected by Arc');
    expect(known.facts).toContainEqual({
      label: 'Arc',
      value: 'connected',
      at: '2026-11-02T03:12:00.000Z',
    });
  });

  it('is not guessed where two have its name', async () => {
    const known = await ask(machine('vm-restore-test', ''));
    expect(fact(known, 'In Azure')).toContain('2 machines have this name');
    expect(known.link).toBeUndefined();
  });

  it.each(['nb-okafor', '', '10.20.4.11', "x' or 1==1 //", 'a"b'])(
    'of the name %j is nothing that Azure knows',
    async (name) => {
      expect(await ask(machine(name, ''))).toEqual(nothingKnown);
    },
  );

  it('says that Azure finds it unavailable', async () => {
    const known = await ask(machine('vm-file-01'));
    expect(chips(known)).toContain('unavailable');
    expect(known.facts.find(({ label }) => label === 'Health')).toMatchObject({ value: 'Unavailable' });
  });

  it('is known by whatever letters its id is written in', async () => {
    const shouted = machineNamed('vm-pay-web-01')
      .id.toUpperCase()
      .replace('/SUBSCRIPTIONS', '/subscriptions');
    expect(chips(await ask(machine('vm-pay-web-01', shouted)))).toContain('public IP');
  });
});

describe('every machine of Contoso in Azure', () => {
  it('has an address in a network and somebody who owns it', async () => {
    const all = await Promise.all(azureMachines.map(({ name }) => ask(machine(name))));
    for (const known of all) {
      expect(fact(known, 'Private address')).toContain(' in snet-');
      expect(fact(known, 'Owner')).toContain('@contoso.com');
    }
  });
});

describe('a resource', () => {
  it.each(Object.entries(things))('%s is known', async (_name, id) => {
    const known = await ask(resource(id));
    expect(fact(known, 'Kind')).toBeTruthy();
    expect(known.traits.every(({ chip }) => [...chip].length <= 24)).toBe(true);
  });

  it('is a vault that everybody may reach and whose secrets can be lost for good', async () => {
    const known = await ask(resource(things.keyVault));
    expect(chips(known)).toEqual(['crown jewel', 'open to all networks', 'no purge protection', 'Payments']);
    expect(fact(known, 'Purge protection')).toBe('off');
  });

  it('is a storage account that takes its keys and lets everybody read', async () => {
    const backups = await ask(resource(things.backupStorage));
    expect(marks(backups)).toEqual(['crown-jewel', 'exposed']);
    expect(fact(backups, 'Account keys')).toBe('allowed');
    expect(chips(await ask(resource(things.shopStorage)))).toContain('anonymous reads allowed');
  });

  it('is a database, and as open as the server that it is part of', async () => {
    const known = await ask(resource(things.sql));
    expect(chips(known)).toEqual(['crown jewel', 'Payments']);
    expect(fact(known, 'Network access')).toBe('private endpoints alone');
    expect(fact(known, 'Part of')).toBe('sql-payments');
    expect(fact(known, 'SQL sign-in')).toBe('passwords allowed beside Entra ID');
  });

  it('is told by what it is part of where Resource Graph does not know it itself', async () => {
    const known = await ask(resource(`${things.backupStorage}/blobServices/default/containers/nightly`));
    expect(fact(known, 'Kind')).toBe('Storage account');
  });

  it('is a subscription, by its name', async () => {
    const known = await ask(resource(things.sql.split('/resourceGroups/')[0] ?? ''));
    expect(fact(known, 'Kind')).toBe('Subscription');
    expect(marks(known)).toEqual(['crown-jewel']);
  });

  it('is an app that faces the internet, or a cluster whose API server does', async () => {
    expect(opening(await ask(resource(things.shopFront)))).toBe('internet-facing');
    expect(opening(await ask(resource(things.aks)))).toBe('public API server');
  });

  it('is nothing known where it is in another cloud, or gone', async () => {
    const { concerns } = createResource({ graph: arg.graph, tenant: TENANT_ID, tags: usualTags });
    expect(concerns?.(resource('arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc'))).toBe(false);
    expect(await ask(resource('arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc'))).toEqual(nothingKnown);
    expect(await ask(resource(things.keyVault.replace('kv-payments', 'kv-gone')))).toEqual(nothingKnown);
  });
});

/** Far sides say what they like. */
describe('an odd answer', () => {
  const says =
    (...rows: Record<string, unknown>[]): ResourceGraph['rows'] =>
    async (query) =>
      query.startsWith('resources\n| where id in~') ? rows : [];
  const id = things.keyVault;

  it('without anything but an id is still a resource', async () => {
    const known = await ask(resource(id), { rows: says({ id, properties: null, tags: null }) });
    expect(known.traits).toEqual([]);
    expect(known.link?.url).toContain('portal.azure.com');
  });

  it('of another resource than was asked for is no answer', async () => {
    const rows = says({ id: things.sql, tags: { criticality: 'high' } });
    expect(await ask(resource(id), { rows })).toEqual(nothingKnown);
  });

  it.each([
    'http://wiki.contoso.com/plain',
    'javascript:alert(1)',
    'https://wiki.contoso.com@evil.example/runbook',
    'see the wiki',
  ])('names no runbook by %s', async (runbook) => {
    const known = await ask(resource(id), { rows: says({ id, tags: { runbook } }) });
    expect(fact(known, 'Runbook')).toBeUndefined();
  });

  it('with tags that are no texts, or endless ones, stays short', async () => {
    const tags = { owner: 4711, application: 'x'.repeat(10_000), environment: ['a'], criticality: 'low' };
    const known = await ask(resource(id), { rows: says({ id, tags }) });
    expect(fact(known, 'Owner')).toBeUndefined();
    expect(fact(known, 'Application')).toHaveLength(256);
    expect(known.traits).toEqual([]);
  });

  it('can be read by tags of the company’s own', async () => {
    const tags = { owner: [], application: [], environment: [], criticality: ['Schutzbedarf'], runbook: [] };
    const enricher = createResource({
      graph: { rows: says({ id, tags: { schutzbedarf: 'Mission critical', criticality: 'low' } }) },
      tenant: TENANT_ID,
      tags,
    });
    expect(marks(await enricher.enrich(resource(id), context()))).toEqual(['crown-jewel']);
  });
});
