import type { Context, Operator } from '../context.ts';
import { convert } from '../convert.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constant, constantOf, Frame, type Relation } from '../relation.ts';
import { type Column, emptyOf, type Row, typeNamed } from '../value.ts';
import { givenName, Naming } from './names.ts';

const noColumns = () => new Frame([]);

export function print(node: Syntax, context: Context): Relation {
  const naming = new Naming();
  const all = node.all('Expressions').map((each, place) => ({
    name: naming.claim(givenName(each) ?? `print_${place}`),
    scalar: context.scalar(each, noColumns()),
  }));
  return {
    columns: all.map(({ name, scalar }) => ({ name, type: scalar.type })),
    rows: () => [all.map(({ scalar }) => scalar.get([]))],
  };
}

export function range(node: Syntax, context: Context): Relation {
  const [from, to, step] = ['From', 'To', 'Step'].map((part) => context.scalar(node.at(part), noColumns()));
  const type = from?.type === 'int' ? 'long' : (from?.type ?? 'long');
  const [first, last, by] = [from, to, step].map((each) => (each ? constantOf(each) : null));
  if (typeof first !== 'number' || typeof last !== 'number' || typeof by !== 'number' || by === 0) {
    throw new KqlError(
      "'range' operator: 'from', 'to' and 'step' must be numbers or times, 'step' not 0",
      node.start,
    );
  }
  const count = Math.max(0, Math.floor((last - first) / by + 1e-9) + 1);
  context.holds(count);
  return {
    columns: [{ name: node.at('Name').name, type }],
    rows: () => Array.from({ length: count }, (_, place) => [first + place * by]),
  };
}

export const declaredColumns = (schema: Syntax): Column[] =>
  schema
    .all('Columns')
    .map((each) => ({ name: each.at('Name').name, type: typeNamed(each.at('Type').text) }));

export function datatable(node: Syntax, context: Context): Relation {
  const columns = declaredColumns(node.at('Schema'));
  const values = node.all('Values').map((each) => context.scalar(each, noColumns()));
  if (values.length % columns.length !== 0) {
    throw new KqlError(
      "'datatable' operator: the number of values is not a multiple of the number of columns",
      node.start,
    );
  }
  const rows: Row[] = [];
  for (let start = 0; start < values.length; start += columns.length) {
    rows.push(
      columns.map(({ type }, place) => {
        const scalar = values[start + place] ?? constant(type, null);
        return convert(constantOf(scalar), scalar.type, type) ?? emptyOf(type);
      }),
    );
  }
  return { columns, rows: () => rows };
}

/** Azure would fetch it. Nothing leaves the sandbox: the table has its columns, and no rows. */
export const externaldata = (node: Syntax): Relation => ({
  columns: declaredColumns(node.at('Schema')),
  rows: () => [],
});

export const getschema: Operator = (_, input) => ({
  columns: [
    { name: 'ColumnName', type: 'string' },
    { name: 'ColumnOrdinal', type: 'long' },
    { name: 'DataType', type: 'string' },
    { name: 'ColumnType', type: 'string' },
  ],
  rows: () => input.columns.map(({ name, type }, place) => [name, place, clr[type] ?? 'System.Object', type]),
});

const clr: Record<string, string> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  string: 'System.String',
  guid: 'System.Guid',
};
