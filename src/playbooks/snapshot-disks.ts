import { lastSegment } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import type { Playbook } from './playbook.ts';
import { isOf } from './resource/azure-resource.ts';
import { isIncrementalOnly, readDisk } from './resource/disk.ts';
import { type Evidence, takeSnapshots } from './resource/snapshots.ts';
import { readMachine } from './resource/virtual-machine.ts';

/** With its power: as many as a look may tell. */
const mostShown = 5;

/**
 * Keeps the disks of a machine as they are, each as a snapshot beside its disk that nobody can read over the network.
 * Nothing takes it back: evidence is deleted by whoever answers for it, in Azure, and by no button or clock.
 */
export function createSnapshotDisks({ arm }: { arm: Writer }): Playbook {
  return {
    name: 'snapshot-disks',
    title: 'Snapshot the disks',
    about: ['machine', 'resource'],
    concerns: (target) => isOf(target, 'machine'),
    tactics: [],
    risk: 'low',
    effect: (target) =>
      `Each disk of ${subjectName(target)} is copied as it is, and the copies cost money until somebody deletes them.`,
    parameters: [],
    api: 'Resource Manager, Microsoft.Compute 2024-03-02: PUT snapshots/{name}',
    permission:
      'Microsoft.Compute/virtualMachines/read, disks/read, disks/beginGetAccess/action, snapshots/read, snapshots/write and locations/diskOperations/read',
    async look({ target }, { signal }) {
      const machine = await readMachine(arm, target, signal);
      if (machine.disks.length === 0)
        throw new Refused(`${machine.name} has no managed disk, and of others there are no snapshots.`);
      const disks = await Promise.all(machine.disks.map((disk) => readDisk(arm, disk, signal)));
      const more = disks.length - mostShown;
      return {
        facts: [
          { label: 'Power', value: machine.power },
          ...disks.slice(0, more > 0 ? mostShown - 1 : mostShown).map(({ id, place, sku, gib }) => ({
            label: place === 'os' ? 'OS disk' : `Data disk ${place.slice(3)}`,
            value: `${lastSegment(id)}, ${gib} GiB, ${sku}`,
          })),
          ...(more > 0 ? [{ label: 'Besides', value: `${more + 1} more data disks` }] : []),
        ],
        warning: machine.isEphemeral
          ? 'Its OS disk is ephemeral and cannot be kept; only its data disks are.'
          : machine.power === 'running'
            ? 'It is running: what is in its memory is in no snapshot.'
            : '',
        memory: {
          location: machine.location,
          disks: disks.map(({ id, place, sku }) => ({ id, place, incremental: isIncrementalOnly(sku) })),
        } satisfies Evidence,
      };
    },
    act: (order, context) => takeSnapshots(arm, order, context),
  };
}
