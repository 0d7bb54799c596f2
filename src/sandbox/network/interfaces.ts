import { z } from 'zod';
import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, badRequest } from '../azure/arm-error.ts';
import { parse } from './flow.ts';
import { nic } from './resource-bodies.ts';
import { effectiveGroup } from './shown-rules.ts';
import { called, keyOf, type NetworkState, type Nic } from './state.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';

const effective = '/effectiveNetworkSecurityGroups';

/** Network interfaces: a PUT replaces the whole of one, and whatever it leaves out is taken away. */
export function interfaceRoutes(state: NetworkState): ArmRoute[] {
  const path =
    '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{name}';
  const apiVersions = NETWORK_VERSIONS;
  return [
    {
      method: 'GET',
      path,
      apiVersions,
      answer: (call) => ({ status: 200, body: nic(called(call, state.nics)) }),
    },
    {
      method: 'PUT',
      path,
      apiVersions,
      answer(call) {
        const there = called(call, state.nics);
        state.mayChange(call, 'Microsoft.Network/networkInterfaces/write', there);
        const { properties } = parse(shape, call.body);
        keepsTheRest(there, properties);
        const before = there.group;
        there.group = groupOf(state, call, properties.networkSecurityGroup?.id);
        for (const group of [before, there.group]) if (group) state.touched.add(group);
        return state.takeOn(call, 'PUT', there, { status: 200, body: () => nic(there) });
      },
    },
    {
      method: 'POST',
      path: `${path}${effective}`,
      apiVersions,
      answer(call) {
        const { group, id } = called(call, state.nics, effective);
        const body = { value: group ? [effectiveGroup(group, id)] : [] };
        return state.work.begin(call, LOCATION, { status: 200, body });
      },
    },
  ];
}

function groupOf(state: NetworkState, call: ArmCall, id: string | undefined) {
  if (id === undefined) return undefined;
  const group = state.groups.get(keyOf(id));
  if (!group)
    throw new ArmError(
      400,
      'InvalidResourceReference',
      `Resource ${id} referenced by resource ${call.url.pathname} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    );
  state.mayDo(call, 'Microsoft.Network/networkSecurityGroups/join/action');
  if (group.provisioningState !== 'Succeeded')
    throw new ArmError(
      429,
      'RetryableError',
      `A retryable error occurred. ReferencedResourceNotProvisioned: ${group.id} is in ${group.provisioningState} state.`,
    );
  return group;
}

/** The stand-in moves no addresses: a change of them is one that nobody meant. */
function keepsTheRest(there: Nic, said: z.output<typeof shape>['properties']): void {
  const wiring = ({ ipConfigurations, ...more }: z.output<typeof shape>['properties']) =>
    JSON.stringify([
      ipConfigurations.map(({ name, properties }) => [
        name,
        properties.privateIPAddress,
        properties.subnet.id,
        properties.publicIPAddress?.id,
      ]),
      more.enableAcceleratedNetworking,
      more.enableIPForwarding,
    ]);
  if (wiring(said) === wiring(shape.parse(nic(there)).properties)) return;
  throw badRequest(`This would change more of ${there.id} than its security group.`);
}

const reference = z.object({ id: z.string() });
/** https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/create-or-update */
const shape = z.object({
  location: z.string(),
  properties: z.object({
    ipConfigurations: z
      .array(
        z.object({
          name: z.string(),
          properties: z.object({
            privateIPAddress: z.string().optional(),
            subnet: reference,
            publicIPAddress: reference.optional(),
          }),
        }),
      )
      .min(1),
    networkSecurityGroup: reference.optional(),
    enableAcceleratedNetworking: z.boolean().default(false),
    enableIPForwarding: z.boolean().default(false),
  }),
});
