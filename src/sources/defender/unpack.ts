import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import type { Push } from '../source.ts';

const many = z.union([
  z.array(z.unknown()),
  z.object({ value: z.array(z.unknown()) }).transform(({ value }) => value),
  z.object({ records: z.array(z.unknown()) }).transform(({ records }) => records),
]);
const one = z.record(z.string(), z.unknown());

/** Alerts of a push: one alone, a list, a REST page (`value`) or a batch of an event hub (`records`). */
export function unpackDefender(body: unknown): Push[] {
  const { data } = many.safeParse(body);
  const payloads = data ?? [body];
  for (const [index, payload] of payloads.entries()) {
    if (one.safeParse(payload).success) continue;
    throw new Malformed(`The push from Defender: ${data ? `entry ${index}` : 'the whole'}: is not an alert.`);
  }
  return payloads.map((payload) => ({ kind: 'payload', payload }));
}
