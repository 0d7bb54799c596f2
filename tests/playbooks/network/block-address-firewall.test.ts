import { describe, expect, it } from 'vitest';
import { createBlockAddressFirewall } from '../../../src/playbooks/block-address-firewall.ts';
import { firewallPolicyId } from '../../../src/sandbox/azure/network-estate.ts';
import { fresh, keyOf } from '../../../src/sandbox/network/state.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { context, type NetworkStage, on, openNetwork } from './network-stage.ts';

const groupOf = (name: string) => `${firewallPolicyId}/ruleCollectionGroups/${name}`;
const add = ({ azure }: NetworkStage, name: string, priority: number) =>
  void azure.state.ruleCollectionGroups.set(keyOf(groupOf(name)), {
    ...fresh(groupOf(name)),
    properties: { priority, ruleCollections: [] },
  });

const open = (parameters: Record<string, string> = {}) =>
  openNetwork({
    create: createBlockAddressFirewall,
    target: { kind: 'ip', address: '203.0.113.66' },
    parameters: { policy: 'afwp-hub', ...parameters },
    felt: /^PUT .*ruleCollectionGroups/,
    refusals: [
      {
        when: 'the policy has a group of that name',
        arrange: (stage) => add(stage, 'watchfloor-RUN-7', 300),
        says: /has a group watchfloor-RUN-7 that is not of this run/,
      },
      {
        when: 'the priority was taken meanwhile',
        arrange: (stage) => add(stage, 'first', 100),
        says: /^Nothing of it was left standing.*Priority 100 is that of/,
        at: 'act',
      },
      {
        when: 'we may not write to the policy',
        arrange: ({ azure }) =>
          azure.state.forbid('Microsoft.Network/firewallPolicies/ruleCollectionGroups/write'),
        says: /Network Contributor on the firewall policy/,
        at: 'act',
      },
    ],
  });

describe('blocking an address in a firewall', () => {
  playbookContract(open);

  it(
    'is a group of ours before all others, which denies both ways',
    on(open, async (stage) => {
      const { facts, memory } = await stage.play.look(orderOf(stage), context());
      expect(facts).toEqual([
        { label: 'Policy', value: 'afwp-hub' },
        { label: 'Firewalls', value: 'afw-hub' },
        { label: 'New group', value: 'watchfloor-RUN-7 at 100' },
        { label: 'Groups before it', value: 'none' },
      ]);
      await toTheEnd(stage, 'act', orderOf(stage, memory));
      const written = stage.azure.state.ruleCollectionGroups.get(keyOf(groupOf('watchfloor-RUN-7')));
      expect(written?.properties).toMatchObject({
        priority: 100,
        ruleCollections: [
          {
            action: { type: 'Deny' },
            rules: [
              { sourceAddresses: ['203.0.113.66'], destinationAddresses: ['*'] },
              { sourceAddresses: ['*'], destinationAddresses: ['203.0.113.66'] },
            ],
          },
        ],
      });
    }),
  );

  it(
    'says which groups come before it where the first number is taken',
    on(open, async (stage) => {
      add(stage, 'DefaultDnatRuleCollectionGroup', 100);
      const { facts, warning } = await stage.play.look(orderOf(stage), context());
      expect(facts).toContainEqual({ label: 'New group', value: 'watchfloor-RUN-7 at 101' });
      expect(warning).toContain('groups before it');
    }),
  );

  it(
    'is tried again later while the policy takes another change',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const [other] = stage.azure.state.ruleCollectionGroups.values();
      if (other) other.provisioningState = 'Updating';
      await expect(stage.play.act(orderOf(stage, memory), context())).rejects.toMatchObject({
        reason: 'conflict',
      });
    }),
  );

  it(
    'leaves nothing where Azure fails at it',
    on(open, async (stage) => {
      const before = JSON.stringify(await stage.farSide.state());
      const { memory } = await stage.play.look(orderOf(stage), context());
      stage.azure.state.work.breakNext();
      expect(await toTheEnd(stage, 'act', orderOf(stage, memory))).toMatchObject({ state: 'failed' });
      expect(JSON.stringify(await stage.farSide.state())).toBe(before);
    }),
  );
});
