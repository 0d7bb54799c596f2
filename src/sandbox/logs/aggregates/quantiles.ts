import type { Call } from '../context.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, type Scalar } from '../relation.ts';
import { order, type Row, type Value } from '../value.ts';
import { type Aggregate, known } from './aggregate.ts';

/** The value below or at which so many of a hundred lie: one that is there, the nearest rank. */
export function rankOf(sorted: Value[], percent: number): Value {
  if (sorted.length === 0) return null;
  const place = Math.ceil((percent / 100) * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, place))] ?? null;
}

const sortedValues = (value: Scalar, rows: Row[]) => known(value, rows).sort(order);

function parts(given: Syntax[], { context, frame, name, node }: Call): [Scalar, number[]] {
  const [value, ...percents] = given.map((each) => context.scalar(each, frame));
  if (!value || percents.length === 0)
    throw new KqlError(`${name}(): function expects at least 2 argument(s).`, node.start);
  return [value, percents.flatMap((each) => [constantOf(each)].flat().map(Number))];
}

const columns: Aggregate = (given, call) => {
  const [value, percents] = parts(given, call);
  const type = value.type === 'int' ? 'long' : value.type;
  return {
    columns: percents.map((percent) => ({
      name: `percentile_${value.name ?? ''}_${String(percent).replace('.', '_')}`,
      type,
    })),
    of(rows) {
      const sorted = sortedValues(value, rows);
      return percents.map((percent) => rankOf(sorted, percent));
    },
  };
};

const list: Aggregate = (given, call) => {
  const [value, percents] = parts(given, call);
  return {
    columns: [{ name: `percentiles_${value.name ?? ''}`, type: 'dynamic' }],
    of(rows) {
      const sorted = sortedValues(value, rows);
      return [percents.map((percent) => rankOf(sorted, percent))];
    },
  };
};

/** Places in order. */
export const quantiles: Record<string, Aggregate> = {
  percentile: columns,
  percentiles: columns,
  percentiles_array: list,
};
