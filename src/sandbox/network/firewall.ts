import { z } from 'zod';
import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, notFound } from '../azure/arm-error.ts';
import { firewallPolicyId } from '../azure/network-estate.ts';
import { things } from '../logs/samples/estate.ts';
import { parse } from './flow.ts';
import { called, fresh, keyOf, type NetworkState, pathOf, type Written } from './state.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';

/** The policy that the one firewall goes by, and its groups of rule collections. */
export function firewallRoutes(state: NetworkState): ArmRoute[] {
  const policy =
    '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/firewallPolicies/{policy}';
  const one = `${policy}/ruleCollectionGroups/{name}`;
  const apiVersions = NETWORK_VERSIONS;
  const all = state.ruleCollectionGroups;
  return [
    {
      method: 'GET',
      path: policy,
      apiVersions,
      answer(call) {
        known(call);
        return { status: 200, body: showPolicy(state) };
      },
    },
    {
      method: 'GET',
      path: `${policy}/ruleCollectionGroups`,
      apiVersions,
      answer(call) {
        known(call, '/ruleCollectionGroups');
        return { status: 200, body: { value: [...all.values()].map(show) } };
      },
    },
    {
      method: 'GET',
      path: one,
      apiVersions,
      answer: (call) => ({ status: 200, body: show(called(call, all)) }),
    },
    {
      method: 'PUT',
      path: one,
      apiVersions,
      answer(call) {
        known(call, endOf(call));
        const there = all.get(pathOf(call.url));
        state.mayChange(call, 'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write', there);
        policyAtRest(state);
        const { properties } = parse(shape, call.body);
        const rival = [...all.values()].find(
          (each) => each !== there && each.properties.priority === properties.priority,
        );
        if (rival)
          throw new ArmError(
            400,
            'FirewallPolicyRuleCollectionGroupInvalidPriorityValue',
            `Priority ${properties.priority} is that of ${rival.id} already.`,
          );
        const group = there ?? { ...fresh(decodeURIComponent(call.url.pathname)), properties };
        group.properties = properties;
        all.set(keyOf(group.id), group);
        return state.takeOn(call, 'PUT', group, { status: there ? 200 : 201, body: () => show(group) });
      },
    },
    {
      method: 'DELETE',
      path: one,
      apiVersions,
      answer(call) {
        const group = all.get(pathOf(call.url));
        state.mayChange(call, 'Microsoft.Network/firewallPolicies/ruleCollectionGroups/delete', group);
        if (!group) return { status: 204 };
        policyAtRest(state);
        const isDone = () => all.delete(keyOf(group.id));
        return state.takeOn(call, 'DELETE', group, { status: 202, goes: true, isDone });
      },
    },
  ];
}

const endOf = ({ url }: ArmCall) => /\/ruleCollectionGroups\/[^/]+$/i.exec(url.pathname)?.[0] ?? '';

function known({ url }: ArmCall, end = ''): void {
  if (pathOf(url, end) !== keyOf(firewallPolicyId)) throw notFound(`The Resource '${pathOf(url, end)}'`);
}

const isBusy = ({ provisioningState }: Written) =>
  provisioningState === 'Updating' || provisioningState === 'Deleting';

/** A policy takes one change at a time. */
function policyAtRest(state: NetworkState): void {
  if (![...state.ruleCollectionGroups.values()].some(isBusy)) return;
  throw new ArmError(
    409,
    'AnotherOperationInProgress',
    `Another operation on ${firewallPolicyId} or dependent resource is in progress.`,
  );
}

const nameOf = (id: string) => id.split('/').at(-1);

const show = ({ id, etag, provisioningState, properties }: Written) => ({
  name: nameOf(id),
  id,
  etag,
  type: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups',
  properties: { provisioningState, ...properties },
});

const showPolicy = (state: NetworkState) => ({
  name: nameOf(firewallPolicyId),
  id: firewallPolicyId,
  type: 'Microsoft.Network/firewallPolicies',
  location: LOCATION,
  properties: {
    provisioningState: 'Succeeded',
    threatIntelMode: 'Alert',
    sku: { tier: 'Standard' },
    firewalls: [{ id: things.firewall }],
    ruleCollectionGroups: [...state.ruleCollectionGroups.values()].map(({ id }) => ({ id })),
  },
});

const texts = z.array(z.string()).min(1);
/** https://learn.microsoft.com/rest/api/virtualnetwork/firewall-policy-rule-collection-groups/create-or-update */
const shape = z.object({
  properties: z.object({
    priority: z.int().min(100).max(65_000),
    ruleCollections: z.array(
      z.object({
        ruleCollectionType: z.literal('FirewallPolicyFilterRuleCollection'),
        name: z.string().regex(/^[A-Za-z0-9]([\w.-]{0,78}\w)?$/),
        priority: z.int().min(100).max(65_000),
        action: z.object({ type: z.enum(['Allow', 'Deny']) }),
        rules: z
          .array(
            z.object({
              ruleType: z.literal('NetworkRule'),
              name: z.string(),
              description: z.string().optional(),
              ipProtocols: z.array(z.enum(['TCP', 'UDP', 'Any', 'ICMP'])).min(1),
              sourceAddresses: texts,
              destinationAddresses: texts,
              destinationPorts: texts,
            }),
          )
          .min(1),
      }),
    ),
  }),
});
