import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import { isPlainId } from './resource-id.ts';

/** Of Microsoft.Network: https://learn.microsoft.com/rest/api/virtualnetwork and /rest/api/network-watcher. */
export const networkVersion = '2024-05-01';

/**
 * A Resource Manager id as the path of a call. Ids come out of alerts: one that leads elsewhere is refused before
 * anything is sent.
 */
export function pathOf(id: string, { of = '', version = networkVersion } = {}): string {
  if (!isPlainId(id))
    throw new FarSideError('azure', 'rejected', 'That is no id of a resource; nothing was asked.');
  return `${id}${of}?api-version=${version}`;
}

/** Throws `FarSideError` where the answer has another form than it is documented to. */
export function read<T extends z.ZodType>(shape: T, answer: unknown): z.output<T> {
  const { data, success } = shape.safeParse(answer);
  if (success) return data;
  throw new FarSideError(
    'azure',
    'unavailable',
    'Azure answered about networks in another form than it is documented to.',
  );
}

export const text = z.string().catch('');
export const texts = z.array(z.string()).catch([]);
/** `{ id }`, as one resource refers to another; empty where it refers to none. */
export const reference = z
  .object({ id: z.string() })
  .transform(({ id }) => id)
  .catch('');
/** Those that can be read of a list. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item.nullable().catch(null))
    .catch([])
    .transform((all) => all.filter((each) => each !== null));
