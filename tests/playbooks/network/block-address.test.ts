import { describe, expect, it } from 'vitest';
import { createBlockAddress } from '../../../src/playbooks/block-address.ts';
import { keyOf, rulesOf } from '../../../src/sandbox/network/state.ts';
import { web } from '../../azure/network-stand-in.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { context, type NetworkStage, on, openNetwork } from './network-stage.ts';

const beside = (type: string, name: string) =>
  web.replace(/Microsoft.Compute.*$/, `Microsoft.Network/${type}/${name}`);
const nsg = beside('networkSecurityGroups', 'nsg-vm-pay-web-01');
const watcher = web
  .replace('rg-payments', 'rg-edge')
  .replace(/Microsoft.Compute.*$/, 'Microsoft.Network/networkWatchers/nw-westeurope');
const attacker = { kind: 'ip' as const, address: '203.0.113.66' };

const groupOf = ({ azure }: NetworkStage) => {
  const group = azure.state.groups.get(keyOf(nsg));
  if (!group) throw new Error('The group is gone.');
  return group;
};
const rule = (name: string, priority: number, address = '198.51.100.7') =>
  ({
    name,
    priority,
    direction: 'Inbound',
    access: 'Deny',
    protocol: '*',
    sourceAddressPrefix: address,
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '*',
  }) as const;

const open = (parameters: Record<string, string> = {}, target = attacker) =>
  openNetwork({
    create: createBlockAddress,
    target,
    parameters: { group: nsg, ...parameters },
    felt: /^PUT .*securityRules/,
    refusals: [
      {
        when: 'the group has a rule of that name',
        arrange: (stage) => groupOf(stage).rules.push(rule('watchfloor-RUN-7-in', 300)),
        says: /has a rule watchfloor-RUN-7-in that is not of this run/,
      },
      {
        when: 'the group is gone',
        arrange: ({ azure }) => void azure.state.groups.delete(keyOf(nsg)),
        says: /nsg-vm-pay-web-01 is no longer there/,
      },
      {
        when: 'we may not write rules',
        arrange: ({ azure }) =>
          azure.state.forbid('Microsoft.Network/networkSecurityGroups/securityRules/write'),
        says: /It needs Microsoft.Network\/networkSecurityGroups\/securityRules\/write/,
        at: 'act',
      },
      {
        when: 'the priority was taken meanwhile',
        arrange: (stage) => groupOf(stage).rules.push(rule('first', 101)),
        says: /^Nothing of it was left standing.*SecurityRuleConflict/,
        at: 'act',
      },
    ],
  });

describe('blocking an address in a security group', () => {
  playbookContract(open);

  it(
    'denies it as high up as there is room, and says what still comes before',
    on(open, async (stage) => {
      const { facts, warning, memory } = await stage.play.look(orderOf(stage), context());
      expect(facts).toContainEqual({ label: 'New rule, in', value: 'watchfloor-RUN-7-in at 101' });
      expect(warning).toContain('It still gets through by allow-https (100, port 443)');
      const packet = {
        machineId: web,
        nicId: beside('networkInterfaces', 'nic-vm-pay-web-01'),
        protocol: 'tcp',
        to: '10.20.4.11',
      } as const;
      const reach = (from: string, port: number) =>
        stage.azure.watcher.ipFlowVerify(watcher, { ...packet, from, port }, context().signal);
      await toTheEnd(stage, 'act', orderOf(stage, memory));
      expect(await reach('203.0.113.66', 22)).toEqual({ isAllowed: false, rule: 'watchfloor-RUN-7-in' });
      expect(await reach('203.0.113.67', 22)).toEqual({ isAllowed: true, rule: 'allow-ssh-temp' });
      expect(await reach('203.0.113.66', 443)).toEqual({ isAllowed: true, rule: 'allow-https' });
    }),
  );

  it(
    'takes a gap where there is one, and is silent where nothing comes before it',
    on(
      () => open({ direction: 'out' }),
      async (stage) => {
        const { facts, warning } = await stage.play.look(orderOf(stage), context());
        expect(facts).toContainEqual({ label: 'New rule, out', value: 'watchfloor-RUN-7-out at 100' });
        expect(warning).not.toContain('gets through');
      },
    ),
  );

  it(
    'denies both ways, and takes both back',
    on(
      () => open({ direction: 'both' }),
      async (stage) => {
        const before = JSON.stringify(await stage.farSide.state());
        const { memory } = await stage.play.look(orderOf(stage), context());
        const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
        expect(rulesOf(groupOf(stage)).slice(-2)).toMatchObject([
          {
            name: 'watchfloor-RUN-7-in',
            priority: 101,
            sourceAddressPrefix: '203.0.113.66',
            destinationAddressPrefix: '*',
            access: 'Deny',
          },
          {
            name: 'watchfloor-RUN-7-out',
            priority: 100,
            sourceAddressPrefix: '*',
            destinationAddressPrefix: '203.0.113.66',
            access: 'Deny',
          },
        ]);
        await toTheEnd(stage, 'undo', done.order);
        expect(JSON.stringify(await stage.farSide.state())).toBe(before);
      },
    ),
  );

  it(
    'takes the first rule back where Azure fails at the second',
    on(
      () => open({ direction: 'both' }),
      async (stage) => {
        const before = JSON.stringify(await stage.farSide.state());
        const { memory } = await stage.play.look(orderOf(stage), context());
        const order = orderOf(stage, memory);
        await stage.play.act(order, context());
        stage.azure.state.work.settle();
        stage.azure.state.work.breakNext();
        expect(await toTheEnd(stage, 'act', order)).toMatchObject({ state: 'failed' });
        expect(JSON.stringify(await stage.farSide.state())).toBe(before);
      },
    ),
  );

  it(
    'leaves a rule alone that somebody made another one of',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      for (const each of groupOf(stage).rules)
        if (each.name === 'watchfloor-RUN-7-in') each.sourceAddressPrefix = '198.51.100.0/24';
      expect(await toTheEnd(stage, 'undo', done.order)).toMatchObject({ state: 'done' });
      expect(groupOf(stage).rules.map(({ name }) => name)).toContain('watchfloor-RUN-7-in');
    }),
  );

  it(
    'finds a group by its name',
    on(
      () => open({ group: 'nsg-vm-jump-01' }),
      async (stage) => {
        const { facts } = await stage.play.look(orderOf(stage), context());
        expect(facts[0]).toEqual({ label: 'Security group', value: 'nsg-vm-jump-01' });
      },
    ),
  );

  it(
    'blocks IPv6 as well',
    on(
      () => open({}, { kind: 'ip', address: '2001:DB8::66' }),
      async (stage) => {
        const { memory } = await stage.play.look(orderOf(stage), context());
        await toTheEnd(stage, 'act', orderOf(stage, memory));
        expect(rulesOf(groupOf(stage)).at(-1)?.sourceAddressPrefix).toBe('2001:db8::66');
      },
    ),
  );

  it(
    'says that an address is our own',
    on(
      () => open({}, { kind: 'ip', address: '203.0.113.81' }),
      async (stage) => {
        const { warning } = await stage.play.look(orderOf(stage), context());
        expect(warning).toMatch(/^It is an address of our own: pip-vm-jump-01\./);
      },
    ),
  );

  it.each([
    '0.0.0.0',
    '0.0.0.0/0',
    '203.0.113.0/24',
    '10.20.4.11',
    '127.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '010.0.0.1',
    'x',
    '',
  ])('does not block "%s"', async (address) => {
    const stage = await open({}, { kind: 'ip', address });
    expect(stage.play.concerns?.(stage.target)).toBe(false);
    await expect(stage.play.look(orderOf(stage), context())).rejects.toThrow(/not|Azure’s own/);
    expect(stage.azure.calls()).toBe(0);
    await stage.stop();
  });

  it.each([
    ["nsg' or 1==1 //", /neither a name nor an id/],
    ['nsg-nobody-knows', /There is no network security group nsg-nobody-knows/],
    [web, /not the id of a network security group/],
    [
      `${web.split('/resourceGroups')[0]}/../x/providers/Microsoft.Network/networkSecurityGroups/n`,
      /not the id/,
    ],
    ['', /neither/],
  ])('does not take %s for a security group', (group, says) =>
    on(
      () => open({ group }),
      async (stage) => {
        await expect(stage.play.look(orderOf(stage), context())).rejects.toThrow(says);
      },
    )(),
  );
});
