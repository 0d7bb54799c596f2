import type { Context } from '../context.ts';
import { lift } from '../expressions/lift.ts';
import type { Syntax } from '../kusto.ts';
import type { Frame, Scalar } from '../relation.ts';
import type { Row, Value } from '../value.ts';
import { severals } from './series.ts';

/** The columns of a call that makes several; `undefined` where it makes one. */
export function multiColumn(node: Syntax, frame: Frame, context: Context): Scalar[] | undefined {
  if (node.kind !== 'FunctionCallExpression') return undefined;
  const name = node.at('Name').name;
  const several = Object.hasOwn(severals, name) ? severals[name] : undefined;
  if (!several) return undefined;
  const given = node
    .at('ArgumentList')
    .all('Expressions')
    .map((each) => context.scalar(each, frame));
  const all = lift('dynamic', given, several.compute);
  const valuesOf = remembered((row) => all.get(row) as Value[]);
  const first = given[0]?.name ?? '';
  return several.columns.map(([column, type], place) => ({
    type,
    name: `${name}_${first}_${column}`,
    isConstant: false,
    get: (row) => valuesOf(row)[place] ?? null,
  }));
}

/** Columns of one row are asked one after the other: it is worked out for the first. */
function remembered(compute: (row: Row) => Value[]): (row: Row) => Value[] {
  let last: Row | undefined;
  let values: Value[] = [];
  return (row) => {
    if (row !== last) values = compute(row);
    last = row;
    return values;
  };
}
