import { z } from 'zod';
import type { Writer } from '../../azure/writer.ts';
import { type Subject, subjectName } from '../../incident/enrichment.ts';
import { readResource, resourceIdOf } from './azure-resource.ts';

/** https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties */
export const storageVersion = '2023-05-01';

export const keyNames = ['key1', 'key2'] as const;
export type KeyName = (typeof keyNames)[number];

export interface StorageAccount {
  /** Resource Manager id. */
  id: string;
  name: string;
  /** Whether a key, or what was signed with one, opens it. */
  allowsKeys: boolean;
  /** When each key was made; empty where it is older than this is written down. Never the keys themselves. */
  madeAt: Record<KeyName, string>;
}

export async function readAccount(
  arm: Writer,
  target: Subject,
  signal: AbortSignal,
): Promise<StorageAccount> {
  const id = resourceIdOf(target, 'storage');
  const name = subjectName(target);
  const missing = `The storage account ${name} is not in Azure any more.`;
  const path = `${id}?api-version=${storageVersion}`;
  const { properties } = await readResource(arm, path, shape, { missing, signal });
  const { allowSharedKeyAccess, keyCreationTime } = properties;
  // Azure leaves it out until somebody sets it, and means yes.
  return { id, name, allowsKeys: allowSharedKeyAccess ?? true, madeAt: keyCreationTime };
}

const time = z
  .string()
  .nullish()
  .transform((said) => said ?? '');
const shape = z.object({
  properties: z.object({
    allowSharedKeyAccess: z.boolean().nullish(),
    keyCreationTime: z
      .object({ key1: time, key2: time })
      .nullish()
      .transform((times) => times ?? { key1: '', key2: '' }),
  }),
});
