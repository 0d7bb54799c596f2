import { z } from 'zod';
import { createAzureNetwork } from '../azure/network.ts';
import { pathOf, text } from '../azure/network-answer.ts';
import { lastSegment } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { inWrites, type Next, type Walk } from './network/in-writes.ts';
import { groupBody, groupShape, isOurs, isolates, isolationGroupOf } from './network/isolation-group.ts';
import { hasFailed, isBusy, readIfThere } from './network/read.ts';
import type { Playbook } from './playbook.ts';
import { isOf } from './resource/azure-resource.ts';
import { readMachine } from './resource/virtual-machine.ts';

/** `former` is empty where an interface had no group. */
const memory = z.object({
  group: z.string(),
  location: z.string(),
  nics: z.array(z.object({ id: z.string(), former: z.string() })),
});
type Memory = z.infer<typeof memory>;

/**
 * Gives every interface of a machine a security group of ours that denies all, and each its own one back.
 * https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/create-or-update
 */
export function createIsolateVm({ arm }: { arm: Writer }): Playbook {
  const network = createAzureNetwork(arm);
  const permission =
    'Microsoft.Network/networkInterfaces/write, networkSecurityGroups/write, /delete and /join/action: Network Contributor on the machine’s resource group';

  const forth: Walk = async (order, { signal }) => {
    const { group, location, nics } = memory.parse(order.memory);
    const name = lastSegment(group);
    const there = await readIfThere(arm, group, groupShape, signal);
    if (!there || (hasFailed(there.properties) && isOurs(there))) {
      const body = groupBody(location, order);
      return { kind: 'write', method: 'PUT', path: pathOf(group), body, says: `${name} is made.` };
    }
    if (isBusy(there.properties)) return { kind: 'wait', says: `Azure is at ${name}.` };
    await mustIsolate(group, signal);
    for (const { id, former } of nics) {
      const nic = await readIfThere(arm, id, nicShape, signal);
      if (!nic) throw new Refused(`${lastSegment(id)} is no longer there.`);
      const has = groupOf(nic);
      if (!same(has, group) && !same(has, former))
        throw new Refused(`${lastSegment(id)} got another security group since it was looked at.`);
      const next = given(id, nic, group);
      if (next) return next;
    }
    return {
      state: 'done',
      says: `${nics.length === 1 ? 'Its interface is' : `Its ${nics.length} interfaces are`} in ${name}.`,
    };
  };

  const back: Walk = async (order, { signal }) => {
    const { group, nics } = memory.parse(order.memory);
    const left: string[] = [];
    for (const { id, former } of nics) {
      const nic = await readIfThere(arm, id, nicShape, signal);
      if (!nic) continue;
      const has = groupOf(nic);
      // Whoever gave it another one meanwhile meant to.
      if (!same(has, group) && !same(has, former)) {
        left.push(`${lastSegment(id)} keeps ${lastSegment(has) || 'none'}, which it got meanwhile.`);
        continue;
      }
      const next = given(id, nic, former);
      if (next) return next;
    }
    const there = await readIfThere(arm, group, groupShape, signal);
    if (there && isBusy(there.properties))
      return { kind: 'wait', says: `Azure is at ${lastSegment(group)}.` };
    if (
      there &&
      isOurs(there) &&
      there.properties.networkInterfaces.length + there.properties.subnets.length === 0
    )
      return {
        kind: 'write',
        method: 'DELETE',
        path: pathOf(group),
        says: `${lastSegment(group)} is removed.`,
      };
    return {
      state: 'done',
      says: ['Its interfaces have the security groups that they had before.', ...left].join(' '),
    };
  };

  /** Somebody may have opened it since. */
  async function mustIsolate(group: string, signal: AbortSignal): Promise<void> {
    if (isolates(await network.securityGroup(group, signal))) return;
    throw new Refused(
      `${lastSegment(group)} is there and does not deny everything. Remove it, or mend its rules.`,
    );
  }

  return {
    name: 'isolate-vm',
    title: 'Isolate a virtual machine',
    about: ['machine', 'resource'],
    concerns: (target) => isOf(target, 'machine'),
    tactics: ['LateralMovement', 'CommandAndControl', 'Exfiltration', 'Impact'],
    risk: 'high',
    effect: (target) => `${subjectName(target)} takes and makes no new connection.`,
    reverse: {
      title: 'Release',
      effect: (target) =>
        `Every interface of ${subjectName(target)} gets the security group back that it had.`,
    },
    lasts: { minutes: 4 * 60, mostMinutes: 7 * 24 * 60 },
    parameters: [],
    api: 'Microsoft.Network 2024-05-01: PUT networkSecurityGroups, PUT networkInterfaces',
    permission,

    async look({ target }, { signal }) {
      const machine = await readMachine(arm, target, signal);
      const { nicIds } = await network.machine(machine.id, signal);
      const nics = await Promise.all(nicIds.map((id) => network.nic(id, signal)));
      const group = isolationGroupOf(machine);
      const inside = nics.find(({ groupId }) => same(groupId, group));
      if (inside)
        throw new Refused(
          `${inside.name} is in ${lastSegment(group)} already. Undo the run that put it there; where there is none, give it its own group in Azure first.`,
        );
      if (nics.length === 0) throw new Refused(`${machine.name} has no network interface.`);
      const isThere = (await readIfThere(arm, group, groupShape, signal)) !== undefined;
      if (isThere) await mustIsolate(group, signal);
      return {
        facts: [
          { label: 'Power', value: machine.power },
          ...nics.slice(0, 3).map(({ name, groupId, addresses }) => ({
            label: name,
            value: `${addresses.join(', ')}, ${lastSegment(groupId) || 'no security group'}`,
          })),
          {
            label: 'Isolation group',
            value: `${lastSegment(group)}, ${isThere ? 'is there already' : 'will be made'}`,
          },
        ],
        warning,
        memory: {
          group,
          location: machine.location,
          nics: nics.map(({ id, groupId }) => ({ id, former: groupId })),
        } satisfies Memory,
      };
    },
    ...inWrites(arm, { forth, back, permission }),
  };
}

/** https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview */
const warning =
  'Connections that are open already are not cut: Azure applies changed rules to new ones alone. Its own services stay reachable from within, the instance metadata with its tokens among them. Agents on the machine fall silent as well.';

/** What brings an interface to this group, or to none where it is empty. All else of it goes back as it came. */
function given(id: string, nic: z.output<typeof nicShape>, group: string): Next | undefined {
  const { networkSecurityGroup: _has, ...rest } = nic.properties;
  if (isBusy(nic.properties)) return { kind: 'wait', says: `Azure is at ${lastSegment(id)}.` };
  if (same(groupOf(nic), group) && !hasFailed(nic.properties)) return undefined;
  return {
    kind: 'write',
    method: 'PUT',
    path: pathOf(id),
    body: { ...nic, properties: { ...rest, ...(group ? { networkSecurityGroup: { id: group } } : {}) } },
    etag: nic.etag,
    says: `${lastSegment(id)} is given ${lastSegment(group) || 'no security group'}.`,
  };
}

const groupOf = (nic: z.output<typeof nicShape>) => nic.properties.networkSecurityGroup?.id ?? '';
const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** All of it is kept: a PUT takes away what it does not name. */
const nicShape = z.looseObject({
  etag: z.string(),
  properties: z.looseObject({
    provisioningState: text,
    networkSecurityGroup: z.object({ id: z.string() }).nullish(),
  }),
});
