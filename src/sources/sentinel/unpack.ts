import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import type { Push } from '../source.ts';
import { workspaceOf } from './address.ts';

const several = z.union([
  z.array(z.unknown()),
  z.object({ value: z.array(z.unknown()) }).transform(({ value }) => value),
]);
const trigger = z.object({ object: z.object({ id: z.string() }) }).transform(({ object }) => object.id);
const bare = z.object({ id: z.string() }).transform(({ id }) => id);
const idOf = z.union([trigger, bare]);

/**
 * The incidents of a push, by address only: an automation rule signs nothing and comes minutes late, so the incident
 * is read anew. Takes the body of the incident trigger, an incident of the REST API, and lists of both.
 */
export function unpackSentinel(body: unknown): Push[] {
  const { data } = several.safeParse(body);
  return (data ?? [body]).map((payload, index) => {
    const address = idOf.safeParse(payload).data;
    if (address && workspaceOf(address)) return { kind: 'address', address };
    const where = data ? `entry ${index}` : 'the whole';
    throw new Malformed(
      `The push from Sentinel: ${where}: names no incident. Send the body of the incident trigger.`,
    );
  });
}
