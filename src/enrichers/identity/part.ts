import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';

/** What one question of several has told. */
export interface Part {
  traits?: Trait[];
  /** What decides. */
  facts?: EnrichmentFact[];
  /** What is good to know beside it. */
  background?: EnrichmentFact[];
}

/** What is there of these, with a comma between. */
export const withCommas = (...texts: (string | false | undefined)[]): string =>
  texts.filter(Boolean).join(', ');
