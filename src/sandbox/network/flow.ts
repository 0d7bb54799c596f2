import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { ArmError, badRequest } from '../azure/arm-error.ts';
import { azureMachines, contosoNetworks, nicId } from '../azure/network-estate.ts';
import { type Machine, resource } from '../logs/samples/estate.ts';
import { decide, isWithin, officeSpace } from './rules.ts';
import { type NetworkState, rulesOf } from './state.ts';

const port = z.string().regex(/^(\*|\d{1,5})$/);
const address = z.string().refine(isIPv4, 'is not a valid IPv4 address');
/** https://learn.microsoft.com/rest/api/network-watcher/network-watchers/verify-ip-flow */
const flowShape = z.object({
  targetResourceId: z.string(),
  targetNicResourceId: z.string().optional(),
  direction: z.enum(['Inbound', 'Outbound']),
  protocol: z.enum(['TCP', 'UDP']),
  localPort: port,
  remotePort: port,
  localIPAddress: address,
  remoteIPAddress: address,
});

/** Whether rules let a packet through; strict as Network Watcher is, which takes texts alone. */
export function verify(state: NetworkState, body: unknown) {
  const flow = parse(flowShape, body);
  const machine = machineOf(flow.targetResourceId);
  const isIn = flow.direction === 'Inbound';
  if ((isIn ? flow.localPort : flow.remotePort) === '*')
    throw badRequest(`Port * is supported for the source alone, when direction is ${flow.direction}.`);
  if ([flow.localPort, flow.remotePort].some((each) => Number(each) > 65_535))
    throw badRequest('A port is a single integer in the range (0-65535).');
  if (flow.targetNicResourceId && flow.targetNicResourceId.toLowerCase() !== nicId(machine).toLowerCase())
    throw badRequest(`The network interface is not attached to '${machine.name}'.`);
  if (flow.localIPAddress !== machine.ip)
    throw badRequest(`LocalIPAddress ${flow.localIPAddress} is not an address of '${machine.name}'.`);
  const local = { address: flow.localIPAddress, port: flow.localPort };
  const remote = { address: flow.remoteIPAddress, port: flow.remotePort };
  const [from, to] = isIn ? [remote, local] : [local, remote];
  const { direction, protocol } = flow;
  const group = state.groupBefore(machine);
  // Nothing stands before it that could deny anything.
  if (!group) return { access: 'Allow', ruleName: '' };
  return decide(rulesOf(group), {
    direction,
    protocol,
    from: from.address,
    to: to.address,
    fromPort: from.port,
    toPort: to.port,
  });
}

const hopShape = z.object({
  targetResourceId: z.string(),
  targetNicResourceId: z.string().optional(),
  sourceIPAddress: address,
  destinationIPAddress: address,
});

/** Backups never leave for the internet: their subnet has a route that drops what wants to. */
export function nextHop(body: unknown) {
  const hop = parse(hopShape, body);
  const machine = machineOf(hop.targetResourceId);
  const system = (nextHopType: string) => ({ nextHopType, routeTableId: 'System Route' });
  const to = hop.destinationIPAddress;
  if (hop.sourceIPAddress !== machine.ip)
    throw badRequest(`SourceIPAddress ${hop.sourceIPAddress} is not an address of '${machine.name}'.`);
  if (contosoNetworks.some(({ space }) => space.some((each) => isWithin(to, each))))
    return system('VnetLocal');
  if (isWithin(to, officeSpace)) return system('VirtualNetworkGateway');
  if (machine.name !== 'vm-backup-01') return system('Internet');
  return {
    nextHopType: 'None',
    routeTableId: resource('shared', 'rg-backup', 'Microsoft.Network/routeTables', 'rt-backup'),
  };
}

function machineOf(id: string): Machine {
  const found = azureMachines.find((machine) => machine.id.toLowerCase() === id.toLowerCase());
  if (found) return found;
  throw new ArmError(404, 'ResourceNotFound', `The Resource '${id}' was not found.`);
}

/** What Microsoft.Network says of a body that it cannot read. */
export function parse<T extends z.ZodType>(shape: T, body: unknown): z.output<T> {
  const { data, error } = shape.safeParse(body);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new ArmError(
    400,
    'InvalidRequestFormat',
    `Cannot parse the request. ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}
