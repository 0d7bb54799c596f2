import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicAddressOf } from '../../src/sandbox/azure/network-estate.ts';
import { machineNamed } from '../../src/sandbox/logs/samples/estate.ts';
import {
  type Answers,
  controller,
  failureOf,
  jump,
  networkThatSays,
  production,
  shared,
  signal,
  startNetwork,
  web,
} from './network-stand-in.ts';

let azure: Awaited<ReturnType<typeof startNetwork>>;
beforeAll(async () => {
  azure = await startNetwork();
});
afterAll(() => azure.stop());

const inGroup = (id: string, end: string) =>
  id.replace(/\/providers\/.*$/, `/providers/Microsoft.Network/${end}`);
const nic = inGroup(web, 'networkInterfaces/nic-vm-pay-web-01');
const watcherId = `${production}/resourceGroups/rg-edge/providers/Microsoft.Network/networkWatchers/nw-westeurope`;
const sharedWatcher = `${shared}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope`;
const subnetId = `${production}/resourceGroups/rg-edge/providers/Microsoft.Network/virtualNetworks/vnet-contoso/subnets/snet-payments`;

/** A client of an Azure that says this. */
async function saying<T>(
  answers: Answers,
  look: (azure: Awaited<ReturnType<typeof networkThatSays>>) => Promise<T>,
) {
  const odd = await networkThatSays(answers);
  try {
    return await look(odd);
  } finally {
    odd.stop();
  }
}

describe('what stands around a machine', () => {
  it('is read from the machine over its interface to its subnet and its address', async () => {
    const { network } = azure;
    const machine = await network.machine(web, signal());
    expect(machine).toMatchObject({ name: 'vm-pay-web-01', location: 'westeurope', nicIds: [nic] });
    const read = await network.nic(nic, signal());
    expect(read).toMatchObject({
      privateAddress: '10.20.4.11',
      subnetId,
      isBehindBalancer: false,
      forwards: false,
    });
    expect(await network.subnet(read.subnetId, signal())).toMatchObject({
      name: 'snet-payments',
      network: 'vnet-contoso',
      prefixes: ['10.20.4.0/24'],
      groupId: '',
    });
    expect(await network.publicAddress(String(read.publicAddressIds[0]), signal())).toMatchObject({
      address: publicAddressOf(machineNamed('vm-pay-web-01')),
      sku: 'Standard',
    });
  });

  it('has the rules of a group in their order, the default ones last', async () => {
    const group = await azure.network.securityGroup(
      inGroup(web, 'networkSecurityGroups/nsg-vm-pay-web-01'),
      signal(),
    );
    const inbound = group.rules.filter(({ direction }) => direction === 'Inbound');
    expect(inbound.map(({ name }) => name)).toEqual([
      'allow-https',
      'allow-ssh-temp',
      'AllowVnetInBound',
      'AllowAzureLoadBalancerInBound',
      'DenyAllInBound',
    ]);
    expect(inbound[1]).toMatchObject({
      priority: 110,
      access: 'Allow',
      protocol: 'tcp',
      from: ['*'],
      ports: ['22'],
    });
  });

  it('has the rules in force after Azure has worked at them, under the same names', async () => {
    const [group, ...others] = await azure.network.effectiveGroups(nic, signal());
    expect(others).toEqual([]);
    expect(group?.name).toBe('nsg-vm-pay-web-01');
    expect(group?.rules.map(({ name }) => name)).toContain('allow-ssh-temp');
    const vnet = group?.rules.find(({ name }) => name === 'AllowVnetInBound');
    expect(vnet).toMatchObject({ protocol: 'any', ports: ['0-65535'] });
    expect(vnet?.fromExpanded).toContain('10.20.0.0/16');
  });

  it('is not there for a machine that is gone', async () => {
    expect(await failureOf(azure.network.machine(`${web}-gone`, signal()))).toMatchObject({
      reason: 'not-found',
    });
  });

  it.each([
    '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/../../x',
    `${web}?api-version=1&x=`,
    'https://evil.example/subscriptions',
    '//evil.example/x',
    '',
  ])('is not asked for by "%s"', async (id) => {
    const before = azure.calls();
    expect(await failureOf(azure.network.machine(id, signal()))).toMatchObject({ reason: 'rejected' });
    expect(azure.calls()).toBe(before);
  });

  it('is taken with half of it missing', async () => {
    const id = inGroup(web, 'networkInterfaces/n');
    const bare = {
      properties: {
        ipConfigurations: [null, { properties: { subnet: null, publicIPAddress: {} } }],
        networkSecurityGroup: null,
      },
    };
    const read = await saying({ [id]: bare }, ({ network }) => network.nic(id, signal()));
    expect(read).toMatchObject({
      privateAddress: '',
      subnetId: '',
      publicAddressIds: [],
      groupId: '',
      forwards: false,
    });
  });

  it.each([[{}], [[]], ['text'], [{ properties: 7 }]])(
    'is an outage and no answer where it is %j',
    async (answer) => {
      const id = inGroup(web, 'networkInterfaces/n');
      expect(
        await failureOf(saying({ [id]: answer }, ({ network }) => network.nic(id, signal()))),
      ).toMatchObject({ reason: 'unavailable', message: expect.stringContaining('another form') });
    },
  );

  it('tells nothing of rules where one of them cannot be read', async () => {
    const id = inGroup(web, 'networkSecurityGroups/g');
    const answer = {
      properties: {
        securityRules: [
          { name: 'odd', properties: { priority: 100, direction: 'Sideways', access: 'Deny' } },
        ],
        defaultSecurityRules: [],
      },
    };
    expect(
      await failureOf(saying({ [id]: answer }, ({ network }) => network.securityGroup(id, signal()))),
    ).toMatchObject({ reason: 'unavailable', message: expect.stringContaining('another form') });
  });
});

describe('Network Watcher', () => {
  it('stands in every region of a subscription where there is a network', async () => {
    expect(await azure.watcher.watchers(production.slice(15), signal())).toEqual(
      new Map([['westeurope', watcherId]]),
    );
  });

  it.each([
    ['203.0.113.9', 443, true, 'allow-https'],
    ['203.0.113.66', 22, true, 'allow-ssh-temp'],
    ['203.0.113.9', 3389, false, 'DenyAllInBound'],
    ['10.20.4.12', 3389, true, 'AllowVnetInBound'],
  ])(
    'says of %s to vm-pay-web-01:%i whether it is let in, and by which rule',
    async (from, port, isAllowed, rule) => {
      const packet = { machineId: web, nicId: nic, protocol: 'tcp', from, to: '10.20.4.11', port } as const;
      expect(await azure.watcher.ipFlowVerify(watcherId, packet, signal())).toEqual({ isAllowed, rule });
    },
  );

  it.each([
    [jump, '10.10.2.4', '198.51.100.23', 'Internet', 'System Route'],
    [jump, '10.10.2.4', '10.10.1.4', 'VnetLocal', 'System Route'],
    [jump, '10.10.2.4', '10.40.0.9', 'VirtualNetworkGateway', 'System Route'],
  ])('says where %s sends a packet', async (machineId, from, to, type, routeTable) => {
    expect(await azure.watcher.nextHop(sharedWatcher, { machineId, from, to }, signal())).toEqual({
      type,
      address: '',
      routeTable,
    });
  });

  it('says what is logged', async () => {
    const [log] = await azure.watcher.flowLogs(watcherId, signal());
    expect(log).toMatchObject({ name: 'fl-vnet-hub', isOn: true, isAnalysed: true });
  });

  it('says who stands in a subnet', async () => {
    const resources = await azure.watcher.topology(watcherId, subnetId, signal());
    const machines = resources.filter(({ id }) => id.includes('virtualMachines')).map(({ name }) => name);
    expect(machines).toEqual(['vm-pay-web-01', 'vm-pay-web-02']);
    expect(resources.find(({ name }) => name === 'nic-vm-pay-web-01')?.tiedTo).toContain(web);
  });

  it('says what the last troubleshooting came to, if there was one', async () => {
    const lisbon = inGroup(controller, 'connections/cn-lisbon');
    const result = await azure.watcher.troubleshootResult(sharedWatcher, lisbon, signal());
    expect(result).toMatchObject({
      code: 'UnHealthy',
      results: [{ advice: [expect.stringContaining('pre-shared key')] }],
    });
    const frankfurt = inGroup(controller, 'connections/cn-frankfurt');
    expect(
      await failureOf(azure.watcher.troubleshootResult(sharedWatcher, frankfurt, signal())),
    ).toMatchObject({ reason: 'not-found' });
  });

  it('reads a list over several pages, and only so many', async () => {
    let pages = 0;
    const flowLogs = `${watcherId}/flowLogs`;
    const page = {
      value: [{ name: 'fl', properties: { targetResourceId: nic, enabled: true } }],
      nextLink: `${flowLogs}?api-version=2024-05-01`,
    };
    const logs = await saying({ [flowLogs]: page }, async (odd) => {
      const all = await odd.watcher.flowLogs(watcherId, signal());
      pages = odd.calls();
      return all;
    });
    expect(logs).toHaveLength(5);
    expect(pages).toBe(5);
  });

  it('ends when whoever asked has gone', async () => {
    const packet = {
      machineId: web,
      nicId: nic,
      protocol: 'tcp',
      from: '203.0.113.9',
      to: '10.20.4.11',
      port: 22,
    } as const;
    expect(await failureOf(azure.watcher.ipFlowVerify(watcherId, packet, AbortSignal.abort()))).toMatchObject(
      {
        reason: 'timeout',
      },
    );
  });
});
