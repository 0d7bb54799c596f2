import { z } from 'zod';
import { badRequest } from '../azure/arm-error.ts';
import {
  azureMachines,
  contosoNetworks,
  nicId,
  publicAddressOf,
  publicIpId,
  subnetIdOf,
} from '../azure/network-estate.ts';
import type { Machine } from '../logs/samples/estate.ts';
import type { NetworkState } from './state.ts';
import { LOCATION } from './versions.ts';

const reference = z.object({ id: z.string() });
/** One of the three: https://learn.microsoft.com/rest/api/network-watcher/network-watchers/get-topology */
const shape = z
  .object({ targetResourceGroupName: z.string(), targetVirtualNetwork: reference, targetSubnet: reference })
  .partial();

interface TopologyResource {
  name: string;
  id: string;
  location: string;
  associations: { name: string; resourceId: string; associationType: 'Contains' | 'Associated' }[];
}

/** Everything in a subnet, network or resource group of a watcher's subscription, and what belongs to what. */
export function topologyOf(state: NetworkState, body: unknown, subscription: string) {
  const { data } = shape.safeParse(body);
  const isIn = data && placeOf(data);
  if (!isIn)
    throw badRequest(
      'One of targetResourceGroupName, targetVirtualNetwork and targetSubnet must be specified.',
    );
  const machines = azureMachines.filter((machine) => machine.id.includes(subscription) && isIn(machine));
  const now = new Date().toISOString();
  return {
    id: crypto.randomUUID(),
    createdDateTime: now,
    lastModified: now,
    resources: [
      ...networksAround(machines),
      ...machines.flatMap((machine) => piecesOf(machine, state.groupBefore(machine)?.id)),
    ],
  };
}

function placeOf(target: z.output<typeof shape>): ((machine: Machine) => boolean) | undefined {
  const { targetResourceGroupName: group, targetVirtualNetwork: network, targetSubnet: subnet } = target;
  const begins = (whole: string, start: string) => whole.toLowerCase().startsWith(start.toLowerCase());
  if (subnet) return (machine) => subnetIdOf(machine).toLowerCase() === subnet.id.toLowerCase();
  if (network) return (machine) => begins(subnetIdOf(machine), `${network.id}/`);
  if (group) return (machine) => machine.id.toLowerCase().includes(`/resourcegroups/${group.toLowerCase()}/`);
  return undefined;
}

function networksAround(machines: Machine[]): TopologyResource[] {
  const subnets = new Set(machines.map(subnetIdOf));
  return contosoNetworks.flatMap((network) => {
    const inside = network.subnets.filter(({ id }) => subnets.has(id));
    if (inside.length === 0) return [];
    return [
      toResource(
        network.id,
        inside.map(({ id }) => [id, 'Contains']),
      ),
      ...inside.map(({ id }) => toResource(id, [])),
    ];
  });
}

function piecesOf(machine: Machine, group: string | undefined): TopologyResource[] {
  const nic = nicId(machine);
  const address = publicAddressOf(machine) ? publicIpId(machine) : undefined;
  return [
    toResource(machine.id, [[nic, 'Contains']]),
    toResource(nic, [
      [machine.id, 'Associated'],
      ...(group ? [[group, 'Associated'] as const] : []),
      [subnetIdOf(machine), 'Associated'],
      ...(address ? [[address, 'Associated'] as const] : []),
    ]),
    ...(group ? [toResource(group, [])] : []),
    ...(address ? [toResource(address, [[nic, 'Associated']])] : []),
  ];
}

const nameOf = (id: string) => id.split('/').at(-1) ?? '';

const toResource = (
  id: string,
  ties: (readonly [string, 'Contains' | 'Associated'])[],
): TopologyResource => ({
  name: nameOf(id),
  id,
  location: LOCATION,
  associations: ties.map(([resourceId, associationType]) => ({
    name: nameOf(resourceId),
    resourceId,
    associationType,
  })),
});
