import { describe, expect, it } from 'vitest';
import { createIsolateVm } from '../../../src/playbooks/isolate-vm.ts';
import { securityRulesOf } from '../../../src/sandbox/azure/network-estate.ts';
import { machineNamed } from '../../../src/sandbox/logs/samples/estate.ts';
import { keyOf } from '../../../src/sandbox/network/state.ts';
import { machine, web } from '../../azure/network-stand-in.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { context, type NetworkStage, on, openNetwork } from './network-stage.ts';

const beside = (type: string, name: string) =>
  web.replace(/Microsoft.Compute.*$/, `Microsoft.Network/${type}/${name}`);
const nic = beside('networkInterfaces', 'nic-vm-pay-web-01');
const other = beside('networkInterfaces', 'nic-vm-pay-web-02');
const isolation = beside('networkSecurityGroups', 'nsg-watchfloor-isolation-westeurope');
const own = beside('networkSecurityGroups', 'nsg-vm-pay-web-01');
const watcher = web
  .replace('rg-payments', 'rg-edge')
  .replace(/Microsoft.Compute.*$/, 'Microsoft.Network/networkWatchers/nw-westeurope');

const nicOf = ({ azure }: NetworkStage, id = nic) => {
  const found = azure.state.nics.get(keyOf(id));
  if (!found) throw new Error(`There is no ${id}.`);
  return found;
};
const makeGroup = ({ azure }: NetworkStage, rules = securityRulesOf(machineNamed('vm-pay-web-01'))) => {
  const held = { id: isolation, etag: 'W/"1"', provisioningState: 'Succeeded' as const };
  const group = { ...held, location: 'westeurope', rules: [...rules] };
  azure.state.groups.set(keyOf(isolation), group);
  return group;
};

const open = () =>
  openNetwork({
    create: createIsolateVm,
    target: machine(web),
    felt: /^PUT .*networkInterfaces/,
    refusals: [
      {
        when: 'it is isolated already',
        arrange: (stage) => {
          nicOf(stage).group = makeGroup(stage);
        },
        says: /nic-vm-pay-web-01 is in nsg-watchfloor-isolation-westeurope already/,
      },
      {
        when: 'the isolation group lets something through',
        arrange: (stage) => void makeGroup(stage),
        says: /does not deny everything/,
      },
      {
        when: 'we may not change interfaces',
        arrange: ({ azure }) => azure.state.forbid('Microsoft.Network/networkInterfaces/write'),
        says: /^Nothing of it was left standing.*Azure refused: .*It needs Microsoft.Network\/networkInterfaces\/write/,
        at: 'act',
      },
      {
        when: 'somebody gave it another group meanwhile',
        arrange: (stage) => {
          nicOf(stage).group = nicOf(stage, other).group;
        },
        says: /got another security group since it was looked at/,
        at: 'act',
      },
    ],
  });

describe('isolating a virtual machine', () => {
  playbookContract(open);

  it(
    'shows its interfaces with their groups, and says that open connections go on',
    on(open, async ({ play, ...stage }) => {
      const { facts, warning } = await play.look(orderOf({ play, ...stage }), context());
      expect(facts).toEqual([
        { label: 'Power', value: 'running' },
        { label: 'nic-vm-pay-web-01', value: '10.20.4.11, nsg-vm-pay-web-01' },
        { label: 'Isolation group', value: 'nsg-watchfloor-isolation-westeurope, will be made' },
      ]);
      expect(warning).toMatch(/open already are not cut/);
    }),
  );

  it(
    'lets nothing in that came in before, as Azure itself sees it, until it is released',
    on(open, async (stage) => {
      const reach = () =>
        stage.azure.watcher.ipFlowVerify(
          watcher,
          { machineId: web, nicId: nic, protocol: 'tcp', from: '203.0.113.66', to: '10.20.4.11', port: 22 },
          context().signal,
        );
      expect(await reach()).toEqual({ isAllowed: true, rule: 'allow-ssh-temp' });
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      expect(await reach()).toEqual({ isAllowed: false, rule: 'deny-all-inbound' });
      const [effective] = await stage.azure.network.effectiveGroups(nic, context().signal);
      expect(effective?.name).toBe('nsg-watchfloor-isolation-westeurope');
      await toTheEnd(stage, 'undo', done.order);
      expect(await reach()).toEqual({ isAllowed: true, rule: 'allow-ssh-temp' });
    }),
  );

  it(
    'gives an interface that had no group none again',
    on(open, async (stage) => {
      nicOf(stage).group = undefined;
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      expect(nicOf(stage).group?.id).toBe(isolation);
      await toTheEnd(stage, 'undo', done.order);
      expect(nicOf(stage).group).toBeUndefined();
    }),
  );

  it(
    'keeps the isolation group while another machine is in it',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      nicOf(stage, other).group = nicOf(stage).group;
      expect(await toTheEnd(stage, 'undo', done.order)).toMatchObject({ state: 'done' });
      expect(nicOf(stage).group?.id).toBe(own);
      expect(stage.azure.state.groups.has(keyOf(isolation))).toBe(true);
    }),
  );

  it(
    'keeps an isolation group that somebody else made',
    on(open, async (stage) => {
      const deny = (direction: 'Inbound' | 'Outbound') =>
        ({
          name: `no-${direction}`,
          priority: 200,
          direction,
          access: 'Deny',
          protocol: '*',
          sourceAddressPrefix: '*',
          sourcePortRange: '*',
          destinationAddressPrefix: '*',
          destinationPortRange: '*',
        }) as const;
      makeGroup(stage, [deny('Inbound'), deny('Outbound')]);
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      await toTheEnd(stage, 'undo', done.order);
      expect(stage.azure.state.groups.has(keyOf(isolation))).toBe(true);
    }),
  );

  it(
    'leaves an interface alone that somebody gave another group since, and says so',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      nicOf(stage).group = nicOf(stage, other).group;
      expect(await toTheEnd(stage, 'undo', done.order)).toMatchObject({
        state: 'done',
        says: expect.stringContaining('nic-vm-pay-web-01 keeps nsg-vm-pay-web-02'),
      });
      expect(nicOf(stage).group?.id).toMatch(/nsg-vm-pay-web-02$/);
    }),
  );

  it.each(['the group', 'the interface'])('puts everything back where Azure fails at %s', (what) =>
    on(open, async (stage) => {
      const before = JSON.stringify(await stage.farSide.state());
      const { memory } = await stage.play.look(orderOf(stage), context());
      if (what === 'the group') stage.azure.state.work.breakNext();
      let order = orderOf(stage, memory);
      if (what === 'the interface') {
        const step = await stage.play.act(order, context());
        order = { ...order, handle: 'handle' in step ? step.handle : undefined };
        stage.azure.state.work.settle();
        stage.azure.state.work.breakNext();
      }
      expect(await toTheEnd(stage, 'act', order)).toMatchObject({
        state: 'failed',
        says: expect.stringMatching(/^Nothing of it was left standing.*not carried out/),
      });
      expect(JSON.stringify(await stage.farSide.state())).toBe(before);
    })(),
  );

  it(
    'waits while somebody else’s change of an interface is under way',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const order = orderOf(stage, memory);
      await stage.play.act(order, context());
      stage.azure.state.work.settle();
      nicOf(stage).provisioningState = 'Updating';
      expect(await stage.play.act(order, context())).toMatchObject({
        state: 'under-way',
        says: 'Azure is at nic-vm-pay-web-01.',
      });
      expect(nicOf(stage).group?.id).toBe(own);
    }),
  );

  it('is not offered for what does not stand in Azure', async () => {
    const stage = await open();
    expect(stage.play.concerns?.({ kind: 'machine', name: 'NB-KELLER', resourceId: '' })).toBe(false);
    await expect(
      stage.play.look(
        { ...orderOf(stage), target: { kind: 'machine', name: 'NB-KELLER', resourceId: '' } },
        context(),
      ),
    ).rejects.toThrow('not known as a virtual machine in Azure');
    await stage.stop();
  });
});
