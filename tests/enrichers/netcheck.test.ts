import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetcheck } from '../../src/enrichers/netcheck.ts';
import {
  type Answers,
  backup,
  context,
  controller,
  jump,
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

const path = (from: string, to: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') => ({
  kind: 'path' as const,
  from,
  to,
  port,
  protocol,
});
const check = (from: string, to: string, port: number, protocol?: 'tcp' | 'udp') =>
  createNetcheck(azure).enrich(path(from, to, port, protocol), context());
const factsOf = ({ facts }: Awaited<ReturnType<typeof check>>) =>
  Object.fromEntries(facts.map(({ label, value }) => [label, value]));

describe('the way in', () => {
  it('is open where a rule says so, which is named with its group', async () => {
    const known = await check('203.0.113.66', web, 22);
    expect(known.facts[0]).toEqual({
      label: 'Answer',
      value:
        'Yes: 203.0.113.66 can reach vm-pay-web-01:22/tcp (SSH). The rule allow-ssh-temp of nsg-vm-pay-web-01 allows it.',
      long: true,
    });
    expect(factsOf(known)).toMatchObject({
      Rule: 'allow-ssh-temp, priority 110: allow 22-22 from 0.0.0.0/0',
      'Way back': 'to the internet',
      Machine: 'vm-pay-web-01, 10.20.4.11, pip-vm-pay-web-01',
    });
    expect(known.traits).toMatchObject([{ chip: 'way in is open', tone: 'bad' }]);
  });

  it.each([
    [
      '203.0.113.9',
      web,
      3389,
      'No: 203.0.113.9 cannot reach vm-pay-web-01:3389/tcp (RDP). The rule DenyAllInBound of nsg-vm-pay-web-01 denies it.',
    ],
    [
      '198.51.100.23',
      jump,
      3389,
      'Yes: 198.51.100.23 can reach vm-jump-01:3389/tcp (RDP). The rule allow-rdp of nsg-vm-jump-01 allows it.',
    ],
    [
      '198.51.100.23',
      controller,
      3389,
      'No: 198.51.100.23 cannot reach vm-dc-01:3389/tcp (RDP). The rule DenyAllInBound of nsg-vm-dc-01 denies it.',
    ],
    [
      '10.10.2.4',
      controller,
      3389,
      'Yes: 10.10.2.4 can reach vm-dc-01:3389/tcp (RDP). The rule allow-rdp-jump of nsg-vm-dc-01 allows it.',
    ],
    [
      '10.10.2.4',
      controller,
      389,
      'Yes: 10.10.2.4 can reach vm-dc-01:389/tcp (LDAP). The rule AllowVnetInBound of nsg-vm-dc-01 allows it.',
    ],
  ])('from %s to %s:%i is answered in words', async (from, to, port, answer) => {
    expect((await check(from, to, port)).facts[0]?.value).toBe(answer);
  });

  it('by UDP is another one', async () => {
    expect((await check('203.0.113.66', web, 22, 'udp')).facts[0]?.value).toMatch(
      /^No: .*22\/udp\. The rule DenyAllInBound/,
    );
  });

  it('from within is no trait: it is what networks are for', async () => {
    expect((await check('10.10.2.4', controller, 389)).traits).toEqual([]);
  });

  it('is told from the rules as they are written for IPv6, which Azure does not check', async () => {
    expect((await check('2001:db8::17', web, 443)).facts[0]?.value).toMatch(
      /^Yes: .* The rule allow-https of/,
    );
    expect((await check('2001:db8::17', web, 3389)).facts[0]?.value).toBe(
      'No: 2001:db8::17 cannot reach vm-pay-web-01:3389/tcp (RDP). The rule DenyAllInBound of nsg-vm-pay-web-01 denies it.',
    );
  });

  it('is one-way where a route drops the answers', async () => {
    const known = await check('203.0.113.9', backup, 443);
    expect(factsOf(known)['Way back']).toBe('dropped by the route table rt-backup');
  });

  it('is not known for a machine that is gone', async () => {
    expect(await reasonOf(check('203.0.113.9', `${web}-gone`, 22))).toBe('not-found');
  });

  it.each(['vm-pay-web-01', `${web}/extensions/x`, ''])('is not asked for to "%s"', (to) => {
    expect(createNetcheck(azure).concerns?.(path('203.0.113.9', to, 22))).toBe(false);
  });
});

const vm = machineId(production, 'rg', 'vm-x');
const net = `${production}/resourceGroups/rg/providers/Microsoft.Network`;
const nic = `${net}/networkInterfaces/nic-x`;
const watcher = `${net}/networkWatchers/nw`;
const rule = (name: string, access: string, priority: number) => ({
  name: `securityRules/${name}`,
  access,
  priority,
  direction: 'Inbound',
  protocol: 'Tcp',
  sourceAddressPrefix: 'SomeTag',
  destinationAddressPrefix: '0.0.0.0/0',
  destinationPortRange: '0-65535',
});
const usual: Answers = {
  [vm]: { location: 'westeurope', properties: { networkProfile: { networkInterfaces: [{ id: nic }] } } },
  [nic]: { properties: { ipConfigurations: [{ properties: { privateIPAddress: '10.0.0.4' } }] } },
  [`${production}/providers/Microsoft.Network/networkWatchers`]: {
    value: [{ id: watcher, location: 'westeurope' }],
  },
  [`${watcher}/ipFlowVerify`]: { access: 'Allow', ruleName: 'UserRule_let-in' },
  [`${watcher}/nextHop`]: {
    nextHopType: 'VirtualAppliance',
    nextHopIpAddress: '10.0.9.4',
    routeTableId: `${net}/routeTables/rt-x`,
  },
  [`${nic}/effectiveNetworkSecurityGroups`]: {
    value: [
      {
        networkSecurityGroup: { id: `${net}/networkSecurityGroups/nsg-x` },
        effectiveSecurityRules: [rule('let-in', 'Allow', 100)],
      },
    ],
  },
};
async function saying(answers: Answers, from = '192.0.2.7') {
  const odd = await networkThatSays({ ...usual, ...answers });
  try {
    return await createNetcheck(odd).enrich(path(from, vm, 22), context());
  } finally {
    odd.stop();
  }
}

describe('the way in, where Azure says something odd,', () => {
  it('is none without a public address, whatever rules say', async () => {
    const known = await saying({});
    expect(known.facts[0]?.value).toBe(
      'No: vm-x:22/tcp (SSH) has no public address and stands behind no load balancer; only a firewall or gateway could bring 192.0.2.7 there. The rule let-in of nsg-x allows it.',
    );
    expect(factsOf(known)['Way back']).toBe('to an appliance 10.0.9.4 by the route table rt-x');
  });

  it('is answered without the group where the rules in force are not to be had', async () => {
    for (const status of [403, 400]) {
      const known = await saying({ [`${nic}/effectiveNetworkSecurityGroups`]: status }, '10.1.1.1');
      expect(known.facts[0]?.value).toBe(
        'Yes: 10.1.1.1 can reach vm-x:22/tcp (SSH). The rule let-in allows it.',
      );
    }
  });

  it('is answered without the way back where we may not ask for it', async () => {
    expect(factsOf(await saying({ [`${watcher}/nextHop`]: 403 }))).not.toHaveProperty('Way back');
  });

  it('is one-way where answers are dropped', async () => {
    const known = await saying({ [`${watcher}/nextHop`]: { nextHopType: 'None' } }, '10.1.1.1');
    expect(known.facts[0]?.value).toMatch(/^Only one way: .* dropped on their way back/);
  });

  it('is not guessed for IPv6 where rules are not to be had', async () => {
    const known = await saying({}, '2001:db8::17');
    expect(known.facts[0]?.value).toBe('Not known: not every security group could be read.');
  });

  it('is said not to be known where there is no Network Watcher', async () => {
    const known = await saying({
      [`${production}/providers/Microsoft.Network/networkWatchers`]: { value: [] },
    });
    expect(known.facts).toEqual([
      { label: 'Answer', value: 'Not known: there is no Network Watcher in westeurope.', long: true },
    ]);
  });

  it('is said not to be there without an interface', async () => {
    const known = await saying({ [vm]: { location: 'westeurope', properties: {} } });
    expect(known.facts[0]?.value).toBe('vm-x has no network interface.');
  });

  it.each([
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [403, 'auth'],
  ])('is no answer where Azure answers %i', async (status, reason) => {
    expect(await reasonOf(saying({ [`${watcher}/ipFlowVerify`]: status }))).toBe(reason);
  });
});
