import { z } from 'zod';
import { isPlainId, lastSegment } from '../../azure/resource-id.ts';
import type { Writer } from '../../azure/writer.ts';
import { FarSideError } from '../../errors.ts';
import type { Prospect } from '../playbook.ts';
import { readAs } from './azure-resource.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** The copy of a machine in a Recovery Services vault. */
export interface Recovery {
  /** Path of the copy, and of its vault, which may stand in an address. */
  item: string;
  vault: string;
  /** `Protected`, `ProtectionStopped`. */
  state: string;
  /** `undefined` where none was made yet. */
  lastPoint: Date | undefined;
  isDeleted: boolean;
  /** `soft delete on, immutable and locked`. */
  safety: string;
}

/** https://learn.microsoft.com/rest/api/backup/protected-items/get */
export const backupVersion = '2024-04-01';

/** What is lost where a machine is lost, for the look of whatever may destroy it; says so where it may not be known. */
export async function recoveryFacts(
  arm: Writer,
  machine: VirtualMachine,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<Prospect['facts']> {
  try {
    const recovery = await recoveryOf(arm, machine, signal);
    if (!recovery) return [{ label: 'Last recovery point', value: 'none: it is not backed up' }];
    return [
      { label: 'Last recovery point', value: pointInWords(recovery, now) },
      { label: 'Vault', value: `${lastSegment(recovery.vault)}: ${recovery.safety}` },
    ];
  } catch (error) {
    // Whoever decides is told; an attack does not wait for Azure Backup.
    if (!(error instanceof FarSideError)) throw error;
    const why = error.reason === 'auth' ? 'Watchfloor may not read its backups' : 'Azure Backup did not tell';
    return [{ label: 'Last recovery point', value: `not known: ${why}` }];
  }
}

/** `6 h ago`; a copy that was deleted can be had back for some days. */
export function pointInWords({ lastPoint, isDeleted }: Recovery, now: Date): string {
  if (!lastPoint) return 'none yet';
  const hours = Math.floor((now.getTime() - lastPoint.getTime()) / 3_600_000);
  const age = hours < 48 ? `${Math.max(0, hours)} h ago` : `${Math.floor(hours / 24)} d ago`;
  return isDeleted ? `${age}, but somebody deleted the backup: undelete it first` : age;
}

/** `undefined` where it is not backed up. Not from Resource Graph, which hears of a backup minutes late. */
export async function recoveryOf(
  arm: Writer,
  machine: VirtualMachine,
  signal: AbortSignal,
): Promise<Recovery | undefined> {
  const [, , subscription] = machine.id.split('/');
  // https://learn.microsoft.com/rest/api/backup/backup-status/get: a read, although it is a POST.
  const asked = await arm.post(
    `/subscriptions/${subscription}/providers/Microsoft.RecoveryServices/locations/${machine.location}/backupStatus?api-version=${backupVersion}`,
    { resourceType: 'VM', resourceId: machine.id },
    { signal },
  );
  const { vaultId, fabricName, containerName, protectedItemName } = readAs(statusShape, asked);
  if (!vaultId || !protectedItemName || !isPlainId(vaultId)) return undefined;
  const item = `${vaultId}/backupFabrics/${encodeURIComponent(fabricName)}/protectionContainers/${encodeURIComponent(containerName)}/protectedItems/${encodeURIComponent(protectedItemName)}`;
  const [kept, vault] = await Promise.all([
    arm.get(`${item}?api-version=${backupVersion}`, { signal }),
    arm.get(`${vaultId}?api-version=${backupVersion}`, { signal }),
  ]);
  const { lastRecoveryPoint, protectionState, isScheduledForDeferredDelete } = readAs(
    itemShape,
    kept,
  ).properties;
  return {
    item,
    vault: vaultId,
    state: protectionState,
    lastPoint: lastRecoveryPoint,
    isDeleted: isScheduledForDeferredDelete,
    safety: safetyOf(readAs(vaultShape, vault).properties.securitySettings),
  };
}

/** https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept */
function safetyOf({
  softDeleteSettings: soft,
  immutabilitySettings: immutable,
}: z.output<typeof security>): string {
  const isSoft = { enabled: 'on', alwayson: 'on', disabled: 'off' }[soft.softDeleteState.toLowerCase()];
  const isFixed = { locked: 'immutable and locked', unlocked: 'immutable, not locked' }[
    immutable.state.toLowerCase()
  ];
  return `soft delete ${isSoft ?? 'not known'}, ${isFixed ?? 'not immutable'}`;
}

const text = z
  .string()
  .nullish()
  .transform((said) => said ?? '');
/** Azure writes the year 1 or 2001 where no copy was made yet. */
const point = text.transform((said) => {
  const at = new Date(said);
  return at.getUTCFullYear() > 2001 ? at : undefined;
});

const statusShape = z.object({
  vaultId: text,
  fabricName: text,
  containerName: text,
  protectedItemName: text,
});
const itemShape = z.object({
  properties: z.object({
    lastRecoveryPoint: point,
    protectionState: text,
    isScheduledForDeferredDelete: z.boolean().nullish().transform(Boolean),
  }),
});
const security = z.object({
  softDeleteSettings: z.object({ softDeleteState: text }).catch({ softDeleteState: '' }),
  immutabilitySettings: z.object({ state: text }).catch({ state: '' }),
});
const nothing = { softDeleteSettings: { softDeleteState: '' }, immutabilitySettings: { state: '' } };
const vaultShape = z.object({ properties: z.object({ securitySettings: security.catch(nothing) }) });
