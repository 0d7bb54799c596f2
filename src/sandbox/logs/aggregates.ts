import type { Aggregate, Aggregated } from './aggregates/aggregate.ts';
import { collecting } from './aggregates/collecting.ts';
import { counting } from './aggregates/counting.ts';
import { picking } from './aggregates/picking.ts';
import { quantiles } from './aggregates/quantiles.ts';
import { summing } from './aggregates/summing.ts';
import type { Call } from './context.ts';
import { KqlError } from './kql-error.ts';

/** Aggregates by name. */
export const aggregates: Record<string, Aggregate> = {
  ...counting,
  ...summing,
  ...collecting,
  ...picking,
  ...quantiles,
};

export const isAggregate = (name: string) => Object.hasOwn(aggregates, name);

/** What a call of an aggregate makes of the rows of a group. */
export function aggregated(call: Call): Aggregated {
  const found = aggregates[call.name];
  if (!found) throw new KqlError(`Unknown aggregate: '${call.name}'.`, call.node.start);
  return found(call.node.at('ArgumentList').all('Expressions'), call);
}
