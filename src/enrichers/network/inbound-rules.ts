import ipaddr from 'ipaddr.js';
import type { Nic } from '../../azure/network.ts';
import type { SecurityGroup, SecurityRule } from '../../azure/network-rules.ts';

/** Ports that are open to every address of the internet, and the rules that open them. */
export interface Opening {
  protocol: 'tcp' | 'udp';
  first: number;
  last: number;
  /** `allow-rdp of nsg-web`. */
  by: string;
}

const lastPort = 65_535;

/**
 * What every address of the internet may reach. A packet has to pass all groups on its way, that of the subnet and that of
 * the interface, and in each the first rule that fits decides. No group at all stops nothing.
 */
export function openToAll(groups: SecurityGroup[]): Opening[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) => {
    const everything: Opening[] = [{ protocol, first: 0, last: lastPort, by: '' }];
    return joined(groups.map((group) => openIn(group, protocol)).reduce(overlap, everything));
  });
}

/** The groups with those rules alone that are about an interface: a subnet's group has rules for others, too. */
export function rulesFor(
  groups: SecurityGroup[],
  nic: Pick<Nic, 'addresses' | 'applications'>,
): SecurityGroup[] {
  const addresses = nic.addresses.filter(ipaddr.isValid).map((address) => ipaddr.parse(address));
  const isForIt = ({ direction, to, toApplications }: SecurityRule) =>
    direction === 'Inbound' &&
    (toApplications.some((id) => nic.applications.includes(id)) ||
      to.some((prefix) => isWhole(prefix) || addresses.some((address) => isWithin(prefix, address))));
  return groups.map((group) => ({ ...group, rules: group.rules.filter(isForIt) }));
}

const whole = new Set(['*', 'any', '0.0.0.0/0', 'virtualnetwork', 'internet']);
const isWhole = (prefix: string) => whole.has(prefix.toLowerCase());

/** Rules that let in some of the internet, by address or by a tag such as AzureCloud. */
export function openToSome(groups: SecurityGroup[]): { ports: string; from: string; by: string }[] {
  return groups.flatMap((group) =>
    inboundOf(group)
      .filter((rule) => rule.access === 'Allow' && rule.protocol !== 'other' && !isFromAll(rule))
      .map((rule) => ({
        ports: rule.ports.join(', '),
        from: rule.from.filter(isOutside).slice(0, 5).join(', '),
        by: `${rule.name} of ${group.name}`,
      }))
      .filter(({ from }) => from !== ''),
  );
}

export interface Packet {
  from: string;
  protocol: 'tcp' | 'udp';
  port: number;
}

/** The rule at which a packet ends: the first that denies it, or the last that allows it; `undefined` where none fits. */
export function decidingRule(
  groups: SecurityGroup[],
  packet: Packet,
): { group: SecurityGroup; rule: SecurityRule } | undefined {
  let allowed: { group: SecurityGroup; rule: SecurityRule } | undefined;
  for (const group of groups) {
    const rule = inboundOf(group).find((each) => fits(each, packet));
    if (!rule) return undefined;
    if (rule.access === 'Deny') return { group, rule };
    allowed = { group, rule };
  }
  return allowed;
}

const inboundOf = (group: SecurityGroup) => group.rules.filter(({ direction }) => direction === 'Inbound');

function openIn(group: SecurityGroup, protocol: 'tcp' | 'udp'): Opening[] {
  let undecided = [{ first: 0, last: lastPort }];
  const open: Opening[] = [];
  for (const rule of inboundOf(group)) {
    // A rule against some source ports alone stops nobody: they choose another.
    if (rule.access === 'Deny' && !rule.isFromAnyPort) continue;
    if (!isFromAll(rule) || (rule.protocol !== 'any' && rule.protocol !== protocol)) continue;
    for (const range of rule.ports.map(rangeOf)) {
      if (!range) continue;
      for (const left of undecided) {
        const [first, last] = [Math.max(left.first, range.first), Math.min(left.last, range.last)];
        if (first <= last && rule.access === 'Allow')
          open.push({ protocol, first, last, by: `${rule.name} of ${group.name}` });
      }
      undecided = undecided.flatMap((left) => without(left, range));
    }
  }
  return open;
}

interface Range {
  first: number;
  last: number;
}

function without(left: Range, range: Range): Range[] {
  if (range.last < left.first || range.first > left.last) return [left];
  return [
    { first: left.first, last: range.first - 1 },
    { first: range.last + 1, last: left.last },
  ].filter(({ first, last }) => first <= last);
}

function overlap(before: Opening[], after: Opening[]): Opening[] {
  return before.flatMap((one) =>
    after
      .map((other) => ({
        protocol: one.protocol,
        first: Math.max(one.first, other.first),
        last: Math.min(one.last, other.last),
        by: [one.by, other.by].filter(Boolean).join(' and '),
      }))
      .filter(({ first, last }) => first <= last),
  );
}

/** Neighbours that one rule opened are one opening. */
function joined(openings: Opening[]): Opening[] {
  const all: Opening[] = [];
  for (const opening of openings.toSorted((a, b) => a.first - b.first)) {
    const before = all.at(-1);
    if (before && before.last + 1 === opening.first && before.by === opening.by) before.last = opening.last;
    else all.push({ ...opening });
  }
  return all;
}

function rangeOf(ports: string): Range | undefined {
  if (ports === '*') return { first: 0, last: lastPort };
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}

const all = new Set(['*', '0.0.0.0/0', 'internet', 'any']);
const isFromAll = ({ from }: SecurityRule) => from.some((prefix) => all.has(prefix.toLowerCase()));

const inside = new Set(['virtualnetwork', 'azureloadbalancer']);

/** Neither all of the internet nor anything of our own. */
function isOutside(prefix: string): boolean {
  if (inside.has(prefix.toLowerCase())) return false;
  if (prefix === '::/0') return true;
  const range = cidrOf(prefix);
  return range === undefined || isPublic(range[0]);
}

function fits(rule: SecurityRule, { from, protocol, port }: Packet): boolean {
  if (rule.protocol !== 'any' && rule.protocol !== protocol) return false;
  const isItsPort = rule.ports.some((ports) => {
    const range = rangeOf(ports);
    return range !== undefined && range.first <= port && port <= range.last;
  });
  if (!isItsPort) return false;
  const address = ipaddr.process(from);
  return [...rule.from, ...rule.fromExpanded].some((prefix) => covers(prefix, address, rule));
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function covers(prefix: string, address: Address, rule: SecurityRule): boolean {
  const word = prefix.toLowerCase();
  if (word === '*' || word === 'any') return true;
  if (word === 'internet') return isPublic(address);
  // Where Azure does not say what the tag stands for, every private address may be in or connected with the network.
  if (word === 'virtualnetwork') return rule.fromExpanded.length === 0 && !isPublic(address);
  return isWithin(prefix, address);
}

function isWithin(prefix: string, address: Address): boolean {
  const range = cidrOf(prefix);
  return range !== undefined && range[0].kind() === address.kind() && address.match(range);
}

function cidrOf(prefix: string): [Address, number] | undefined {
  if (ipaddr.isValidCIDR(prefix)) return ipaddr.parseCIDR(prefix);
  if (!ipaddr.isValid(prefix)) return undefined;
  const address = ipaddr.parse(prefix);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

const ours = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified']);
// Azure's own address inside every network: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
const azureItself = '168.63.129.16';

export const isPublic = (address: Address): boolean =>
  !ours.has(address.range()) && address.toString() !== azureItself;
