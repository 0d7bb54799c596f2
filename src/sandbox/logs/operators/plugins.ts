import { aggregated } from '../aggregates.ts';
import type { Context, Operator } from '../context.ts';
import { textOf } from '../convert.ts';
import { KqlError, notSupported } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, frameOf, kept, type Relation } from '../relation.ts';
import { type Column, isBag, type Row, type Type, type Value } from '../value.ts';
import { basket } from './basket.ts';
import { declaredColumns } from './sources.ts';
import { grouping } from './summarize.ts';

type Plugin = (given: Syntax[], input: Relation, context: Context, node: Syntax) => Relation;

/** `evaluate name(…)` */
export const evaluatePlugin: Operator = (node, input, context) => {
  const call = node.at('FunctionCall');
  const name = call.at('Name').name;
  const plugin = Object.hasOwn(plugins, name) ? plugins[name] : undefined;
  if (!plugin) throw notSupported(`Plugin '${name}'`, call.start);
  const made = plugin(call.at('ArgumentList').all('Expressions'), kept(input), context, node);
  const schema = node.maybe('Schema')?.at('Schema');
  return schema ? shaped(made, declaredColumns(schema)) : made;
};

/** As the query says that it will look. */
function shaped(made: Relation, columns: Column[]): Relation {
  const places = columns.map(({ name }) => made.columns.findIndex((column) => column.name === name));
  return { columns, rows: () => made.rows().map((row) => places.map((place) => row[place] ?? null)) };
}

/** Keys of a bag become columns: which, the rows must tell, so they are read beforehand. */
const bagUnpack: Plugin = ([column, prefixNode], input, context, node) => {
  const place = input.columns.findIndex(({ name }) => name === column?.name);
  if (place < 0 && !input.isOpen)
    throw new KqlError(`bag_unpack(): unknown column '${column?.text ?? ''}'`, node.start);
  const prefix = prefixNode ? String(constantOf(context.scalar(prefixNode, frameOf(input)))) : '';
  const rows = input.rows();
  const own = input.columns.flatMap((_, at) => (at === place ? [] : [at]));
  const taken = new Set(own.map((at) => input.columns[at]?.name));
  const found = new Map<string, Type>();
  for (const row of rows) {
    const bag = row[place] ?? null;
    if (!isBag(bag)) continue;
    for (const [key, value] of Object.entries(bag)) {
      const name = `${prefix}${key}`;
      if (taken.has(name))
        throw new KqlError(`bag_unpack(): column '${name}' is there already; give a prefix`, node.start);
      const type = typeIn(value);
      const before = found.get(key);
      found.set(
        key,
        before === undefined || before === type || type === undefined
          ? (before ?? type ?? 'dynamic')
          : mixed(before, type),
      );
    }
  }
  const keys = [...found];
  return {
    columns: [
      ...own.map((at) => input.columns[at] as Column),
      ...keys.map(([key, type]) => ({ name: `${prefix}${key}`, type })),
    ],
    // Without rows nobody knows which columns there would be.
    ...(rows.length === 0 ? { isOpen: true } : {}),
    rows: () =>
      rows.map((row) => {
        const bag = row[place] ?? null;
        return [
          ...own.map((at) => row[at] ?? null),
          ...keys.map(([key, type]) => unpacked(isBag(bag) ? (bag[key] ?? null) : null, type)),
        ];
      }),
  };
};

const unpacked = (value: Value, type: Type): Value => (type === 'string' ? textOf(value, 'dynamic') : value);

function typeIn(value: Value): Type | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'real';
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : 'dynamic';
}

const mixed = (a: Type, b: Type): Type =>
  (a === 'long' && b === 'real') || (a === 'real' && b === 'long') ? 'real' : 'dynamic';

/** Values of a column become columns, each with the aggregate of its rows. */
const pivot: Plugin = ([pivoted, aggregate, ...others], input, context, node) => {
  const frame = frameOf(input);
  if (!pivoted) throw new KqlError('pivot(): expects a column', node.start);
  const place = frame.place(pivoted.name);
  const subject = context.scalar(pivoted, frame);
  const measure =
    aggregate?.kind === 'FunctionCallExpression'
      ? aggregated({ node: aggregate, name: aggregate.at('Name').name, frame, context })
      : { columns: [{ name: 'count_', type: 'long' as const }], of: (rows: Row[]) => [rows.length] };
  const used = new Set([
    pivoted.name,
    ...(aggregate?.kind === 'FunctionCallExpression'
      ? aggregate
          .at('ArgumentList')
          .all('Expressions')
          .map(({ name }) => name)
      : []),
  ]);
  const by =
    others.length > 0
      ? others.map((each) => context.scalar(each, frame))
      : frame.columns.flatMap(({ name, type }, at) =>
          used.has(name) || at === place
            ? []
            : [{ name, type, isConstant: false, get: (row: Row) => row[at] ?? null }],
        );
  const rows = input.rows();
  const type = measure.columns[0]?.type ?? 'long';
  const values = [...new Set(rows.map((row) => textOf(subject.get(row), subject.type)))].sort();
  return {
    columns: [
      ...by.map((each) => ({ name: each.name ?? 'Column1', type: each.type })),
      ...values.map((name) => ({ name, type })),
    ],
    ...(rows.length === 0 ? { isOpen: true } : {}),
    rows: () =>
      grouping(rows, frame, by).map(({ key, rows: own }) => {
        const cells = Map.groupBy(own, (row) => textOf(subject.get(row), subject.type));
        return [...key, ...values.map((value) => measure.of(cells.get(value) ?? [])[0] ?? null)];
      }),
  };
};

const narrow: Plugin = (_, input) => ({
  columns: [
    { name: 'Row', type: 'long' },
    { name: 'Column', type: 'string' },
    { name: 'Value', type: 'string' },
  ],
  rows: () =>
    input
      .rows()
      .flatMap((row, at) =>
        input.columns.map(({ name, type }, place) => [at, name, textOf(row[place] ?? null, type)]),
      ),
});

/** Plugins by name. */
export const plugins: Record<string, Plugin> = {
  bag_unpack: bagUnpack,
  pivot,
  narrow,
  basket: (given, input, context) => basket(given, input, context, false),
  autocluster: (given, input, context) => basket(given, input, context, true),
};
