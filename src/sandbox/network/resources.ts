import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { notFound } from '../azure/arm-error.ts';
import {
  azureMachines,
  contosoNetworks,
  type Network,
  publicAddressOf,
  publicIpId,
} from '../azure/network-estate.ts';
import type { Machine } from '../logs/samples/estate.ts';
import { agentOf, publicAddress, toSubnet, virtualMachine, virtualNetwork } from './resource-bodies.ts';
import { pathOf } from './state.ts';
import { COMPUTE_VERSIONS, NETWORK_VERSIONS } from './versions.ts';

/** What can be read of machines, addresses and networks, each by its id. */
export function resourceRoutes(): ArmRoute[] {
  const inGroup = '/subscriptions/{subscription}/resourceGroups/{group}/providers';
  const network = `${inGroup}/Microsoft.Network`;
  const get = (path: string, answer: (call: ArmCall) => unknown): ArmRoute => ({
    method: 'GET',
    path,
    apiVersions: NETWORK_VERSIONS,
    answer: (call) => ({ status: 200, body: answer(call) }),
  });
  return [
    ...machineReads.map(([end, answer]) => ({
      ...get(`${inGroup}/Microsoft.Compute/virtualMachines/{name}${end}`, (call) =>
        answer(machineOf(call, ({ id }) => id, end)),
      ),
      apiVersions: COMPUTE_VERSIONS,
    })),
    get(`${network}/publicIPAddresses/{name}`, (call) => publicAddress(machineOf(call, publicIpId))),
    get(`${network}/virtualNetworks/{name}`, (call) => virtualNetwork(networkOf(call))),
    get(`${network}/virtualNetworks/{name}/subnets/{subnet}`, (call) => subnet(call)),
  ];
}

const machineReads: [end: string, answer: (machine: Machine) => unknown][] = [
  ['', virtualMachine],
  ['/extensions', (machine) => ({ value: agentOf(machine) })],
];

/** The machine whose resource of this kind was called by its id; letters' case does not matter. */
function machineOf({ url }: ArmCall, idOf: (machine: Machine) => string, end = ''): Machine {
  const path = pathOf(url, end);
  const found = azureMachines.find(
    (machine) =>
      idOf(machine).toLowerCase() === path && (idOf !== publicIpId || publicAddressOf(machine) !== undefined),
  );
  if (found) return found;
  throw notFound(`The Resource '${path.split('/').slice(-3).join('/')}'`);
}

function networkOf(call: ArmCall): Network {
  const path = decodeURIComponent(call.url.pathname).toLowerCase();
  const found = contosoNetworks.find(({ id }) => path.startsWith(id.toLowerCase()));
  if (!found) throw notFound(`The Resource 'Microsoft.Network/virtualNetworks/${call.param('name')}'`);
  return found;
}

function subnet(call: ArmCall) {
  const found = networkOf(call).subnets.find(
    ({ name }) => name.toLowerCase() === call.param('subnet').toLowerCase(),
  );
  if (!found) throw notFound(`Subnet '${call.param('subnet')}'`);
  return toSubnet(found);
}
