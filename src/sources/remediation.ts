import { z } from 'zod';
import { trimTo, unwrap } from './fields.ts';

/**
 * Steps as plain sentences, at most 20. They come as a list or as one text; entries may be JSON for a button of the
 * portal, of which only the words are kept, since its link or blade is nothing we may show.
 */
export function readRemediation(raw: unknown): string[] {
  const whole = unwrap(raw);
  const entries = Array.isArray(whole) ? whole : [whole];
  const steps = entries.flatMap(sentences).map((step) => trimTo(step, 1_000));
  return [...new Set(steps.filter((step) => step !== ''))].slice(0, 20);
}

const button = z.object({ displayValue: z.string() });

function sentences(entry: unknown): string[] {
  const step = unwrap(entry);
  if (typeof step === 'string') return step.split(/\r?\n/);
  const { data } = button.safeParse(step);
  return data ? [data.displayValue] : [];
}
