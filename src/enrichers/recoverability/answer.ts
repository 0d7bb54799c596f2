import type { Instant } from '../../incident/alert.ts';
import type { Trait } from '../../incident/enrichment.ts';
import { counted, day } from '../azure/words.ts';
import { ago } from '../figures.ts';
import type { Backup } from './backups.ts';
import type { AskedBlobs, Blobs } from './blobs.ts';
import type { OwnCopies } from './own-copies.ts';
import { isCritical, type Replica } from './replicas.ts';
import type { Vault } from './vaults.ts';

/** All that is known of how a resource could come back. */
export interface Recovery {
  backups: Backup[];
  vaults: Vault[];
  replica: Replica | undefined;
  blobs: AskedBlobs | undefined;
  own: OwnCopies | undefined;
}

/** Backups are made daily as a rule; a second day without one is no rule. */
const freshHours = 36;

/** Can we get it back? The first way that holds, in words. */
export function answer(recovery: Recovery, now: Date): string {
  const { own, blobs, backups, replica } = recovery;
  const kept = blobs && !('unknown' in blobs) ? keptBlobs(blobs) : '';
  if (kept) return `Yes: ${kept}.`;
  if (own?.says) return `Yes: ${own.says}.`;
  const point = newestPoint(backups);
  const nothingKept =
    blobs && !('unknown' in blobs) ? ' Soft delete and versioning of its blobs are off.' : '';
  if (point) return `${fromBackup(point, now)}${nothingKept}${deletedWarning(backups)}`;
  if (replica?.canFailOver)
    return 'Only by failing over: no backup is known, and a replica follows whatever an attacker changes.';
  const [deleted] = backups.filter(({ isDeleted }) => isDeleted);
  if (deleted)
    return `Only by undeleting its backup${deleted.goneAt ? ` before ${day(deleted.goneAt)}` : ''}: somebody deleted it.`;
  if (blobs && 'unknown' in blobs) return `Not known: no backup is known. Blobs: ${blobs.unknown}.`;
  if (own?.isKept)
    return 'Not known: its service keeps copies of its own, and does not tell how old they are.';
  if (backups.length > 0) return 'No: it is to be backed up, but there is no recovery point yet.';
  return nothingKept
    ? `No: no backup is known.${nothingKept}`
    : 'No: neither a backup nor a replica is known.';
}

function keptBlobs({ softDelete, isVersioned, restore }: Blobs): string {
  if (restore !== undefined)
    return `its blobs can be set back to any moment of the last ${counted(restore, 'day')}`;
  if (softDelete !== undefined)
    return `blobs deleted in the last ${counted(softDelete, 'day')} can be undeleted`;
  return isVersioned ? 'older versions of its blobs are kept' : '';
}

function fromBackup(point: Instant, now: Date): string {
  const age = ago(point, now);
  return isFresh(point, now)
    ? `Yes: the last recovery point was made ${age}.`
    : `Only as it was ${age}: no newer recovery point is known.`;
}

const isFresh = (point: Instant, now: Date): boolean =>
  now.getTime() - Date.parse(point) < freshHours * 3_600_000;

const newestPoint = (backups: Backup[]): Instant | undefined =>
  backups.flatMap(({ lastPoint, isDeleted }) => (isDeleted ? [] : (lastPoint ?? [])))[0];

const deletedWarning = (backups: Backup[]): string =>
  backups.some(({ isDeleted }) => isDeleted) ? ' Another backup of it was deleted.' : '';

export function traitsOf(recovery: Recovery, now: Date): Trait[] {
  const { backups, vaults, replica, blobs, own } = recovery;
  return [
    ...deletedTraits(backups),
    ...blobTraits(blobs),
    ...backupTraits(backups, own?.isKept === true, now),
    ...vaultTraits(vaults),
    ...(replica && [replica.health, replica.failoverHealth].some(isCritical)
      ? [{ chip: 'replica broken', says: 'has a replica that cannot take over', tone: 'warning' } as const]
      : []),
  ];
}

const deletedTraits = (backups: Backup[]): Trait[] =>
  backups.some(({ isDeleted }) => isDeleted)
    ? [{ chip: 'backup deleted', says: 'had its backup deleted', tone: 'bad' }]
    : [];

function blobTraits(blobs: AskedBlobs | undefined): Trait[] {
  if (!blobs || 'unknown' in blobs || blobs.softDelete !== undefined) return [];
  return [
    { chip: 'soft delete off', says: 'has soft delete off', tone: blobs.isVersioned ? 'warning' : 'bad' },
  ];
}

function backupTraits(backups: Backup[], hasOwn: boolean, now: Date): Trait[] {
  const live = backups.filter(({ isDeleted }) => !isDeleted);
  const point = newestPoint(live);
  if (!point)
    return hasOwn || backups.length > live.length
      ? []
      : [{ chip: 'no backup', says: 'has no backup', tone: 'warning' }];
  const age = ago(point, now);
  const stopped = live.every(({ isMade }) => !isMade);
  const traits: Trait[] = isFresh(point, now)
    ? [{ chip: `backup ${age}`, says: `was backed up ${age}`, tone: 'good' }]
    : [
        {
          chip: `backup ${age.replace(/ ago$/, ' old')}`,
          says: `was last backed up ${age}`,
          tone: 'warning',
        },
      ];
  if (stopped) traits.unshift({ chip: 'backups stopped', says: 'is not backed up any more', tone: 'bad' });
  else if (live.some(({ lastStatus }) => hasFailed(lastStatus)))
    traits.unshift({ chip: 'last backup failed', says: 'could not be backed up last time', tone: 'warning' });
  return traits;
}

const hasFailed = (status: string): boolean => /fail|unhealthy|error/i.test(status);

const vaultTraits = (vaults: Vault[]): Trait[] =>
  vaults.some(({ softDelete }) => softDelete === 'off')
    ? [
        {
          chip: 'vault: soft delete off',
          says: 'is backed up to a vault whose soft delete is off',
          tone: 'warning',
        },
      ]
    : [];
