import ipaddr from 'ipaddr.js';
import type { NetworkedMachine, Nic } from '../../azure/network.ts';
import type { SecurityGroup } from '../../azure/network-rules.ts';
import type { FlowVerdict, NextHop } from '../../azure/network-watcher.ts';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Enrichment, EnrichmentFact, Subject } from '../../incident/enrichment.ts';
import { decidingRule, isPublic } from './inbound-rules.ts';
import { serviceAt } from './ports.ts';

export type Path = Extract<Subject, { kind: 'path' }>;

/** Everything that Azure says of one way in: its verdict, the rules in force, and the way back. */
export interface Checked {
  path: Path;
  machine: NetworkedMachine;
  nic: Nic;
  verdict: FlowVerdict;
  /** Empty where Azure does not tell. */
  groups: SecurityGroup[];
  back: NextHop | undefined;
}

export function tellWayIn(checked: Checked): Enrichment {
  const { path, verdict, groups, back, nic, machine } = checked;
  const decided = decidingOf(checked);
  const facts: EnrichmentFact[] = [{ label: 'Answer', value: answerOf(checked, decided?.group), long: true }];
  if (decided) {
    const { rule } = decided;
    facts.push({
      label: 'Rule',
      value: `${rule.name}, priority ${rule.priority}: ${rule.access.toLowerCase()} ${rule.ports.join(', ')} from ${rule.from.join(', ')}`,
    });
  } else if (verdict.rule) facts.push({ label: 'Rule', value: verdict.rule });
  if (back) facts.push({ label: 'Way back', value: backInWords(back) });
  facts.push({
    label: 'Machine',
    value: `${machine.name}, ${nic.privateAddress}, ${nic.publicAddressIds.map(lastSegment).join(', ') || 'no public address'}`,
  });
  if (groups.length > 0)
    facts.push({ label: 'Security groups', value: groups.map(({ name }) => name).join(', ') });
  facts.push({
    label: 'Not looked at',
    value: 'firewalls on the machine, and whether anything listens there',
  });
  const isOpen = verdict.isAllowed && isPublic(ipaddr.process(path.from)) && leadsIn(nic);
  return {
    facts,
    traits: isOpen ? [{ chip: 'way in is open', says: 'is open', tone: 'bad' }] : [],
  };
}

/** The rule that Network Watcher names, in the group that has it: by our own reading of the rules, else by its name. */
function decidingOf({ path, verdict, groups }: Checked) {
  const access = verdict.isAllowed ? 'Allow' : 'Deny';
  const read = decidingRule(groups, path);
  if (read && read.rule.name === verdict.rule && read.rule.access === access) return read;
  for (const group of groups) {
    const rule = group.rules.find(
      (each) => each.name === verdict.rule && each.access === access && each.direction === 'Inbound',
    );
    if (rule) return { group, rule };
  }
  return undefined;
}

const leadsIn = ({ publicAddressIds, isBehindBalancer }: Nic) =>
  publicAddressIds.length > 0 || isBehindBalancer;

function answerOf({ path, verdict, machine, nic, back }: Checked, group: SecurityGroup | undefined): string {
  const service = serviceAt(path.port, path.protocol);
  const target = `${machine.name}:${path.port}/${path.protocol}${service ? ` (${service})` : ''}`;
  const rule = `The rule ${verdict.rule}${group ? ` of ${group.name}` : ''}`;
  if (!verdict.isAllowed) {
    const why = verdict.rule ? `${rule} denies it.` : 'No rule lets it in.';
    return `No: ${path.from} cannot reach ${target}. ${why}`;
  }
  const why = verdict.rule ? `${rule} allows it.` : 'No security group stands in the way.';
  if (isPublic(ipaddr.process(path.from)) && !leadsIn(nic))
    return `No: ${target} has no public address and stands behind no load balancer; only a firewall or gateway could bring ${path.from} there. ${why}`;
  if (back?.type === 'None')
    return `Only one way: ${path.from} reaches ${target}, but answers are dropped on their way back. ${why}`;
  return `Yes: ${path.from} can reach ${target}. ${why}`;
}

function backInWords({ type, address, routeTable }: NextHop): string {
  const table = lastSegment(routeTable);
  const by = table && !/^system route$/i.test(table) ? ` by the route table ${table}` : '';
  if (type === 'None') return `dropped${by}`;
  const through = address ? ` ${address}` : '';
  return `to ${hops[type] ?? type}${through}${by}`;
}

const hops: Record<string, string> = {
  Internet: 'the internet',
  VnetLocal: 'its own network',
  VirtualNetwork: 'its own network',
  VirtualNetworkPeering: 'a peered network',
  VirtualAppliance: 'an appliance',
  VirtualNetworkGateway: 'the gateway',
  HyperNetGateway: 'the gateway',
};
