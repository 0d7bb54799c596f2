import type { Aggregated } from '../aggregates/aggregate.ts';
import { aggregated, isAggregate } from '../aggregates.ts';
import type { Context, Operator } from '../context.ts';
import type { Syntax } from '../kusto.ts';
import { Frame, frameOf, type Scalar } from '../relation.ts';
import { type Column, keyOf, keyOfAll, type Row, type Value } from '../value.ts';
import { givenName, Naming } from './names.ts';

export const summarize: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const by = (node.maybe('ByClause')?.all('Expressions') ?? []).map((each) => ({
    node: each,
    scalar: context.scalar(each, frame),
  }));
  const naming = new Naming();
  const keys: Column[] = by.map(({ node: each, scalar }) => ({
    name: givenName(each) ? naming.claim(givenName(each) ?? '') : naming.next(scalar.name),
    type: scalar.type,
  }));
  const grouped = new Set(by.flatMap(({ scalar }) => (scalar.name === undefined ? [] : [scalar.name])));
  const made = node.all('Aggregates').map((each) => measure(each, frame, context, grouped));
  for (const name of made.flatMap(({ given }) => given)) naming.claim(name);
  const columns = [
    ...keys,
    ...made.flatMap((each) =>
      each.columns.map(
        ({ name, type }, place): Column => ({ name: each.given[place] ?? naming.next(name), type }),
      ),
    ),
  ];
  const scalars = by.map(({ scalar }) => scalar);
  return {
    columns,
    // Of a table that nobody described, `*` leaves it undescribed.
    ...(input.isOpen && made.some(({ isOfAll }) => isOfAll) ? { isOpen: true } : {}),
    rows() {
      const groups = grouping(input.rows(), frame, scalars);
      context.holds(groups.length);
      return groups.map(({ key, rows }) => [...key, ...made.flatMap((each) => each.of(rows))]);
    },
  };
};

interface Measured extends Aggregated {
  given: string[];
  /** It tells every column of a row. */
  isOfAll: boolean;
}

/** `n = count()`, `(a, b) = arg_max(…)`, and what is reckoned out of several: `max(x) - min(x)`. */
export function measure(
  node: Syntax,
  frame: Frame,
  context: Context,
  grouped: ReadonlySet<string>,
): Measured {
  const isNamed = node.kind === 'SimpleNamedExpression' || node.kind === 'CompoundNamedExpression';
  const inner = isNamed ? node.at('Expression') : node;
  const given =
    node.kind === 'CompoundNamedExpression'
      ? node
          .at('Names')
          .all('Names')
          .map(({ name }) => name)
      : [givenName(node)].flatMap((name) => (name === undefined ? [] : [name]));
  if (inner.kind === 'FunctionCallExpression' && isAggregate(inner.at('Name').name)) {
    return {
      given,
      isOfAll: inner
        .at('ArgumentList')
        .all('Expressions')
        .some(({ kind }) => kind === 'StarExpression'),
      ...aggregated({ node: inner, name: inner.at('Name').name, frame, context, grouped }),
    };
  }
  return { given, isOfAll: false, ...reckoned(inner, frame, context) };
}

/** The aggregates within are worked out first, the rest over their results. */
function reckoned(node: Syntax, frame: Frame, context: Context): Aggregated {
  const within: Aggregated[] = [];
  const outer = new Frame([], true);
  const scalar: Scalar = context
    .aggregating((call) => {
      const name = call.at('Name').name;
      if (!isAggregate(name)) return undefined;
      const made = aggregated({ node: call, name, frame, context });
      const place = within.push(made) - 1;
      const column = made.columns[0];
      return {
        type: column?.type ?? 'dynamic',
        name: column?.name ?? '',
        isConstant: false,
        get: (row) => row[place] ?? null,
      };
    })
    .scalar(node, outer);
  return {
    columns: [{ name: scalar.name ?? '', type: scalar.type }],
    of: (rows) => [scalar.get(within.map((each) => each.of(rows)[0] ?? null))],
  };
}

export interface Group {
  key: Value[];
  rows: Row[];
}

/** Rows that have the same key together, in the order in which keys were met. Without keys all are one group. */
export function grouping(rows: Row[], frame: Frame, by: Scalar[]): Group[] {
  if (by.length === 0) {
    frame.rows = rows;
    return [{ key: [], rows }];
  }
  const groups = new Map<unknown, Group>();
  const [only] = by;
  frame.walk(rows, (row) => {
    const key = by.map((scalar) => scalar.get(row));
    const id = only && by.length === 1 ? keyOf(key[0] ?? null) : keyOfAll(key);
    const group = groups.get(id);
    if (group) group.rows.push(row);
    else groups.set(id, { key, rows: [row] });
  });
  return [...groups.values()];
}

export const distinct: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const naming = new Naming();
  const all = node.all('Expressions').flatMap((each): Scalar[] =>
    each.kind === 'StarExpression'
      ? input.columns.map(({ name, type }, place) => ({
          name,
          type,
          isConstant: false,
          get: (row) => row[place] ?? null,
        }))
      : [context.scalar(each, frame)],
  );
  const columns = all.map((scalar) => ({ name: naming.next(scalar.name), type: scalar.type }));
  return { columns, rows: () => grouping(input.rows(), frame, all).map(({ key }) => key) };
};
