import { z } from 'zod';
import { Malformed } from '../errors.ts';
import type { Instant, Severity } from '../incident/alert.ts';
import { safeParse } from '../safe-parse.ts';

/** Pieces that the payloads of all sources are read with. */

/** Reads `value` by `schema`, or says in one sentence where it is not what it should be. */
export function read<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const { data, error } = safeParse(schema, value);
  if (!error) return data;
  const faults = error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  throw new Malformed(`${what}: ${faults.join('; ')}.`.slice(0, 500));
}

/** At most `limit` code points. PostgreSQL's jsonb takes neither NUL nor half a surrogate pair. */
export function trimTo(text: string, limit: number): string {
  const whole = text.replaceAll('\0', '').toWellFormed().trim();
  if (whole.length <= limit) return whole;
  const points = Array.from(whole.slice(0, limit * 2 + 2));
  return points.length <= limit ? whole : `${points.slice(0, limit - 1).join('')}…`;
}

/** Text that must be there. */
export function required(limit: number) {
  return z
    .string()
    .transform((text) => trimTo(text, limit))
    .refine((text) => text !== '', 'must not be empty');
}

/** Text that may be absent, null or of a wrong shape: then it is empty, for it does not carry the alert. */
export function optional(limit: number) {
  return z
    .string()
    .catch('')
    .transform((text) => trimTo(text, limit));
}

/** Short texts; what is no text among them is left out. */
export function texts(count: number, limit: number) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((entries) => {
      const found = entries.filter((entry) => typeof entry === 'string').map((entry) => trimTo(entry, limit));
      return [...new Set(found.filter(Boolean))].slice(0, count);
    });
}

/** A list whose entries are read one by one later. */
export const list = z.array(z.unknown()).catch([]);

/** Fields of an object; empty where it is none. */
export const fields = z.record(z.string(), z.unknown()).catch({});

/**
 * A time, `undefined` where it is absent. .NET writes the year 1 for "never", and years outside of four digits
 * would not sort as text.
 */
export const time = z
  .string()
  .nullish()
  .transform((text, context): Instant | undefined => {
    if (!text) return undefined;
    // Without a zone Azure means UTC; Date would take it for local time.
    const zoned = /T/.test(text) && !/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? `${text}Z` : text;
    const at = new Date(zoned);
    if (Number.isNaN(at.getTime())) {
      context.addIssue({ code: 'custom', message: 'is not a time' });
      return undefined;
    }
    const year = at.getUTCFullYear();
    return year >= 1970 && year <= 9999 ? at.toISOString() : undefined;
  });

// No object: `__proto__` and `constructor` are words that every object knows.
const severities = new Map<string, Severity>([
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['informational', 'informational'],
  ['information', 'informational'],
]);

export const severity = z.string().transform((text, context): Severity => {
  const found = severities.get(text.trim().toLowerCase());
  if (found) return found;
  context.addIssue({ code: 'custom', message: 'is none of High, Medium, Low, Informational' });
  return z.NEVER;
});

/** A field that some feeds send as JSON and others as text holding JSON. */
export function unwrap(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The earlier and the later of the times that are known; `undefined` where none is. */
export function span(...times: (Instant | undefined)[]): { first: Instant; last: Instant } | undefined {
  const known = times.filter((at) => at !== undefined).sort();
  const [first] = known;
  const last = known.at(-1);
  return first && last ? { first, last } : undefined;
}
