import { z } from 'zod';
import type { EnrichmentFact } from '../incident/enrichment.ts';

/** Pieces to read with what strangers say: nothing of it is missed, and all of it is bounded. */

/** Empty where it is absent or no text. */
export const text = (limit: number) =>
  z
    .string()
    .catch('')
    .transform((said) => bounded(said.trim(), limit));

/** The first texts of a list; what else stands there is left out. */
export const texts = (count: number, limit: number) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((all) =>
      all
        .slice(0, count)
        .filter((one) => typeof one === 'string')
        .map((one) => bounded(one.trim(), limit))
        .filter(Boolean),
    );

export const flag = z.boolean().catch(false);

/** A number of something; absent where it is none. */
export const count = z.number().int().nonnegative().optional().catch(undefined);

/** When something was, from seconds since 1970 or a text; absent where no calendar has it. */
export const moment = z
  .union([z.number().transform((seconds) => seconds * 1000), z.string()])
  .optional()
  .catch(undefined)
  .transform((said) => {
    if (said === undefined) return undefined;
    const at = new Date(said);
    return Number.isNaN(at.getTime()) ? undefined : at;
  });

export function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).toWellFormed()}…`;
}

/** Facts of which there is something to say. */
export function facts(...all: [label: string, said: string | Date | number | undefined][]): EnrichmentFact[] {
  return all.flatMap(([label, said]) => {
    if (said === undefined || said === '') return [];
    return said instanceof Date
      ? [{ label, value: '', at: said.toISOString() }]
      : [{ label, value: String(said) }];
  });
}
