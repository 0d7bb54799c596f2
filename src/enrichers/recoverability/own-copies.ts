import { z } from 'zod';
import type { Place } from '../azure/place.ts';
import { instant, number, text } from '../azure/rows.ts';
import { isSame, type Thing } from '../azure/things.ts';
import { counted, day } from '../azure/words.ts';

/** A resource as Azure shows it to us, and the copies that its service makes by itself, without any vault. */
export interface OwnCopies {
  /** `to any moment since 2026-11-09`; empty where it does not tell. */
  says: string;
  /** Its service makes copies, whatever it tells. */
  isKept: boolean;
}

/** Services that keep copies of their own, and which property tells of them. */
const keepers = new Set([
  'microsoft.sql/servers/databases',
  'microsoft.dbforpostgresql/flexibleservers',
  'microsoft.dbformysql/flexibleservers',
  'microsoft.documentdb/databaseaccounts',
  'microsoft.keyvault/vaults',
]);
export const keepsOwnCopies = ({ type }: Place): boolean => keepers.has(type);

const bag = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((said) => (typeof said === 'object' && said !== null ? said : {}), z.object(shape));
const yes = z.boolean().catch(false);

const propertiesShape = bag({
  earliestRestoreDate: instant,
  backup: bag({ earliestRestoreDate: instant, backupRetentionDays: number }),
  backupPolicy: bag({
    type: text,
    continuousModeProperties: bag({ tier: text }),
    periodicModeProperties: bag({ backupRetentionIntervalInHours: number }),
  }),
  enableSoftDelete: yes,
  softDeleteRetentionInDays: number,
  enablePurgeProtection: yes,
});

/** `undefined` where it is not there, or not for us to see: then the lack of a backup tells nothing. */
export function readOwnCopies(things: readonly Thing[], place: Place): OwnCopies | undefined {
  const thing = things.find(({ id }) => isSame(id, place.id));
  return thing && { says: inWords(thing), isKept: keepsOwnCopies(place) };
}

function inWords({ properties }: Thing): string {
  const said = propertiesShape.parse(properties);
  const { backup, backupPolicy: policy } = said;
  const since = said.earliestRestoreDate ?? backup.earliestRestoreDate;
  if (since) return `to any moment since ${day(since)}`;
  const days = backup.backupRetentionDays;
  if (days) return `to any moment of the last ${counted(days, 'day')}`;
  // https://learn.microsoft.com/azure/cosmos-db/continuous-backup-restore-introduction
  if (/^continuous$/i.test(policy.type))
    return `to any moment of the last ${/7/.test(policy.continuousModeProperties.tier) ? '7' : '30'} days`;
  const hours = policy.periodicModeProperties.backupRetentionIntervalInHours;
  if (hours) return `by a request to Microsoft, from copies of the last ${counted(hours, 'hour')}`;
  if (!said.enableSoftDelete) return '';
  const kept = said.softDeleteRetentionInDays
    ? `for ${counted(said.softDeleteRetentionInDays, 'day')}`
    : 'for a while';
  const who = said.enablePurgeProtection ? 'nobody can' : 'whoever may purge can';
  return `what was deleted is kept ${kept}, and ${who} end that`;
}
