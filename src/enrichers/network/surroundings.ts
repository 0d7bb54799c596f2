import type { AzureNetwork, NetworkedMachine, Nic, PublicAddress, Subnet } from '../../azure/network.ts';
import type { SecurityGroup } from '../../azure/network-rules.ts';
import { FarSideError } from '../../errors.ts';
import { rulesFor } from './inbound-rules.ts';

/** A machine in its network, as it is configured: its first interface, and what is tied to that. */
export interface Surroundings {
  machine: NetworkedMachine;
  /** Absent where it has none, or we may not read it. */
  nic: Nic | undefined;
  subnet: Subnet | undefined;
  publicAddresses: PublicAddress[];
  /** Of the subnet, then of the interface, as a packet that comes in meets them; with the rules about this machine. */
  groups: SecurityGroup[];
  /** No group that counts is missing from `groups`: what they let in is all that is let in. */
  isEveryGroupRead: boolean;
  /** What we may not read: `security groups`. */
  denied: string[];
}

/** At most six calls, four one after the other. */
export const surroundingCalls = 6;
/** More public addresses on one interface are rare, and each is a call. */
const mostAddresses = 1;

/** Throws `FarSideError`; `not-found` where there is no such machine any more. */
export async function readSurroundings(
  network: AzureNetwork,
  machineId: string,
  signal: AbortSignal,
): Promise<Surroundings> {
  const denied = new Set<string>();
  const allowed = async <T>(what: string, asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof FarSideError)) throw error;
      // Taken away between two calls.
      if (error.reason === 'not-found') return undefined;
      if (error.reason !== 'auth') throw error;
      denied.add(what);
      return undefined;
    }
  };
  const group = async (id: string | undefined) =>
    id ? allowed('security groups', network.securityGroup(id, signal)) : undefined;

  const machine = await network.machine(machineId, signal);
  const [nicId] = machine.nicIds;
  const nic = nicId ? await allowed('network interface', network.nic(nicId, signal)) : undefined;
  const addresses = (nic?.publicAddressIds ?? []).slice(0, mostAddresses);
  const [subnetAndGroup, nicGroup, publicAddresses] = await Promise.all([
    (async () => {
      const subnet = nic?.subnetId
        ? await allowed('subnet', network.subnet(nic.subnetId, signal))
        : undefined;
      return { subnet, group: await group(subnet?.groupId) };
    })(),
    group(nic?.groupId),
    Promise.all(addresses.map((id) => allowed('public address', network.publicAddress(id, signal)))),
  ]);
  const groups = [subnetAndGroup.group, nicGroup].filter((each) => each !== undefined);
  const wanted = [subnetAndGroup.subnet?.groupId, nic?.groupId].filter(Boolean);
  return {
    machine,
    nic,
    subnet: subnetAndGroup.subnet,
    publicAddresses: publicAddresses.filter((address) => address !== undefined),
    groups: nic ? rulesFor(groups, nic) : groups,
    isEveryGroupRead: subnetAndGroup.subnet !== undefined && groups.length === wanted.length,
    denied: [...denied],
  };
}
