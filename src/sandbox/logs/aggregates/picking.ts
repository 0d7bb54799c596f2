import type { Call } from '../context.ts';
import type { Syntax } from '../kusto.ts';
import type { Scalar } from '../relation.ts';
import { emptyOf, order, type Row, type Value } from '../value.ts';
import { type Aggregate, scalars } from './aggregate.ts';

/** `arg_max(by, column, …)` and `arg_max(by, *)`: the row where it is greatest. */
const extremeRow =
  (sign: 1 | -1): Aggregate =>
  (given, call) => {
    const { frame } = call;
    const [by, ...others] = given;
    const ranking = by ? call.context.scalar(by, frame) : undefined;
    const picked = expand(others, call, ranking?.name);
    const all = ranking ? [ranking, ...picked] : picked;
    return {
      columns: all.map(({ name, type }) => ({ name: name ?? '', type })),
      of(rows) {
        const best = ranking ? bestOf(rows, ranking, sign) : undefined;
        return all.map((scalar) => (best ? scalar.get(best) : emptyOf(scalar.type)));
      },
    };
  };

function bestOf(rows: Row[], ranking: Scalar, sign: 1 | -1): Row | undefined {
  let best: Row | undefined;
  let value: Value = null;
  for (const row of rows) {
    const held = ranking.get(row);
    if (best === undefined || (held !== null && (value === null || order(held, value) * sign > 0))) {
      best = row;
      value = held;
    }
  }
  return best;
}

/** `*` is every column; what ranks, and by what the rows are grouped, is not told twice. */
function expand(given: Syntax[], call: Call, ranked?: string): Scalar[] {
  return given.flatMap((node) => {
    if (node.kind !== 'StarExpression') return [call.context.scalar(node, call.frame)];
    return call.frame.columns.flatMap(({ name, type }, place): Scalar[] =>
      name === ranked || call.grouped?.has(name)
        ? []
        : [{ name, type, isConstant: false, get: (row) => row[place] ?? null }],
    );
  });
}

/** One row's values: the first's, where Kusto takes any. */
const any =
  (prefix: string): Aggregate =>
  (given, call) => {
    const picked = expand(given, call);
    const isStar = given[0]?.kind === 'StarExpression';
    return {
      columns: picked.map(({ name = '', type }) => ({
        name: prefix && !isStar ? `${prefix}_${name}` : name,
        type,
      })),
      of: (rows) => picked.map((scalar) => firstKnown(scalar, rows)),
    };
  };

function firstKnown(scalar: Scalar, rows: Row[]): Value {
  for (const row of rows) {
    const value = scalar.get(row);
    if (value !== null && value !== '') return value;
  }
  return emptyOf(scalar.type);
}

const anyIf =
  (prefix: string): Aggregate =>
  (given, call) => {
    const [value, condition] = scalars(given, call);
    return {
      columns: value
        ? [{ name: prefix ? `${prefix}_${value.name ?? ''}` : (value.name ?? ''), type: value.type }]
        : [],
      of: (rows) =>
        value
          ? [
              firstKnown(
                value,
                rows.filter((row) => condition?.get(row) === true),
              ),
            ]
          : [],
    };
  };

/** One row of many. */
export const picking: Record<string, Aggregate> = {
  arg_max: extremeRow(1),
  arg_min: extremeRow(-1),
  argmax: extremeRow(1),
  argmin: extremeRow(-1),
  any: any('any'),
  take_any: any(''),
  anyif: anyIf('any'),
  take_anyif: anyIf(''),
};
