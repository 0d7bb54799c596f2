import { z } from 'zod';
import { createAzureNetwork } from '../azure/network.ts';
import { pathOf } from '../azure/network-answer.ts';
import type { SecurityGroup } from '../azure/network-rules.ts';
import type { ResourceGraph } from '../azure/resource-graph.ts';
import { lastSegment } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { blockable, covers, isBlockable } from './network/address.ts';
import { findOne, nameOrId } from './network/find.ts';
import { inWrites, type Walk } from './network/in-writes.ts';
import { ownAddress } from './network/own-address.ts';
import { hasFailed, ifThere, isBusy, readIfThere } from './network/read.ts';
import { type Direction, denyRule, freePriority, ruleShape } from './network/rule.ts';
import type { Order, Parameters, Playbook } from './playbook.ts';

const memory = z.object({
  group: z.string(),
  address: z.string(),
  rules: z.array(
    z.object({ name: z.string(), direction: z.enum(['Inbound', 'Outbound']), priority: z.number() }),
  ),
  /** Rules that come before and let it through. */
  ahead: z.string(),
});
type Memory = z.infer<typeof memory>;

const ways: Record<string, readonly Direction[]> = {
  in: ['Inbound'],
  out: ['Outbound'],
  both: ['Inbound', 'Outbound'],
};
const inWords: Record<string, string> = { in: 'comes in', out: 'is reached', both: 'comes in or is reached' };

const securityGroup = { type: 'Microsoft.Network/networkSecurityGroups', called: 'network security group' };

/** https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/create-or-update */
export function createBlockAddress({ arm, resources }: { arm: Writer; resources: ResourceGraph }): Playbook {
  const network = createAzureNetwork(arm);
  const permission =
    'Microsoft.Network/networkSecurityGroups/securityRules/write and /delete: Network Contributor on the security group';

  const forth: Walk = async (order, { signal }) => {
    const { group, address, rules, ahead } = memory.parse(order.memory);
    for (const { name, direction, priority } of rules) {
      const rule = await readIfThere(arm, ruleId(group, name), ruleShape, signal);
      if (rule && !isOurs(rule, address)) throw new Refused(taken(group, name));
      if (rule && isBusy(rule.properties)) return { kind: 'wait', says: `Azure is at ${name}.` };
      if (rule && !hasFailed(rule.properties)) continue;
      const [from, to] = direction === 'Inbound' ? [address, '*'] : ['*', address];
      return {
        kind: 'write',
        method: 'PUT',
        path: pathOf(ruleId(group, name)),
        body: denyRule({ direction, priority, from, to, description: order.note }),
        says: `${name} is written into ${lastSegment(group)}.`,
      };
    }
    const says = `${lastSegment(group)} denies ${address} by ${rules.map((rule) => `${rule.name} at ${rule.priority}`).join(' and ')}.`;
    return { state: 'done', says: [says, ahead].filter(Boolean).join(' ') };
  };

  const back: Walk = async (order, { signal }) => {
    const { group, address, rules } = memory.parse(order.memory);
    for (const { name } of rules) {
      const rule = await readIfThere(arm, ruleId(group, name), ruleShape, signal);
      // Somebody made another rule of it: that one is theirs.
      if (!rule || !isOurs(rule, address)) continue;
      if (isBusy(rule.properties)) return { kind: 'wait', says: `Azure is at ${name}.` };
      return {
        kind: 'write',
        method: 'DELETE',
        path: pathOf(ruleId(group, name)),
        says: `${name} is removed.`,
      };
    }
    return { state: 'done', says: `${lastSegment(group)} no longer denies ${address} by a rule of ours.` };
  };

  return {
    name: 'block-address',
    title: 'Block an address in a security group',
    about: ['ip'],
    concerns: isBlockable,
    tactics: ['InitialAccess', 'CommandAndControl', 'Exfiltration'],
    risk: 'medium',
    effect: (target, said) =>
      `${subjectName(target)} no longer ${inWords[wayOf(said)]} past ${lastSegment(said.group ?? '') || 'a network security group'}.`,
    reverse: {
      title: 'Unblock',
      effect: (target) => `The rule that denies ${subjectName(target)} is removed.`,
    },
    lasts: { minutes: 24 * 60, mostMinutes: 90 * 24 * 60 },
    parameters: [
      { name: 'group', label: 'Network security group', required: true, usual: '', like: nameOrId },
      {
        name: 'direction',
        label: 'Direction',
        required: true,
        usual: 'in',
        choices: [
          { value: 'in', label: 'What it sends to us' },
          { value: 'out', label: 'What we send to it' },
          { value: 'both', label: 'Both' },
        ],
      },
    ],
    api: 'Microsoft.Network 2024-05-01: PUT networkSecurityGroups/securityRules',
    permission,

    async look(order, { signal }) {
      const address = blockable(order.target);
      const id = await findOne(resources, securityGroup, order.parameters.group ?? '', signal);
      const [group, own] = await Promise.all([
        ifThere(network.securityGroup(id, signal)),
        ownAddress(resources, address, signal),
      ]);
      if (!group) throw new Refused(`${lastSegment(id)} is no longer there, or we may not see it.`);
      const rules = rulesToBe(group, order);
      const ahead = aheadOf(group, rules, address);
      return {
        facts: [
          { label: 'Security group', value: group.name },
          ...rules.map(({ direction, priority, name }) => ({
            label: direction === 'Inbound' ? 'New rule, in' : 'New rule, out',
            value: `${name} at ${priority}`,
          })),
          { label: 'Its first rules', value: firstRules(group) },
        ],
        warning: [own, ahead, 'Connections that are open already are not cut.'].filter(Boolean).join(' '),
        memory: { group: id, address, rules, ahead } satisfies Memory,
      };
    },
    ...inWrites(arm, { forth, back, permission }),
  };
}

const wayOf = (said: Parameters) => (said.direction && said.direction in ways ? said.direction : 'in');
const ruleId = (group: string, name: string) => `${group}/securityRules/${name}`;
const taken = (group: string, name: string) =>
  `${lastSegment(group)} has a rule ${name} that is not of this run. Rename or remove it first.`;

/** As high up as there is room, which is before whatever has a higher number. */
function rulesToBe(group: SecurityGroup, { name, parameters }: Order): Memory['rules'] {
  return (ways[wayOf(parameters)] ?? []).map((direction) => {
    const rule = `watchfloor-${name}-${direction === 'Inbound' ? 'in' : 'out'}`;
    if (group.rules.some((each) => each.name.toLowerCase() === rule.toLowerCase()))
      throw new Refused(taken(group.id, rule));
    const there = group.rules.filter((each) => each.direction === direction);
    const priority = freePriority(there.map((each) => each.priority));
    if (priority === undefined) throw new Refused(`${group.name} has no room for another rule.`);
    return { name: rule, direction, priority };
  });
}

/** The first rule that fits decides: what comes before ours and lets the address through is said, and not touched. */
function aheadOf(group: SecurityGroup, rules: Memory['rules'], address: string): string {
  const ahead = rules.flatMap(({ direction, priority }) =>
    group.rules.filter(
      (rule) =>
        rule.direction === direction &&
        rule.access === 'Allow' &&
        rule.priority < priority &&
        (direction === 'Inbound' ? rule.from : rule.to).some((said) => covers(said, address)),
    ),
  );
  const named = ahead
    .slice(0, 3)
    .map(({ name, priority, ports }) => `${name} (${priority}, port ${ports.join(', ')})`);
  if (named.length === 0) return '';
  return `It still gets through by ${named.join(' and ')}, which stands before it: give that a higher number.`;
}

const firstRules = (group: SecurityGroup) =>
  group.rules
    .slice(0, 3)
    .map(({ name, priority, access }) => `${priority} ${name} (${access.toLowerCase()})`)
    .join(', ');

function isOurs({ properties }: z.output<typeof ruleShape>, address: string): boolean {
  const { access, direction, sourceAddressPrefix, destinationAddressPrefix } = properties;
  return (
    access === 'Deny' &&
    (direction === 'Inbound' ? sourceAddressPrefix : destinationAddressPrefix) === address
  );
}
