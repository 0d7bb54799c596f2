import { type KustoNode, kindOf, nodesOf } from './kusto.ts';
import type { SchemaTable } from './logs.ts';
import type { Reading } from './reading.ts';
import { placeOf, type Refusal } from './refusal.ts';

/** Table → how it is billed. */
export type Plans = ReadonlyMap<string, SchemaTable['plan']>;

const others =
  /^(?:JoinOperator|LookupOperator|UnionOperator|FindOperator|SearchOperator|ExternalDataExpression|LetStatement|InvokeOperator|ToScalarExpression|ToTableExpression|MaterializeExpression|PartitionOperator)$/;

/**
 * Tables of the plans Basic and Auxiliary are asked in another way, which knows one table and no names, and every
 * gigabyte that is read costs.
 * @returns whether it reads such a table
 */
export function lookAtScan(
  root: KustoNode,
  { reads, reached }: Pick<Reading, 'reads' | 'reached'>,
  plans: Plans,
): Refusal | boolean {
  const named = reads.map(({ SimpleName }) => SimpleName ?? '');
  const scanned = [...named, ...reached].find((name) => (plans.get(name) ?? 'analytics') !== 'analytics');
  if (scanned === undefined) return false;
  const why = `${scanned} is a table of the plan ${plans.get(scanned)}`;
  const other = [...nodesOf(root)].find((node) => others.test(kindOf(node))) ?? reads[1];
  if (!other) return true;
  return {
    rule: 'search-plan',
    message: `${why}: it is asked alone, without let, join or union.`,
    at: placeOf(other),
  };
}
