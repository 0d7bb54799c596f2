import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Instant } from '../../incident/alert.ts';
import { kqlString } from '../../kql/escape.ts';
import { instant, readRows, text, typeIn } from '../azure/rows.ts';

/** A copy of a resource in a vault. */
export interface Backup {
  /** Resource Manager id of the vault, in lower case. */
  vault: string;
  /** `DailyPolicy`; may be empty. */
  policy: string;
  /** What Azure calls it: `Protected`, `ProtectionStopped`. */
  state: string;
  /** It is made again and again; a copy that was stopped stays as old as it is. */
  isMade: boolean;
  lastPoint: Instant | undefined;
  /** `Completed`, `Failed`; empty where none was made yet. */
  lastStatus: string;
  lastTry: Instant | undefined;
  isDeleted: boolean;
  /** Until when a deleted one can be undeleted. */
  goneAt: Instant | undefined;
}

const items = 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems';
const instances = 'microsoft.dataprotection/backupvaults/backupinstances';

const jobs = 'microsoft.dataprotection/backupvaults/backupjobs';

/**
 * Its items in Recovery Services vaults and its instances in Backup vaults, which spell alike things differently; the
 * latter do not tell when they were last made, their jobs do:
 * https://learn.microsoft.com/azure/backup/query-backups-using-azure-resource-graph
 */
export const backupTypes = [items, instances, jobs];
export const isBackupOf = (id: string): string =>
  `coalesce(tostring(properties.sourceResourceId), tostring(properties.dataSourceInfo.resourceID), tostring(properties.dataSourceInfo.resourceId), tostring(properties.dataSourceId)) =~ ${kqlString(id)} and (type !~ "${jobs}" or tostring(properties.operationCategory) =~ "Backup")`;
export const isJob = `type =~ "${jobs}"`;

export const backupColumns =
  'policy = coalesce(tostring(properties.policyName), tostring(properties.policyInfo.policyId)), state = coalesce(tostring(properties.protectionState), tostring(properties.currentProtectionState)), lastPoint = tostring(properties.lastRecoveryPoint), lastStatus = tostring(properties.lastBackupStatus), lastTry = tostring(properties.lastBackupTime), deleted = tostring(properties.isScheduledForDeferredDelete), goneAt = coalesce(tostring(properties.deferredDeleteTimeInUTC), tostring(properties.deletionInfo.scheduledPurgeTime)), status = tostring(properties.status), started = tostring(properties.startTime), ended = tostring(properties.endTime)';

const backupShape = z.object({
  type: typeIn(items, instances),
  id: text,
  policy: text,
  state: text,
  lastPoint: instant,
  lastStatus: text,
  lastTry: instant,
  deleted: text,
  goneAt: instant,
});
const jobShape = z.object({
  type: typeIn(jobs),
  id: text,
  status: text,
  started: instant,
  ended: instant,
});
const mostBackups = 20;

/** The one with the newest copy first; deleted ones last. */
export function readBackups(rows: readonly unknown[]): Backup[] {
  const done = readRows(jobShape, rows, rows.length).sort((a, b) =>
    (b.started ?? '').localeCompare(a.started ?? ''),
  );
  return readRows(backupShape, rows, rows.length)
    .slice(0, mostBackups)
    .map(({ id, policy, deleted, ...row }): Backup => {
      const vault = vaultOf(id);
      const ofVault = done.filter((job) => vaultOf(job.id) === vault);
      const [last] = ofVault;
      const good = ofVault.find(({ status }) => /^completed/i.test(status));
      const isDeleted = /^(true|1)$/i.test(deleted) || /^softdeleted$/i.test(row.state);
      return {
        vault,
        policy: lastSegment(policy),
        state: row.state,
        isMade: !isDeleted && /^(protected|protectionconfigured|irpending|protectionerror)$/i.test(row.state),
        lastPoint: row.lastPoint ?? good?.ended,
        lastStatus: row.lastStatus || last?.status || '',
        lastTry: row.lastTry ?? last?.started,
        isDeleted,
        goneAt: row.goneAt,
      };
    })
    .sort((a, b) => Number(a.isDeleted) - Number(b.isDeleted) || newest(b).localeCompare(newest(a)));
}

const newest = ({ lastPoint = '' }: Backup): string => lastPoint;

/** `/subscriptions/…/vaults/rsv-contoso/backupFabrics/…` → the part up to the vault's name. */
export const vaultOf = (id: string): string =>
  /^.*?\/(?:backup)?vaults\/[^/]+/.exec(id.toLowerCase())?.[0] ?? '';
