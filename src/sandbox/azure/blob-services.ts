import { things } from '../logs/samples/estate.ts';
import type { ArmCall, ArmRoute } from './arm.ts';
import { ArmError } from './arm-error.ts';

interface Account {
  id: string;
  /** Days; absent where it is off. */
  softDelete?: number;
  containerSoftDelete?: number;
  restore?: number;
  isVersioned: boolean;
  containers: Container[];
}

interface Container {
  name: string;
  isImmutable?: boolean;
  /** Days ago. */
  deleted?: number;
}

/** Somebody turned soft delete off at the one, just before its blobs were deleted; the other is as it should be. */
const accounts: Account[] = [
  {
    id: things.backupStorage,
    containerSoftDelete: 7,
    isVersioned: false,
    containers: [
      { name: 'nightly' },
      { name: 'yearly', isImmutable: true },
      { name: 'exports-2025', deleted: 2 },
    ],
  },
  {
    id: things.shopStorage,
    softDelete: 14,
    containerSoftDelete: 14,
    restore: 13,
    isVersioned: true,
    containers: [{ name: 'pictures' }, { name: 'invoices', isImmutable: true }],
  },
];

const apiVersions = ['2022-09-01', '2023-01-01', '2023-04-01', '2023-05-01', '2024-01-01'];
const root =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}/blobServices/{service}';

/** What storage accounts keep of deleted blobs: https://learn.microsoft.com/rest/api/storagerp/blob-services/get-service-properties */
export const blobServiceRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: root,
    apiVersions,
    answer: (call) => {
      const { id, softDelete, containerSoftDelete, restore, isVersioned } = open(call);
      return {
        status: 200,
        body: {
          id: `${id}/blobServices/default`,
          name: 'default',
          type: 'Microsoft.Storage/storageAccounts/blobServices',
          properties: {
            cors: { corsRules: [] },
            deleteRetentionPolicy: { allowPermanentDelete: false, ...retention(softDelete) },
            containerDeleteRetentionPolicy: retention(containerSoftDelete),
            restorePolicy: retention(restore),
            // Resource Manager leaves out what has never been set.
            ...(isVersioned ? { isVersioningEnabled: true } : {}),
          },
        },
      };
    },
  },
  {
    method: 'GET',
    path: `${root}/containers`,
    apiVersions,
    answer: (call) => {
      const { id, containers, containerSoftDelete = 0 } = open(call);
      const include = call.url.searchParams.get('$include');
      if (include !== null && include !== 'deleted')
        throw new ArmError(400, 'InvalidQueryParameterValue', "The value of '$include' is invalid.");
      return {
        status: 200,
        body: {
          value: containers
            .filter(({ deleted }) => deleted === undefined || include === 'deleted')
            .map((container) => containerBody(id, container, containerSoftDelete)),
        },
      };
    },
  },
];

const retention = (days: number | undefined) =>
  days === undefined ? { enabled: false } : { enabled: true, days };

function open({ param }: ArmCall): Account {
  if (param('service').toLowerCase() !== 'default')
    throw new ArmError(400, 'InvalidResourceName', "The only blob service of an account is 'default'.");
  const wanted = `/resourceGroups/${param('group')}/providers/Microsoft.Storage/storageAccounts/${param('account')}`;
  const id = `/subscriptions/${param('subscription')}${wanted}`.toLowerCase();
  const found = accounts.find((account) => account.id.toLowerCase() === id);
  if (found) return found;
  throw new ArmError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.Storage/storageAccounts/${param('account')}' under resource group '${param('group')}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

function containerBody(
  account: string,
  { name, isImmutable = false, deleted }: Container,
  kept: number,
): object {
  return {
    id: `${account}/blobServices/default/containers/${name}`,
    name,
    type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
    properties: {
      publicAccess: 'None',
      leaseState: 'Available',
      leaseStatus: 'Unlocked',
      hasImmutabilityPolicy: isImmutable,
      hasLegalHold: false,
      deleted: deleted !== undefined,
      remainingRetentionDays: deleted === undefined ? 0 : Math.max(0, kept - deleted),
      ...(deleted === undefined
        ? {}
        : {
            deletedTime: new Date(Date.now() - deleted * 86_400_000).toISOString(),
            version: '01DB6A2F7C4E90B1',
          }),
    },
  };
}
