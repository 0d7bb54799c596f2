import type { z } from 'zod';
import { pathOf, read } from '../../azure/network-answer.ts';
import type { Rest } from '../../azure/rest.ts';
import { FarSideError } from '../../errors.ts';

/** What stands under an id, by its shape; `undefined` where nothing does. */
export async function readIfThere<T extends z.ZodType>(
  arm: Rest,
  id: string,
  shape: T,
  signal: AbortSignal,
): Promise<z.output<T> | undefined> {
  const answer = await ifThere(arm.get(pathOf(id), { signal }));
  return answer === undefined ? undefined : read(shape, answer);
}

/** `undefined` where there is no such thing; every other failure is thrown on. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
    throw error;
  }
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations#provisioningstate-values */
interface Provisioned {
  provisioningState: string;
}

/** Azure is at it: `Updating`, `Deleting`. */
export const isBusy = ({ provisioningState }: Provisioned): boolean =>
  !['', 'succeeded', 'failed', 'canceled'].includes(provisioningState.toLowerCase());

/** What was asked for is written down, and not carried out. */
export const hasFailed = ({ provisioningState }: Provisioned): boolean =>
  ['failed', 'canceled'].includes(provisioningState.toLowerCase());
