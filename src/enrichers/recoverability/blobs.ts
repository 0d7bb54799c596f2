import { z } from 'zod';
import type { Rest } from '../../azure/rest.ts';
import { FarSideError } from '../../errors.ts';
import type { EnrichmentFact } from '../../incident/enrichment.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Place } from '../azure/place.ts';
import { instant, readRows, text } from '../azure/rows.ts';
import { counted } from '../azure/words.ts';

/** What a storage account itself keeps of blobs that are deleted or overwritten. */
export interface Blobs {
  /** Days that a deleted blob can be undeleted; absent where soft delete is off. */
  softDelete: number | undefined;
  containerSoftDelete: number | undefined;
  isVersioned: boolean;
  /** Days that all block blobs can be set back by. */
  restore: number | undefined;
  /** Names of containers whose blobs nobody can delete or change for now. */
  immutable: string[];
  deleted: { name: string; days: number }[];
}

/** Why it is not known, in words, where it is not. */
export type AskedBlobs = Blobs | { unknown: string };

/** https://learn.microsoft.com/rest/api/storagerp/blob-services/get-service-properties */
const version = 'api-version=2023-05-01';

/** A missing right or account is an answer; what may pass is thrown. */
export async function askBlobs({ id }: Place, arm: Rest, signal: AbortSignal): Promise<AskedBlobs> {
  const service = `${id.split('/').map(encodeURIComponent).join('/')}/blobServices/default`;
  try {
    const [settings, containers] = await Promise.all([
      arm.get(`${service}?${version}`, { signal }),
      arm.get(`${service}/containers?${version}&$include=deleted`, { signal }),
    ]);
    return readBlobs(settings, containers);
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    // Premium file shares have no blobs, and are told apart by this code alone: the status is 400 or 409.
    if (error.reason === 'not-found' || error.message.includes('FeatureNotSupportedForAccount'))
      return { unknown: 'the account has no blobs' };
    if (error.reason === 'auth')
      return { unknown: 'not allowed: Microsoft.Storage/storageAccounts/blobServices/read' };
    throw error;
  }
}

const policy = z
  .object({ enabled: z.boolean().catch(false), days: z.number().optional().catch(undefined) })
  .transform(({ enabled, days }) => (enabled ? (days ?? 0) : undefined))
  .optional()
  .catch(undefined);
const isOn = z.boolean().catch(false);

const settingsShape = z.object({
  properties: z.object({
    deleteRetentionPolicy: policy,
    containerDeleteRetentionPolicy: policy,
    restorePolicy: policy,
    isVersioningEnabled: isOn,
  }),
});
const containersShape = z.object({ value: z.array(z.unknown()).catch([]) }).catch({ value: [] });
const containerShape = z.object({
  name: text,
  properties: z.object({
    hasImmutabilityPolicy: isOn,
    hasLegalHold: isOn,
    deleted: isOn,
    deletedTime: instant,
    remainingRetentionDays: z.number().catch(0),
  }),
});
/** A page of the vendor's is 5,000 long; a screen shows ten. */
const mostContainers = 1_000;

function readBlobs(settings: unknown, list: unknown): AskedBlobs {
  const { data } = safeParse(settingsShape, settings);
  if (!data) return { unknown: 'Azure answered with something else' };
  const { deleteRetentionPolicy, containerDeleteRetentionPolicy, restorePolicy, isVersioningEnabled } =
    data.properties;
  const containers = readRows(
    containerShape,
    safeParse(containersShape, list).data?.value ?? [],
    mostContainers,
  );
  return {
    softDelete: deleteRetentionPolicy,
    containerSoftDelete: containerDeleteRetentionPolicy,
    isVersioned: isVersioningEnabled,
    restore: restorePolicy,
    immutable: containers
      .filter(
        ({ properties: { hasImmutabilityPolicy, hasLegalHold } }) => hasImmutabilityPolicy || hasLegalHold,
      )
      .map(({ name }) => name),
    deleted: containers
      .filter(({ properties }) => properties.deleted)
      .map(({ name, properties }) => ({ name, days: properties.remainingRetentionDays })),
  };
}

export function blobFacts(blobs: AskedBlobs): EnrichmentFact[] {
  if ('unknown' in blobs) return [{ label: 'Blobs', value: blobs.unknown }];
  const { softDelete, containerSoftDelete, isVersioned, restore, immutable, deleted } = blobs;
  const kept = (days: number | undefined) => (days === undefined ? 'off' : `on, ${counted(days, 'day')}`);
  return [
    { label: 'Blob soft delete', value: kept(softDelete) },
    { label: 'Container soft delete', value: kept(containerSoftDelete) },
    { label: 'Versioning', value: isVersioned ? 'on' : 'off' },
    { label: 'Point-in-time restore', value: kept(restore) },
    { label: 'Immutable containers', value: immutable.slice(0, 10).join(', ') || 'none' },
    ...deleted.slice(0, 5).map(({ name, days }) => ({
      label: 'Deleted container',
      value: `${name}, can be undeleted for ${counted(days, 'more day')}`,
    })),
  ];
}
