import { isIPv4 } from 'node:net';
import type { SecurityRule } from '../azure/network-estate.ts';
import { contosoNetworks } from '../azure/network-estate.ts';

/** Offices, which the gateway leads to. */
export const officeSpace = '10.40.0.0/16';
/** Where Azure itself speaks from, inside every network. */
export const azureItself = '168.63.129.16/32';
/** What the tag VirtualNetwork stands for: both networks, which are peered, what the gateway leads to, and Azure. */
export const virtualNetwork = [...contosoNetworks.flatMap(({ space }) => space), officeSpace, azureItself];

const rule = (
  direction: SecurityRule['direction'],
  name: string,
  priority: number,
  access: SecurityRule['access'],
  [from, to]: [string, string],
): SecurityRule => ({
  name,
  priority,
  direction,
  access,
  protocol: '*',
  sourceAddressPrefix: from,
  sourcePortRange: '*',
  destinationAddressPrefix: to,
  destinationPortRange: '*',
});

/** In every group: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules */
export const defaultRules: readonly SecurityRule[] = [
  rule('Inbound', 'AllowVnetInBound', 65_000, 'Allow', ['VirtualNetwork', 'VirtualNetwork']),
  rule('Inbound', 'AllowAzureLoadBalancerInBound', 65_001, 'Allow', ['AzureLoadBalancer', '*']),
  rule('Inbound', 'DenyAllInBound', 65_500, 'Deny', ['*', '*']),
  rule('Outbound', 'AllowVnetOutBound', 65_000, 'Allow', ['VirtualNetwork', 'VirtualNetwork']),
  rule('Outbound', 'AllowInternetOutBound', 65_001, 'Allow', ['*', 'Internet']),
  rule('Outbound', 'DenyAllOutBound', 65_500, 'Deny', ['*', '*']),
];

export interface Packet {
  direction: SecurityRule['direction'];
  protocol: 'TCP' | 'UDP';
  from: string;
  to: string;
  fromPort: string;
  toPort: string;
}

/** The first rule that fits, in the order of their priorities, with the name that Network Watcher gives it. */
export function decide(
  own: readonly SecurityRule[],
  packet: Packet,
): { access: SecurityRule['access']; ruleName: string } {
  const inOrder = [...own, ...defaultRules].toSorted((a, b) => a.priority - b.priority);
  const found = inOrder.find((each) => fits(each, packet));
  if (!found) throw new Error('The last default rule fits everything.');
  const place = own.includes(found) ? 'securityRules' : 'defaultSecurityRules';
  return { access: found.access, ruleName: `${place}/${found.name}` };
}

function fits(each: SecurityRule, packet: Packet): boolean {
  return (
    each.direction === packet.direction &&
    (each.protocol === '*' || each.protocol.toUpperCase() === packet.protocol) &&
    covers(each.sourceAddressPrefix, packet.from) &&
    covers(each.destinationAddressPrefix, packet.to) &&
    hasPort(each.sourcePortRange, packet.fromPort) &&
    hasPort(each.destinationPortRange, packet.toPort)
  );
}

function covers(prefix: string, address: string): boolean {
  switch (prefix) {
    case '*':
      return true;
    case 'Internet':
      return !virtualNetwork.some((each) => isWithin(address, each)) && !isPrivate(address);
    case 'VirtualNetwork':
      return virtualNetwork.some((each) => isWithin(address, each));
    case 'AzureLoadBalancer':
      return isWithin(address, azureItself);
    default:
      return isWithin(address, prefix);
  }
}

const isPrivate = (address: string) =>
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].some((prefix) => isWithin(address, prefix));

export function isWithin(address: string, prefix: string): boolean {
  const [network = '', length = '32'] = prefix.split('/');
  if (!isIPv4(address) || !isIPv4(network)) return false;
  const rest = 2 ** (32 - Number(length));
  return Math.floor(numberOf(address) / rest) === Math.floor(numberOf(network) / rest);
}

const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

function hasPort(range: string, port: string): boolean {
  if (range === '*' || port === '*') return range === '*';
  const [first = 0, last = first] = range.split('-').map(Number);
  return first <= Number(port) && Number(port) <= last;
}
