import { z } from 'zod';
import type { ArmAnswer, ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, badRequest, notFound } from '../azure/arm-error.ts';
import type { SecurityRule } from '../azure/network-estate.ts';
import { parse } from './flow.ts';
import { securityGroup } from './resource-bodies.ts';
import { configured } from './shown-rules.ts';
import { called, fresh, type Group, keyOf, type NetworkState, pathOf, rulesOf } from './state.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';

const path =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkSecurityGroups/{name}';
const write = 'Microsoft.Network/networkSecurityGroups/write';
const writeRule = 'Microsoft.Network/networkSecurityGroups/securityRules/write';

/** Network security groups and their rules: read, written and deleted, each by its id. */
export function securityGroupRoutes(state: NetworkState): ArmRoute[] {
  const route = (
    method: ArmRoute['method'],
    end: string,
    answer: (call: ArmCall) => ArmAnswer,
  ): ArmRoute => ({ method, path: `${path}${end}`, apiVersions: NETWORK_VERSIONS, answer });
  const show = (group: Group) => securityGroup(group, state.nics.values());
  const groupOf = (call: ArmCall) => called(call, state.groups, endOf(call));

  return [
    route('GET', '', (call) => ({ status: 200, body: show(groupOf(call)) })),
    route('PUT', '', (call) => {
      const { location, tags, properties } = parse(groupShape, call.body);
      const there = state.groups.get(pathOf(call.url));
      state.mayChange(call, write, there);
      if (there && there.location !== location)
        throw new ArmError(
          400,
          'InvalidResourceLocation',
          'The resource already exists in another location.',
        );
      if (location !== LOCATION)
        throw new ArmError(400, 'LocationNotAvailableForResourceType', `There is no location '${location}'.`);
      const rules = properties.securityRules.map((each) => ({ ...each.properties, name: each.name }));
      const group: Group = there ?? { ...fresh(decodeURIComponent(call.url.pathname)), location, rules: [] };
      group.rules = [];
      for (const rule of rules) addRule(group, rule);
      if (tags) group.tags = tags;
      else delete group.tags;
      state.groups.set(keyOf(group.id), group);
      return state.takeOn(call, 'PUT', group, { status: there ? 200 : 201, body: () => show(group) });
    }),
    route('DELETE', '', (call) => {
      const group = state.groups.get(pathOf(call.url));
      state.mayChange(call, 'Microsoft.Network/networkSecurityGroups/delete', group);
      if (!group) return { status: 204 };
      const user = [...state.nics.values()].find((nic) => nic.group === group);
      if (user)
        throw new ArmError(
          400,
          'InUseNetworkSecurityGroupCannotBeDeleted',
          `Network security group ${group.id} cannot be deleted because it is in use by the following resources: ${user.id}. In order to delete the Network security group, remove the association with the resource(s).`,
        );
      const isDone = () => state.groups.delete(keyOf(group.id));
      return state.takeOn(call, 'DELETE', group, { status: 202, goes: true, isDone });
    }),
    route('GET', '/securityRules/{rule}', (call) => {
      const group = groupOf(call);
      const rule = ruleOf(group, call);
      if (!rule) throw notFound(`The security rule '${call.param('rule')}'`);
      return { status: 200, body: configured(group, 'securityRules', rule) };
    }),
    route('PUT', '/securityRules/{rule}', (call) => {
      const group = groupOf(call);
      state.mayChange(call, writeRule, group);
      const rule = { ...parse(ruleShape, call.body).properties, name: call.param('rule') };
      const there = ruleOf(group, call);
      addRule(group, rule);
      const body = () => configured(group, 'securityRules', rule);
      return state.takeOn(call, 'PUT', group, { status: there ? 200 : 201, body });
    }),
    route('DELETE', '/securityRules/{rule}', (call) => {
      const group = groupOf(call);
      state.mayChange(call, 'Microsoft.Network/networkSecurityGroups/securityRules/delete', group);
      const there = ruleOf(group, call);
      if (!there) return { status: 204 };
      group.rules = group.rules.filter(({ name }) => name !== there.name);
      return state.takeOn(call, 'DELETE', group, { status: 202 });
    }),
  ];
}

const endOf = ({ url }: ArmCall) => /\/securityRules\/[^/]+$/i.exec(url.pathname)?.[0] ?? '';

const ruleOf = (group: Group, call: ArmCall) =>
  rulesOf(group).find(({ name }) => name.toLowerCase() === call.param('rule').toLowerCase());

/** In the place of the one of that name. No two of a direction have one priority. */
function addRule(group: Group, rule: SecurityRule): void {
  const others = group.rules.filter(({ name }) => name.toLowerCase() !== rule.name.toLowerCase());
  const rival = others.find((each) => each.priority === rule.priority && each.direction === rule.direction);
  if (rival)
    throw new ArmError(
      400,
      'SecurityRuleConflict',
      `Security rule ${rule.name} conflicts with rule ${rival.name}. Rules cannot have the same Priority and Direction.`,
    );
  if (!/^\w([\w.-]{0,78}\w)?$/.test(rule.name)) throw badRequest(`Resource name ${rule.name} is invalid.`);
  const place = group.rules.findIndex(({ name }) => name.toLowerCase() === rule.name.toLowerCase());
  if (place < 0) group.rules.push(rule);
  else group.rules[place] = rule;
}

const prefix = z.string().regex(/^(\*|[A-Za-z]+|[\da-fA-F.:]+(\/\d{1,3})?)$/);
const port = z.string().regex(/^(\*|\d{1,5}(-\d{1,5})?)$/);
/** https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/create-or-update */
const ruleShape = z.object({
  properties: z.object({
    description: z.string().max(140).optional(),
    protocol: z.enum(['Tcp', 'Udp', '*']),
    sourceAddressPrefix: prefix,
    sourcePortRange: port,
    destinationAddressPrefix: prefix,
    destinationPortRange: port,
    access: z.enum(['Allow', 'Deny']),
    priority: z.int().min(100).max(4096),
    direction: z.enum(['Inbound', 'Outbound']),
  }),
});
const groupShape = z.object({
  location: z.string(),
  tags: z.record(z.string().max(512), z.string().max(256)).optional(),
  properties: z.object({ securityRules: z.array(ruleShape.extend({ name: z.string() })).default([]) }),
});
