import { z } from 'zod';
import type { Writer } from '../../azure/writer.ts';
import { type Subject, subjectName } from '../../incident/enrichment.ts';
import { readResource, resourceIdOf } from './azure-resource.ts';

/** A machine in Azure, as it is now. */
export interface VirtualMachine {
  /** Resource Manager id. */
  id: string;
  name: string;
  /** `westeurope`. */
  location: string;
  /** `running`, `starting`, `stopping`, `stopped`, `deallocating`, `deallocated`; `not known` where Azure does not tell. */
  power: string;
  /** Its system is on a disk of the host, which is lost when it leaves it. */
  isEphemeral: boolean;
  /** Disks that stay when it is stopped, that of the system first. Those of old, which are blobs, are not among them. */
  disks: { id: string; place: 'os' | `lun${number}` }[];
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/get */
export const computeVersion = '2024-07-01';

export async function readMachine(
  arm: Writer,
  target: Subject,
  signal: AbortSignal,
): Promise<VirtualMachine> {
  const id = resourceIdOf(target, 'machine');
  const name = subjectName(target);
  const path = `${id}?$expand=instanceView&api-version=${computeVersion}`;
  const missing = `${name} is not in Azure any more.`;
  const { location, properties } = await readResource(arm, path, shape, { missing, signal });
  const { osDisk, dataDisks } = properties.storageProfile;
  const isEphemeral = osDisk.diffDiskSettings?.option === 'Local';
  return {
    id,
    name,
    location,
    power: powerOf(properties.instanceView?.statuses ?? []),
    isEphemeral,
    disks: [
      ...(osDisk.managedDisk && !isEphemeral ? [{ id: osDisk.managedDisk.id, place: 'os' as const }] : []),
      ...dataDisks.flatMap(({ lun, managedDisk }) =>
        managedDisk ? [{ id: managedDisk.id, place: `lun${lun}` as const }] : [],
      ),
    ],
  };
}

const powerOf = (statuses: { code: string }[]): string =>
  statuses.map(({ code }) => /^PowerState\/(\w+)$/i.exec(code)?.[1]?.toLowerCase()).find(Boolean) ??
  'not known';

const disk = z.object({ id: z.string() }).nullish();
const shape = z.object({
  location: z.string(),
  properties: z.object({
    storageProfile: z.object({
      osDisk: z.object({
        managedDisk: disk,
        diffDiskSettings: z.object({ option: z.string() }).nullish(),
      }),
      dataDisks: z
        .array(z.object({ lun: z.number().int(), managedDisk: disk }))
        .nullish()
        .transform((disks) => disks ?? []),
    }),
    instanceView: z.object({ statuses: z.array(z.object({ code: z.string() })) }).nullish(),
  }),
});
