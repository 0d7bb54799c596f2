import { z } from 'zod';
import type { ArmCall } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';
import { rowOf } from '../resource-graph/row.ts';
import { machineRows } from '../resource-graph/rows/machines.ts';
import { found, group, read, resourceOf, rowsById } from './found.ts';
import type { Ground, Part } from './ground.ts';

const versions = ['2023-10-02', '2024-03-02', '2025-01-02'];
const root = `${group}/providers/Microsoft.Compute`;
const operations =
  '/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/DiskOperations';

/** https://learn.microsoft.com/rest/api/compute/snapshots/create-or-update */
const asked = z.strictObject({
  location: z.string().min(1),
  // https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
  tags: z
    .record(
      z
        .string()
        .max(512)
        .regex(/^[^<>%&\\?/]+$/),
      z.string().max(256),
    )
    .refine((tags) => Object.keys(tags).length <= 50)
    .optional(),
  sku: z.strictObject({ name: z.enum(['Standard_LRS', 'Premium_LRS', 'Standard_ZRS']) }).optional(),
  properties: z.strictObject({
    creationData: z.strictObject({ createOption: z.literal('Copy'), sourceResourceId: z.string() }),
    incremental: z.boolean().optional(),
    networkAccessPolicy: z.enum(['AllowAll', 'AllowPrivate', 'DenyAll']).optional(),
    publicNetworkAccess: z.enum(['Enabled', 'Disabled']).optional(),
  }),
});

type Asked = z.output<typeof asked>;
interface Snapshot extends Asked {
  id: string;
  name: string;
  provisioningState: 'Creating' | 'Succeeded' | 'Failed';
}

/** Disks, and the copies of them that were made. */
export function snapshots({ work, changed }: Ground): Part {
  const disks = rowsById(machineRows(), 'microsoft.compute/disks');
  const taken = new Map<string, Snapshot>();

  const idOf = (call: ArmCall): string => decodeURIComponent(call.url.pathname).replace(/\/$/, '');

  function take(call: ArmCall, wanted: Asked): Snapshot {
    const name = call.param('name');
    if (!/^[\w-]{1,80}$/.test(name))
      throw new ArmError(400, 'InvalidParameter', `The entity name 'snapshotName' is invalid: '${name}'.`);
    const { sourceResourceId } = wanted.properties.creationData;
    const disk = disks.get(sourceResourceId.toLowerCase());
    if (!disk) throw new ArmError(404, 'ResourceNotFound', `Disk ${sourceResourceId} is not found.`);
    if (disk.location !== wanted.location)
      throw new ArmError(
        400,
        'BadRequest',
        `A snapshot has to be in the region of its disk, ${disk.location}.`,
      );
    if (/^(UltraSSD|PremiumV2)_/.test(String(disk.sku?.name)) && wanted.properties.incremental !== true)
      throw new ArmError(
        400,
        'OperationNotAllowed',
        `Only incremental snapshots are supported for disks of SKU '${String(disk.sku?.name)}'.`,
      );
    return { id: idOf(call), name, ...wanted, provisioningState: 'Creating' };
  }

  return {
    routes: [
      {
        method: 'GET',
        path: `${root}/disks/{name}`,
        apiVersions: versions,
        action: 'Microsoft.Compute/disks/read',
        answer: (call) => ({
          status: 200,
          body: { ...resourceOf(found(disks, call)), type: 'Microsoft.Compute/disks' },
        }),
      },
      {
        method: 'GET',
        path: `${root}/snapshots/{name}`,
        apiVersions: versions,
        action: 'Microsoft.Compute/snapshots/read',
        answer: (call) => ({ status: 200, body: shown(found(taken, call)) }),
      },
      {
        method: 'PUT',
        path: `${root}/snapshots/{name}`,
        apiVersions: versions,
        action: 'Microsoft.Compute/snapshots/write',
        answer(call) {
          const wanted = read(asked, call.body);
          const before = taken.get(idOf(call).toLowerCase());
          if (before) {
            if (
              before.properties.creationData.sourceResourceId !==
              wanted.properties.creationData.sourceResourceId
            )
              throw new ArmError(
                409,
                'PropertyChangeNotAllowed',
                "Changing property 'creationData' is not allowed.",
              );
            return { status: 200, body: shown(before) };
          }
          const snapshot = take(call, wanted);
          taken.set(snapshot.id.toLowerCase(), snapshot);
          changed();
          const operation = work.begin(3, (failure) => {
            snapshot.provisioningState = failure ? 'Failed' : 'Succeeded';
          });
          const path = operations
            .replace('{subscription}', call.param('subscription'))
            .replace('{location}', wanted.location);
          return work.accepted(call, path, operation, shown(snapshot));
        },
      },
      {
        ...work.operationRoute(operations, versions),
        action: 'Microsoft.Compute/locations/diskOperations/read',
      },
    ],
    state: () => [...taken.values()].map(shown),
    rows: () =>
      [...taken.values()].map(({ id, location, tags, properties, provisioningState }) =>
        rowOf('resources', id, {
          location,
          ...(tags ? { tags } : {}),
          properties: { ...properties, provisioningState },
        }),
      ),
  };
}

const shown = ({ provisioningState, properties, ...snapshot }: Snapshot) => ({
  ...snapshot,
  type: 'Microsoft.Compute/snapshots',
  properties: { ...properties, provisioningState },
});
