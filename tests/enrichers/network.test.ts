import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../../src/enrichers/network.ts';
import { publicAddressOf } from '../../src/sandbox/azure/network-estate.ts';
import { machineNamed } from '../../src/sandbox/logs/samples/estate.ts';
import {
  type Answers,
  context,
  controller,
  jump,
  machine,
  machineId,
  networkThatSays,
  production,
  reasonOf,
  startNetwork,
  web,
} from '../azure/network-stand-in.ts';

let azure: Awaited<ReturnType<typeof startNetwork>>;
beforeAll(async () => {
  azure = await startNetwork();
});
afterAll(() => azure.stop());

const told = (resourceId: string) => createNetwork(azure).enrich(machine(resourceId), context());

/** One machine as an Azure tells of it that this test makes up. */
const vm = machineId(production, 'rg', 'vm-x');
const net = `${production}/resourceGroups/rg/providers/Microsoft.Network`;
const ids = {
  nic: `${net}/networkInterfaces/nic-x`,
  group: `${net}/networkSecurityGroups/nsg-x`,
  pip: `${net}/publicIPAddresses/pip-x`,
  subnet: `${net}/virtualNetworks/vnet-x/subnets/snet-x`,
};
const allow = (name: string, from: string, port: string) => ({
  name,
  properties: {
    priority: 100,
    direction: 'Inbound',
    access: 'Allow',
    protocol: 'Tcp',
    sourceAddressPrefix: from,
    destinationAddressPrefix: '*',
    destinationPortRange: port,
  },
});
const denyAll = {
  name: 'DenyAllInBound',
  properties: {
    priority: 65_500,
    direction: 'Inbound',
    access: 'Deny',
    protocol: '*',
    sourceAddressPrefix: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '*',
  },
};
const groupOf = (...securityRules: object[]) => ({
  properties: { securityRules, defaultSecurityRules: [denyAll] },
});
const nicOf = (more: object = {}, configuration: object = {}) => ({
  properties: {
    ipConfigurations: [
      {
        properties: {
          primary: true,
          privateIPAddress: '10.0.0.4',
          subnet: { id: ids.subnet },
          publicIPAddress: { id: ids.pip },
          ...configuration,
        },
      },
    ],
    networkSecurityGroup: { id: ids.group },
    ...more,
  },
});
const usual: Answers = {
  [vm]: { location: 'westeurope', properties: { networkProfile: { networkInterfaces: [{ id: ids.nic }] } } },
  [ids.nic]: nicOf(),
  [ids.pip]: { sku: { name: 'Standard' }, properties: { ipAddress: '192.0.2.7' } },
  [ids.subnet]: { properties: { addressPrefix: '10.0.0.0/24' } },
  [ids.group]: groupOf(allow('rdp', '*', '3389')),
  [`${production}/providers/Microsoft.Network/networkWatchers`]: {
    value: [{ id: `${net}/networkWatchers/nw`, location: 'WestEurope' }],
  },
  [`${net}/networkWatchers/nw/flowLogs`]: { value: [] },
};
async function saying(answers: Answers) {
  const odd = await networkThatSays({ ...usual, ...answers });
  try {
    return await createNetwork(odd).enrich(machine(vm), context());
  } finally {
    odd.stop();
  }
}
const factsOf = ({ facts }: Awaited<ReturnType<typeof told>>) =>
  facts.map(({ label, value }) => `${label}: ${value}`);

describe('the network of a machine', () => {
  it('says of vm-jump-01 that RDP is open to all, and by which rule', async () => {
    const known = await told(jump);
    expect(known.traits).toEqual([
      { chip: 'RDP open to all', says: 'has RDP open to the internet', tone: 'bad', mark: 'exposed' },
    ]);
    expect(factsOf(known)).toEqual([
      'Open to all: RDP, 3389/tcp: allow-rdp of nsg-vm-jump-01',
      `Public address: ${publicAddressOf(machineNamed('vm-jump-01'))} (pip-vm-jump-01)`,
      'Private address: 10.10.2.4 in vnet-contoso/snet-jump',
      'Security group: nsg-vm-jump-01',
      'Flow logs: on, with traffic analytics: fl-vnet-shared',
    ]);
    expect(known.link?.url).toBe(`https://portal.azure.com/#resource${jump}/networkSettings`);
  });

  it('says of vm-pay-web-01 the worst first: SSH before the web', async () => {
    const known = await told(web);
    expect(known.traits.map(({ chip }) => chip)).toEqual(['SSH open to all']);
    expect(factsOf(known).slice(0, 2)).toEqual([
      'Open to all: SSH, 22/tcp: allow-ssh-temp of nsg-vm-pay-web-01',
      'Open to all: HTTPS, 443/tcp: allow-https of nsg-vm-pay-web-01',
    ]);
  });

  it('says of the domain controller that nothing reaches it from outside', async () => {
    const known = await told(controller);
    expect(known.traits).toEqual([]);
    expect(factsOf(known)).toEqual(expect.arrayContaining(['Open to all: nothing', 'Public address: none']));
  });

  it('asks no more than it says it does', async () => {
    const before = azure.calls();
    await told(web);
    expect(azure.calls() - before).toBeLessThanOrEqual(createNetwork(azure).calls);
  });

  it('knows nothing of a machine that is gone', async () => {
    expect(await told(`${web}-gone`)).toEqual({ facts: [], traits: [] });
  });

  it.each([
    '',
    '/subscriptions/x/resourceGroups/y/providers/Microsoft.HybridCompute/machines/m',
    `${web}/extensions/e`,
  ])('is not asked about "%s"', (resourceId) => {
    expect(createNetwork(azure).concerns?.(machine(resourceId))).toBe(false);
  });

  it('calls a web server what it is: to be reached from the internet', async () => {
    const { traits } = await saying({ [ids.group]: groupOf(allow('web', 'Internet', '443')) });
    expect(traits).toEqual([
      {
        chip: 'internet-facing',
        says: 'can be reached from the internet at HTTPS, 443/tcp',
        tone: 'warning',
        mark: 'exposed',
      },
    ]);
  });

  it('does not call a machine exposed that nothing leads to', async () => {
    const known = await saying({ [ids.nic]: nicOf({}, { publicIPAddress: undefined }) });
    expect(known.traits).toEqual([]);
    expect(factsOf(known)[0]).toBe(
      'Rules let all in: RDP, 3389/tcp: rdp of nsg-x; but nothing leads there from the internet',
    );
  });

  it('calls it exposed where a load balancer leads to it', async () => {
    const { traits } = await saying({
      [ids.nic]: nicOf({}, { publicIPAddress: undefined, loadBalancerInboundNatRules: [{ id: 'x' }] }),
    });
    expect(traits.map(({ chip }) => chip)).toEqual(['RDP open to all']);
  });

  it.each([
    ['Standard', []],
    ['Basic', ['all ports open to all']],
  ])('takes a %s address without any group for what it is', async (name, chips) => {
    const { traits } = await saying({
      [ids.nic]: nicOf({ networkSecurityGroup: null }),
      [ids.pip]: { sku: { name }, properties: { ipAddress: '192.0.2.7' } },
    });
    expect(traits.map(({ chip }) => chip)).toEqual(chips);
  });

  it('names what it may not read, and does not take it for open', async () => {
    const known = await saying({
      [ids.group]: 403,
      [`${production}/providers/Microsoft.Network/networkWatchers`]: 403,
    });
    expect(known.traits).toEqual([]);
    expect(factsOf(known)).toEqual([
      'Public address: 192.0.2.7 (pip-x)',
      'Private address: 10.0.0.4 in vnet-x/snet-x',
      'Security groups: not allowed: Reader on its resource group',
      'Flow logs: not allowed: Microsoft.Network/networkWatchers/flowLogs/read',
    ]);
  });

  it.each([
    [{ value: [] }, 'off: nothing of its traffic is on record'],
    [
      { value: [{ name: 'fl', properties: { targetResourceId: ids.nic, enabled: false } }] },
      'off: nothing of its traffic is on record',
    ],
    [
      {
        value: [
          { name: 'fl', properties: { targetResourceId: `${net}/virtualNetworks/VNET-X`, enabled: true } },
        ],
      },
      'on, to storage alone: fl',
    ],
    [
      {
        value: [
          { name: 'fl', properties: { targetResourceId: `${net}/virtualNetworks/other`, enabled: true } },
        ],
      },
      'off: nothing of its traffic is on record',
    ],
    [403, 'not allowed: Microsoft.Network/networkWatchers/flowLogs/read'],
  ])('says whether flows are logged: %j', async (answer, words) => {
    expect(factsOf(await saying({ [`${net}/networkWatchers/nw/flowLogs`]: answer }))).toContain(
      `Flow logs: ${words}`,
    );
  });

  it('says where there is no Network Watcher to log flows', async () => {
    const known = await saying({
      [`${production}/providers/Microsoft.Network/networkWatchers`]: { value: [] },
    });
    expect(factsOf(known)).toContain('Flow logs: off: there is no Network Watcher in westeurope');
  });

  it('tells of an interface that passes on traffic, and of further ones', async () => {
    const known = await saying({
      [vm]: {
        location: 'westeurope',
        properties: {
          networkProfile: {
            networkInterfaces: [{ id: `${ids.nic}-2` }, { id: ids.nic, properties: { primary: true } }],
          },
        },
      },
      [ids.nic]: nicOf({ enableIPForwarding: true }),
    });
    expect(factsOf(known)).toEqual(
      expect.arrayContaining([
        'IP forwarding: on: it passes on traffic of others',
        'Interfaces: 2; this is about nic-x',
      ]),
    );
  });

  it('passes hostile names on as they are, and builds no link from them', async () => {
    const name = '<script>evil.example</script>';
    const known = await saying({ [ids.group]: groupOf(allow(name, '*', '22')) });
    expect(factsOf(known)[0]).toContain(name);
    expect(known.link?.url).not.toContain('evil');
  });

  it.each([
    [429, 'rate-limited'],
    [503, 'unavailable'],
  ])('is tried again where Azure answers %i', async (status, reason) => {
    expect(await reasonOf(saying({ [ids.subnet]: status }))).toBe(reason);
    expect(await reasonOf(saying({ [`${net}/networkWatchers/nw/flowLogs`]: status }))).toBe(reason);
  });

  it('has no answer where it may not even read the machine', async () => {
    expect(await reasonOf(saying({ [vm]: 403 }))).toBe('auth');
  });
});
