import type { SecurityRule } from '../azure/network-estate.ts';
import { azureItself, defaultRules, virtualNetwork } from './rules.ts';
import { type Group, rulesOf } from './state.ts';

/** As Resource Manager shows a rule in its group. */
export function configured(
  { id: group, etag, provisioningState }: Group,
  kind: 'securityRules' | 'defaultSecurityRules',
  each: SecurityRule,
) {
  const { name, ...properties } = each;
  return {
    name,
    id: `${group}/${kind}/${name}`,
    etag,
    type: `Microsoft.Network/networkSecurityGroups/${kind}`,
    properties: {
      provisioningState,
      ...properties,
      sourceAddressPrefixes: [],
      destinationAddressPrefixes: [],
      sourcePortRanges: [],
      destinationPortRanges: [],
    },
  };
}

/** As `effectiveNetworkSecurityGroups` shows the group in force at an interface: any is written out, tags are looked up. */
export function effectiveGroup(group: Group, nic: string) {
  const named = (kind: string, rules: readonly SecurityRule[]) =>
    rules.map((each) => effective(`${kind}/${each.name}`, each));
  return {
    networkSecurityGroup: { id: group.id },
    association: { networkInterface: { id: nic } },
    effectiveSecurityRules: [
      ...named('securityRules', rulesOf(group)),
      ...named('defaultSecurityRules', defaultRules),
    ],
  };
}

function effective(name: string, each: SecurityRule) {
  const source = writtenOut(each.sourceAddressPrefix);
  const destination = writtenOut(each.destinationAddressPrefix);
  return {
    name,
    protocol: each.protocol === '*' ? 'All' : each.protocol,
    sourcePortRange: ports(each.sourcePortRange),
    destinationPortRange: ports(each.destinationPortRange),
    sourcePortRanges: [ports(each.sourcePortRange)],
    destinationPortRanges: [ports(each.destinationPortRange)],
    sourceAddressPrefix: source.prefix,
    destinationAddressPrefix: destination.prefix,
    sourceAddressPrefixes: [source.prefix],
    destinationAddressPrefixes: [destination.prefix],
    expandedSourceAddressPrefix: source.expanded,
    expandedDestinationAddressPrefix: destination.expanded,
    access: each.access,
    priority: each.priority,
    direction: each.direction,
  };
}

const ports = (range: string) =>
  range === '*' ? '0-65535' : range.includes('-') ? range : `${range}-${range}`;

const tags: Record<string, readonly string[]> = {
  VirtualNetwork: virtualNetwork,
  AzureLoadBalancer: [azureItself],
  // Azure lists some two hundred ranges; what counts is that the tag is expanded.
  Internet: [
    '1.0.0.0/8',
    '2.0.0.0/7',
    '4.0.0.0/6',
    '32.0.0.0/3',
    '192.0.2.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
  ],
};

function writtenOut(prefix: string): { prefix: string; expanded: readonly string[] } {
  if (prefix === '*') return { prefix: '0.0.0.0/0', expanded: [] };
  return { prefix, expanded: tags[prefix] ?? [] };
}
