import type { z } from 'zod';
import { isPlainId } from '../../azure/resource-id.ts';
import type { Work, Writer } from '../../azure/writer.ts';
import { FarSideError, Refused } from '../../errors.ts';
import { type Subject, subjectName } from '../../incident/enrichment.ts';
import { safeParse } from '../../safe-parse.ts';

/** Something itself and nothing within it: `…/virtualMachines/web-01`, and not an extension of it. */
const types = {
  machine:
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/virtualMachines\/[^/]+$/i,
  storage:
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i,
  vault: /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/i,
};
type ResourceType = keyof typeof types;
const called = { machine: 'virtual machine', storage: 'storage account', vault: 'key vault' } as const;

export function isOf(subject: Subject, type: ResourceType): boolean {
  return 'resourceId' in subject && types[type].test(subject.resourceId) && isPlainId(subject.resourceId);
}

/** Its Resource Manager id, which may stand in an address. Throws `Refused` where it is nothing of this type. */
export function resourceIdOf(subject: Subject, type: ResourceType): string {
  if ('resourceId' in subject && isOf(subject, type)) return subject.resourceId;
  throw new Refused(
    `${subjectName(subject)} is not known as a ${called[type]} in Azure. Name it by its resource id.`,
  );
}

/** What Resource Manager tells of a resource. Throws `Refused` where there is none, `FarSideError` where it cannot be read. */
export async function readResource<T extends z.ZodType>(
  arm: Writer,
  path: string,
  shape: T,
  { missing, signal }: { missing: string; signal: AbortSignal },
): Promise<z.output<T>> {
  const body = await arm.get(path, { signal }).catch((error: unknown) => {
    if (error instanceof FarSideError && error.reason === 'not-found') throw new Refused(missing);
    throw error;
  });
  return readAs(shape, body);
}

export function readAs<T extends z.ZodType>(shape: T, body: unknown): z.output<T> {
  const { data, error } = safeParse(shape, body);
  if (error === undefined) return data as z.output<T>;
  const [issue] = error.issues;
  throw new FarSideError(
    'azure',
    'rejected',
    `Azure's answer could not be understood: ${issue?.path.join('.')} ${issue?.message}.`,
  );
}

/** One look at work that Azure does; `undefined` where Azure forgot it, which it does after a day or so. */
export async function look(arm: Writer, operation: string, signal: AbortSignal): Promise<Work | undefined> {
  try {
    return await arm.watch(operation, { signal });
  } catch (error) {
    if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
    throw error;
  }
}
