import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
import { moment, text } from '../said.ts';
import { readPattern } from '../stix-pattern.ts';
import type { IndicatorKind } from './indicator.ts';
import type { Reading } from './reading.ts';

const kinds: Record<string, IndicatorKind> = {
  'ipv4-addr:value': 'address',
  'ipv6-addr:value': 'address',
  'domain-name:value': 'domain',
  'url:value': 'url',
  'file:hashes.sha-256': 'sha256',
  'file:hashes.sha256': 'sha256',
};

export const bundle = z.object({ type: z.literal('bundle'), objects: z.array(z.unknown()) });
const indicator = z.object({
  type: z.literal('indicator'),
  pattern: z.string(),
  pattern_type: z.string().catch('stix'),
  name: text(200),
  description: text(200),
  valid_until: moment,
  revoked: z.boolean().catch(false),
});
const named = z.object({ type: z.string() });

/** The indicators of a STIX 2.1 bundle whose pattern is met by any one of what it names. */
export function readStix({ objects }: z.output<typeof bundle>, reading: Reading): void {
  for (const [at, object] of objects.entries()) {
    const where = `object ${at + 1}`;
    if (safeParse(named, object).data?.type !== 'indicator') continue;
    const { data } = safeParse(indicator, object);
    if (!data) {
      reading.fail(where, 'is an indicator without a pattern');
      continue;
    }
    const comparisons = data.pattern_type === 'stix' ? readPattern(data.pattern) : undefined;
    if (data.revoked || !comparisons) {
      reading.leave();
      continue;
    }
    const { name, description, valid_until: until } = data;
    const note = { description: name || description, source: '', until: until?.getTime() };
    for (const { path, value } of comparisons) {
      const kind = Object.hasOwn(kinds, path) ? kinds[path] : undefined;
      if (!kind) reading.leave();
      else if (!reading.take(where, value, kind, note)) return;
    }
  }
}
