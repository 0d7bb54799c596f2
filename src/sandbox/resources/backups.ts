import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ArmCall } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';
import type { GraphRow } from '../resource-graph/row.ts';
import { recoveryRows } from '../resource-graph/rows/recovery.ts';
import { type Job, jobFilter, shownJob } from './backup-jobs.ts';
import { found, group, read, resourceOf, rowsById } from './found.ts';
import type { Ground, Part } from './ground.ts';

const versions = ['2023-06-01', '2024-04-01', '2025-02-01'];
const itemType = 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems';
const vault = `${group}/providers/Microsoft.RecoveryServices/vaults/{vault}`;
const item = `${vault}/backupFabrics/{fabric}/protectionContainers/{container}/protectedItems/{item}`;

const statusAsked = z.strictObject({
  resourceType: z.literal('VM'),
  resourceId: z.string(),
  poLogicalName: z.string().optional(),
});
const backupAsked = z.strictObject({
  properties: z.strictObject({
    objectType: z.literal('IaasVMBackupRequest'),
    recoveryPointExpiryTimeInUTC: z.iso.datetime().optional(),
  }),
});

/** Backups of machines in Recovery Services vaults: https://learn.microsoft.com/azure/backup/backup-azure-arm-userestapi-backupazurevms */
export function backups({ now, work, changed }: Ground): Part {
  const items = () => {
    const rows = rowsById(recoveryRows(new Date(now())), itemType);
    for (const { item, status, startedAt } of jobs) {
      const row = rows.get(item.toLowerCase());
      if (row && status === 'Completed') {
        const at = new Date(startedAt).toISOString();
        row.properties = {
          ...row.properties,
          lastRecoveryPoint: at,
          lastBackupTime: at,
          lastBackupStatus: status,
        };
      }
    }
    return rows;
  };
  const vaults = rowsById(recoveryRows(new Date(now())), 'microsoft.recoveryservices/vaults');
  const jobs: Job[] = [];

  function begin(call: ArmCall) {
    const row = found(items(), call, '/backup');
    const { properties } = read(backupAsked, call.body);
    const expires =
      properties.recoveryPointExpiryTimeInUTC ?? new Date(now() + 30 * 86_400_000).toISOString();
    if (Date.parse(expires) <= now())
      throw new ArmError(
        400,
        'UserErrorInvalidRecoveryPointExpiryTime',
        'The expiry time has to be in the future.',
      );
    if (row.properties.protectionState === 'ProtectionStopped')
      throw new ArmError(400, 'UserErrorProtectionStopped', 'Protection of the item is stopped.');
    if (jobs.some((job) => job.item === row.id && job.status === 'InProgress'))
      throw new ArmError(
        409,
        'UserErrorBackupOperationInProgress',
        'Unable to initiate backup as another backup operation is currently in progress.',
      );
    const name = randomUUID();
    const job: Job = {
      id: `${/^.*?\/vaults\/[^/]+/.exec(row.id)?.[0]}/backupJobs/${name}`,
      name,
      item: row.id,
      friendlyName: String(row.properties.friendlyName),
      startedAt: now(),
      endedAt: undefined,
      status: 'InProgress',
      failure: undefined,
      expires,
    };
    jobs.push(job);
    changed();
    work.begin(20, (failure) => {
      job.status = failure ? 'Failed' : 'Completed';
      job.failure = failure;
      job.endedAt = now();
    });
    // The operation ends when the job is begun; the job goes on.
    const operation = work.begin(1, () => undefined, {
      objectType: 'OperationStatusJobExtendedInfo',
      jobId: name,
    });
    const path = `${row.id.split('/').map(encodeURIComponent).join('/')}/operationsStatus`;
    return work.accepted(call, path, operation);
  }

  return {
    routes: [
      {
        method: 'POST',
        path: '/subscriptions/{subscription}/providers/Microsoft.RecoveryServices/locations/{location}/backupStatus',
        apiVersions: versions,
        action: 'Microsoft.RecoveryServices/locations/backupStatus/action',
        answer(call) {
          const { resourceId } = read(statusAsked, call.body);
          const row = [...items().values()].find(
            ({ properties }) =>
              String(properties.sourceResourceId).toLowerCase() === resourceId.toLowerCase(),
          );
          return { status: 200, body: row ? statusOf(row) : { protectionStatus: 'NotProtected' } };
        },
      },
      {
        method: 'GET',
        path: vault,
        apiVersions: versions,
        action: 'Microsoft.RecoveryServices/vaults/read',
        answer: (call) => ({
          status: 200,
          body: { ...resourceOf(found(vaults, call)), type: 'Microsoft.RecoveryServices/vaults' },
        }),
      },
      {
        method: 'GET',
        path: item,
        apiVersions: versions,
        action: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/read',
        answer(call) {
          return { status: 200, body: resourceOf(found(items(), call)) };
        },
      },
      {
        method: 'POST',
        path: `${item}/backup`,
        apiVersions: versions,
        action:
          'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/backup/action',
        answer: begin,
      },
      {
        ...work.operationRoute(`${item}/operationsStatus`, versions),
        action:
          'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/operationsStatus/read',
      },
      {
        method: 'GET',
        path: `${vault}/backupJobs`,
        apiVersions: versions,
        action: 'Microsoft.RecoveryServices/vaults/backupJobs/read',
        answer(call) {
          const path = decodeURIComponent(call.url.pathname).toLowerCase();
          const fits = jobFilter(call.url.searchParams.get('$filter'));
          const value = jobs
            .filter((job) => job.id.toLowerCase().startsWith(`${path}/`) && fits(job))
            .reverse();
          return { status: 200, body: { value: value.map(shownJob) } };
        },
      },
      {
        method: 'GET',
        path: `${vault}/backupJobs/{job}`,
        apiVersions: versions,
        action: 'Microsoft.RecoveryServices/vaults/backupJobs/read',
        answer: (call) => ({
          status: 200,
          body: shownJob(found(new Map(jobs.map((job) => [job.id.toLowerCase(), job])), call)),
        }),
      },
    ],
    rows: () => [...items().values()].filter(({ id }) => jobs.some((job) => job.item === id)),
    state: () => jobs.map(({ name, item, status, expires }) => ({ name, item, status, expires })),
  };
}

function statusOf({ id, properties }: GraphRow) {
  const [vaultId, fabricName, containerName, protectedItemName] = id.split(
    /\/(?:backupFabrics|protectionContainers|protectedItems)\//,
  );
  const { policyName } = properties;
  return { protectionStatus: 'Protected', vaultId, fabricName, containerName, protectedItemName, policyName };
}
