import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { Wishes } from './rest.ts';

/** Asks Graph with GET; the path is seen from the endpoint. */
export type Ask = (path: string, wishes: Wishes) => Promise<unknown>;

/** Longer than any name; whoever made it longer did not mean it to be read. */
const longestText = 300;

/** Text that the directory may leave out; empty then. */
export const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => (value ?? '').slice(0, longestText).toWellFormed());

/** A time in UTC; `undefined` where it is none. Graph writes up to seven digits of a second. */
export const instant = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => {
    const time = Date.parse(value ?? '');
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  });

export const place = z
  .object({ city: text, countryOrRegion: text })
  .nullish()
  .catch(null)
  .transform((value) => [value?.city, value?.countryOrRegion].filter(Boolean).join(', '));

export function read<T extends z.ZodType>(shape: T, answer: unknown): z.output<T> {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  const lacking = parsed.error.issues.map(({ path }) => path.join('.')).slice(0, 3);
  throw new FarSideError(
    'azure',
    'rejected',
    `Graph answered without ${lacking.filter(Boolean).join(', ') || 'what was asked for'}.`,
  );
}

/** The first page of a list: rows that cannot be read are left out. */
export function readList<T extends z.ZodType>(shape: T, answer: unknown): z.output<T>[] {
  const { value } = read(z.object({ value: z.array(z.unknown()) }), answer);
  return value.flatMap((row) => {
    const parsed = shape.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
}

/** A text within a filter: `'o''hara'`. */
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
