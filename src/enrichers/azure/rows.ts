import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';

/** The first rows of these that can be read; one that cannot says nothing. */
export function readRows<T extends z.ZodType>(
  schema: T,
  rows: readonly unknown[],
  most: number,
): z.output<T>[] {
  return rows.slice(0, most).flatMap((row) => {
    const { data } = safeParse(schema, row);
    return data === undefined ? [] : [data];
  });
}

/** The type of a row that is one of these, in any case; a query may give rows of several, and each has its reader. */
export const typeIn = (...types: readonly string[]) =>
  z.string().refine((said) => types.includes(said.toLowerCase()));

/** Empty where nothing readable stands. */
export const text = z
  .string()
  .trim()
  .catch('')
  .transform((said) => said.slice(0, longestText));
const longestText = 300;

/** An instant, or `undefined`. Azure writes seven decimals, and the year 1 where nothing has happened yet. */
export const instant = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((said) => {
    const at = new Date(said ?? '');
    return at.getUTCFullYear() > 1970 ? at.toISOString() : undefined;
  });

/** A number, also one that comes as text, or `undefined`. */
export const number = z
  .union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())])
  .nullish()
  .catch(undefined)
  .transform((said) => said ?? undefined);
