import { z } from 'zod';
import { read, reference, text, texts } from './network-answer.ts';
import { lastSegment } from './resource-id.ts';

/** A network security group: rules in one order, the first that fits decides. */
export interface SecurityGroup {
  id: string;
  name: string;
  rules: SecurityRule[];
}

/** Ranges are `22` or `5000-5010`; prefixes are addresses, CIDR or tags: `Internet`, `VirtualNetwork`. `*` is any. */
export interface SecurityRule {
  name: string;
  /** The lower one comes first. */
  priority: number;
  direction: 'Inbound' | 'Outbound';
  access: 'Allow' | 'Deny';
  protocol: 'tcp' | 'udp' | 'any' | 'other';
  from: string[];
  /** What the tags in `from` stand for just now, where Azure says so. */
  fromExpanded: string[];
  /** Whichever port the packet comes from. */
  isFromAnyPort: boolean;
  to: string[];
  /** Ids of application security groups that it is for, in lower case; `to` is empty then. */
  toApplications: string[];
  ports: string[];
}

/** At most; Azure's own limit is 1,000 rules a group. */
const mostRules = 1_200;

export function configuredGroup(id: string, answer: unknown): SecurityGroup {
  const { properties } = read(groupShape, answer);
  const rules = [...properties.securityRules, ...properties.defaultSecurityRules].map((rule) =>
    ruleOf({ ...rule.properties, name: rule.name }),
  );
  return { id, name: lastSegment(id), rules: ordered(rules) };
}

export function effectiveGroups(answer: unknown): SecurityGroup[] {
  return read(effectiveShape, answer).value.map((group) => ({
    id: group.networkSecurityGroup,
    name: lastSegment(group.networkSecurityGroup),
    rules: ordered(group.effectiveSecurityRules.map(ruleOf)),
  }));
}

/** `securityRules/allow-rdp`, `defaultSecurityRules/DenyAllInBound`, `UserRule_allow-rdp`: what people call it. */
export function ruleName(said: string): string {
  return said.replace(/^(default)?securityRules\//i, '').replace(/^(Default|User)Rule_/, '');
}

const ordered = (rules: SecurityRule[]) =>
  rules.toSorted((a, b) => a.priority - b.priority).slice(0, mostRules);

function ruleOf(rule: z.output<typeof ruleShape>): SecurityRule {
  return {
    name: ruleName(rule.name),
    priority: rule.priority,
    direction: rule.direction,
    access: rule.access,
    protocol: rule.protocol,
    from: distinct([rule.sourceAddressPrefix, ...rule.sourceAddressPrefixes]),
    fromExpanded: rule.expandedSourceAddressPrefix,
    isFromAnyPort: [rule.sourcePortRange, ...rule.sourcePortRanges].every((ports) => anyPort.has(ports)),
    to: distinct([rule.destinationAddressPrefix, ...rule.destinationAddressPrefixes]),
    toApplications: rule.destinationApplicationSecurityGroups.map((id) => id.toLowerCase()),
    ports: distinct([rule.destinationPortRange, ...rule.destinationPortRanges]),
  };
}

const distinct = (values: string[]) => [...new Set(values.filter(Boolean))];

const anyPort = new Set(['', '*', '0-65535']);

const protocols: Record<string, SecurityRule['protocol']> = {
  '*': 'any',
  all: 'any',
  tcp: 'tcp',
  udp: 'udp',
};

const ruleShape = z.object({
  name: text,
  priority: z.number(),
  direction: z.enum(['Inbound', 'Outbound']),
  access: z.enum(['Allow', 'Deny']),
  // Icmp, Esp and Ah have no ports.
  protocol: text.transform((said) => protocols[said.toLowerCase()] ?? 'other'),
  sourceAddressPrefix: text,
  sourceAddressPrefixes: texts,
  expandedSourceAddressPrefix: texts,
  sourcePortRange: text,
  sourcePortRanges: texts,
  destinationAddressPrefix: text,
  destinationAddressPrefixes: texts,
  destinationApplicationSecurityGroups: z.array(reference).catch([]),
  destinationPortRange: text,
  destinationPortRanges: texts,
});

const configuredRule = z.object({ name: text, properties: ruleShape.omit({ name: true }) });
const groupShape = z.object({
  properties: z.object({
    // A rule that cannot be read might be the one that decides: better no answer than half of one.
    securityRules: z.array(configuredRule),
    defaultSecurityRules: z.array(configuredRule),
  }),
});

const effectiveShape = z.object({
  value: z.array(z.object({ networkSecurityGroup: reference, effectiveSecurityRules: z.array(ruleShape) })),
});
