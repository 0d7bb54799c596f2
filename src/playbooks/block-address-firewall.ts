import { z } from 'zod';
import { listOf, pathOf, read, reference, text } from '../azure/network-answer.ts';
import type { ResourceGraph } from '../azure/resource-graph.ts';
import { lastSegment } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { blockable, isBlockable } from './network/address.ts';
import { findOne, nameOrId } from './network/find.ts';
import { inWrites, type Walk } from './network/in-writes.ts';
import { ownAddress } from './network/own-address.ts';
import { hasFailed, isBusy, readIfThere } from './network/read.ts';
import { freePriority } from './network/rule.ts';
import type { Playbook } from './playbook.ts';

const memory = z.object({ policy: z.string(), address: z.string(), group: z.string(), priority: z.number() });
type Memory = z.infer<typeof memory>;

const firewallPolicy = { type: 'Microsoft.Network/firewallPolicies', called: 'firewall policy' };
/** A policy's own bounds. */
const priorities = { first: 100, last: 65_000 };

/**
 * A rule collection group of ours for each run, so that nobody else's rules are written again. Network rules that deny
 * hold against what DNAT rules let in as well.
 * https://learn.microsoft.com/rest/api/virtualnetwork/firewall-policy-rule-collection-groups/create-or-update
 * https://learn.microsoft.com/azure/firewall/rule-processing
 */
export function createBlockAddressFirewall({
  arm,
  resources,
}: {
  arm: Writer;
  resources: ResourceGraph;
}): Playbook {
  const permission =
    'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write and /delete: Network Contributor on the firewall policy';

  const forth: Walk = async (order, { signal }) => {
    const { policy, address, group, priority } = memory.parse(order.memory);
    const there = await readIfThere(arm, groupId(policy, group), groupShape, signal);
    if (there && !isOurs(there, address)) throw new Refused(taken(policy, group));
    if (there && isBusy(there.properties)) return { kind: 'wait', says: `Azure is at ${group}.` };
    if (there && !hasFailed(there.properties))
      return { state: 'done', says: `${lastSegment(policy)} denies ${address}, in and out.` };
    return {
      kind: 'write',
      method: 'PUT',
      path: pathOf(groupId(policy, group)),
      body: denial(address, priority, order.note),
      says: `${group} is written into ${lastSegment(policy)}; firewalls take some minutes for it.`,
    };
  };

  const back: Walk = async (order, { signal }) => {
    const { policy, address, group } = memory.parse(order.memory);
    const there = await readIfThere(arm, groupId(policy, group), groupShape, signal);
    if (!there || !isOurs(there, address))
      return { state: 'done', says: `${lastSegment(policy)} no longer denies ${address} by a rule of ours.` };
    if (isBusy(there.properties)) return { kind: 'wait', says: `Azure is at ${group}.` };
    return {
      kind: 'write',
      method: 'DELETE',
      path: pathOf(groupId(policy, group)),
      says: `${group} is removed.`,
    };
  };

  return {
    name: 'block-address-firewall',
    title: 'Block an address in a firewall',
    about: ['ip'],
    concerns: isBlockable,
    tactics: ['InitialAccess', 'CommandAndControl', 'Exfiltration'],
    risk: 'medium',
    effect: (target, { policy = '' }) =>
      `Firewalls of ${lastSegment(policy) || 'a firewall policy'} let nothing through from or to ${subjectName(target)}.`,
    reverse: {
      title: 'Unblock',
      effect: (target) => `The rules that deny ${subjectName(target)} are removed.`,
    },
    lasts: { minutes: 24 * 60, mostMinutes: 90 * 24 * 60 },
    parameters: [{ name: 'policy', label: 'Firewall policy', required: true, usual: '', like: nameOrId }],
    api: 'Microsoft.Network 2024-05-01: PUT firewallPolicies/ruleCollectionGroups',
    permission,

    async look(order, { signal }) {
      const address = blockable(order.target);
      const policy = await findOne(resources, firewallPolicy, order.parameters.policy ?? '', signal);
      const [there, own] = await Promise.all([
        readIfThere(arm, policy, policyShape, signal),
        ownAddress(resources, address, signal),
      ]);
      if (!there) throw new Refused(`${lastSegment(policy)} is no longer there, or we may not see it.`);
      const { value: groups } = read(
        groupsShape,
        await arm.get(pathOf(policy, { of: '/ruleCollectionGroups' }), { signal }),
      );
      const group = `watchfloor-${order.name}`;
      if (groups.some(({ name }) => name.toLowerCase() === group.toLowerCase()))
        throw new Refused(taken(policy, group));
      const priority = freePriority(
        groups.map(({ properties }) => properties.priority),
        priorities,
      );
      if (priority === undefined) throw new Refused(`${lastSegment(policy)} has no room for another group.`);
      const { firewalls, basePolicy } = there.properties;
      const ahead = groups.filter(({ properties }) => properties.priority < priority).map(({ name }) => name);
      return {
        facts: [
          { label: 'Policy', value: lastSegment(policy) },
          { label: 'Firewalls', value: firewalls.map(lastSegment).join(', ') || 'none' },
          { label: 'New group', value: `${group} at ${priority}` },
          { label: 'Groups before it', value: ahead.slice(0, 3).join(', ') || 'none' },
        ],
        warning: [
          own,
          firewalls.length === 0 && 'No firewall goes by this policy: nothing would be denied.',
          basePolicy && `What its parent policy ${lastSegment(basePolicy)} allows comes first.`,
          ahead.length > 0 && 'What network rules of the groups before it allow still gets through.',
        ]
          .filter(Boolean)
          .join(' '),
        memory: { policy, address, group, priority } satisfies Memory,
      };
    },
    ...inWrites(arm, { forth, back, permission }),
  };
}

const groupId = (policy: string, group: string) => `${policy}/ruleCollectionGroups/${group}`;
const taken = (policy: string, group: string) =>
  `${lastSegment(policy)} has a group ${group} that is not of this run. Rename or remove it first.`;

function denial(address: string, priority: number, description: string) {
  const rule = (name: string, sourceAddresses: string[], destinationAddresses: string[]) => ({
    ruleType: 'NetworkRule',
    name,
    description,
    ipProtocols: ['Any'],
    sourceAddresses,
    destinationAddresses,
    destinationPorts: ['*'],
  });
  const collection = {
    ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
    name: 'watchfloor-deny',
    priority: 100,
    action: { type: 'Deny' },
    rules: [rule('deny-in', [address], ['*']), rule('deny-out', ['*'], [address])],
  };
  return { properties: { priority, ruleCollections: [collection] } };
}

/** One collection, which denies this address and nothing else. */
function isOurs({ properties }: z.output<typeof groupShape>, address: string): boolean {
  const [only, ...more] = properties.ruleCollections;
  if (!only || more.length > 0 || only.action.type !== 'Deny') return false;
  return only.rules.every(({ sourceAddresses, destinationAddresses }) =>
    [sourceAddresses, destinationAddresses].some((all) => all.length === 1 && all[0] === address),
  );
}

const texts = z.array(z.string()).catch([]);
const policyShape = z.object({
  properties: z.object({ firewalls: listOf(reference), basePolicy: reference }),
});
const groupShape = z.object({
  name: text,
  properties: z.object({
    provisioningState: text,
    priority: z.number().catch(0),
    ruleCollections: listOf(
      z.object({
        action: z.object({ type: text }).catch({ type: '' }),
        rules: listOf(z.object({ sourceAddresses: texts, destinationAddresses: texts })),
      }),
    ),
  }),
});
const groupsShape = z.object({ value: z.array(groupShape) });
