import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Writer } from '../../azure/writer.ts';
import { readResource } from './azure-resource.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** https://learn.microsoft.com/rest/api/compute/disks/get */
export const diskVersion = '2024-03-02';

type Place = VirtualMachine['disks'][number];

export interface Disk extends Place {
  /** `Premium_LRS`. */
  sku: string;
  gib: number;
}

export async function readDisk(arm: Writer, place: Place, signal: AbortSignal): Promise<Disk> {
  const missing = `The disk ${lastSegment(place.id)} is not in Azure any more.`;
  const path = `${place.id}?api-version=${diskVersion}`;
  const { sku, properties } = await readResource(arm, path, shape, { missing, signal });
  return { ...place, sku: sku.name, gib: properties.diskSizeGB };
}

/**
 * A full snapshot can be moved to the subscription where evidence is kept and an incremental one cannot; of these disks
 * there are no others: https://learn.microsoft.com/azure/virtual-machines/disks-incremental-snapshots#restrictions
 */
export const isIncrementalOnly = (sku: string): boolean => /^(UltraSSD|PremiumV2)_/i.test(sku);

const shape = z.object({
  sku: z.object({ name: z.string() }),
  properties: z.object({ diskSizeGB: z.number().catch(0) }),
});
