import { z } from 'zod';
import { number, readRows, text } from '../azure/rows.ts';
import { counted } from '../azure/words.ts';
import type { Backup } from './backups.ts';

/** How well a vault keeps what it holds from whoever wants it gone. */
export interface Vault {
  /** Lower case. */
  id: string;
  name: string;
  softDelete: 'on' | 'off' | 'not known';
  /** How long what is deleted can be undeleted. */
  days: number | undefined;
  /** `locked` cannot be turned off any more. */
  immutable: 'locked' | 'on' | 'off';
  /** `GeoRedundant`. */
  redundancy: string;
}

/** Of all vaults by their ids. https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept */
export const vaultsById = `    resources
    | where type in~ ("microsoft.recoveryservices/vaults", "microsoft.dataprotection/backupvaults")
    | extend soft = properties.securitySettings.softDeleteSettings
    | project vault = tolower(id), vaultName = name, softDelete = coalesce(tostring(soft.softDeleteState), tostring(soft.state)), days = coalesce(tostring(soft.softDeleteRetentionPeriodInDays), tostring(soft.retentionDurationInDays)), immutable = tostring(properties.securitySettings.immutabilitySettings.state), redundancy = coalesce(tostring(properties.redundancySettings.standardTierStorageRedundancy), tostring(properties.storageSettings[0].type))`;

const rowShape = z.object({
  vault: text,
  vaultName: text,
  softDelete: text,
  days: number,
  immutable: text,
  redundancy: text,
});

/** Of these backups the vaults that may be seen, each once. */
export function readVaults(rows: readonly unknown[], backups: readonly Backup[]): Vault[] {
  const read = readRows(rowShape, rows, rows.length);
  return [...new Set(backups.map(({ vault }) => vault))].flatMap((id) => {
    const row = read.find(({ vault, vaultName }) => vault.toLowerCase() === id && vaultName !== '');
    return row ? [vaultOf(id, row)] : [];
  });
}

const vaultOf = (id: string, row: z.output<typeof rowShape>): Vault => ({
  id,
  name: row.vaultName,
  // Recovery Services vaults say Enabled and AlwaysON, Backup vaults say On and AlwaysOn.
  softDelete: /^(enabled|on|alwayson)$/i.test(row.softDelete)
    ? 'on'
    : /^(disabled|off)$/i.test(row.softDelete)
      ? 'off'
      : 'not known',
  days: row.days,
  immutable: /^locked$/i.test(row.immutable) ? 'locked' : /^unlocked$/i.test(row.immutable) ? 'on' : 'off',
  redundancy: row.redundancy,
});

/** `rsv-contoso: soft delete on (14 days), immutable and locked, GeoRedundant`. */
export function vaultInWords({ name, softDelete, days, immutable, redundancy }: Vault): string {
  const kept = softDelete === 'on' && days ? ` (${counted(days, 'day')})` : '';
  const fixed = { locked: 'immutable and locked', on: 'immutable, not locked', off: 'not immutable' }[
    immutable
  ];
  return [`${name}: soft delete ${softDelete}${kept}`, fixed, redundancy].filter(Boolean).join(', ');
}
