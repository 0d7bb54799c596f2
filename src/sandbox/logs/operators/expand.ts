import type { Context, Operator } from '../context.ts';
import { convert } from '../convert.ts';
import { as } from '../expressions/lift.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, frameOf, type Relation, type Scalar } from '../relation.ts';
import { type Column, emptyOf, isBag, type Row, type Type, typeNamed, type Value } from '../value.ts';
import { parameter } from './join.ts';
import { givenName, Naming } from './names.ts';

/** What is taken apart, into which column and as which type. */
interface Expanded {
  scalar: Scalar;
  place: number;
  type: Type;
}

export interface Expansion {
  columns: Column[];
  /** The rows that one row becomes. */
  of(row: Row): Row[];
}

export const mvExpand: Operator = (node, input, context) => {
  const expansion = expanding(node, input, context);
  return {
    columns: expansion.columns,
    ...(input.isOpen ? { isOpen: true } : {}),
    rows() {
      const rows: Row[] = [];
      for (const row of input.rows()) {
        const made = expansion.of(row);
        context.holds(made.length);
        for (const each of made) rows.push(each);
      }
      return rows;
    },
  };
};

/** How `mv-expand` and `mv-apply` take a row apart. */
export function expanding(node: Syntax, input: Relation, context: Context): Expansion {
  const frame = frameOf(input);
  const naming = new Naming(input.columns.map(({ name }) => name));
  const columns = [...input.columns];
  const all = node.all('Expressions').map((each): Expanded => {
    const written = each.at('Expression');
    const scalar = context.scalar(written, frame);
    const given =
      givenName(written) ??
      (scalar.name !== undefined && (frame.place(scalar.name) >= 0 || frame.isOpen)
        ? scalar.name
        : naming.next(scalar.name));
    const asked = each.maybe('ToTypeOf')?.at('TypeOf').all('Types')[0]?.text;
    const type = asked ? typeNamed(asked) : 'dynamic';
    const at = columns.findIndex(({ name }) => name === given);
    const place = at < 0 ? columns.length : at;
    columns[place] = { name: given, type };
    return { scalar: scalar.type === 'string' && !asked ? scalar : as('dynamic', scalar), place, type };
  });
  const indexName = parameter(node, 'with_itemindex');
  const indexPlace = indexName ? columns.push({ name: indexName, type: 'long' }) - 1 : -1;
  const isArrayKind = [parameter(node, 'kind'), parameter(node, 'bagexpansion')].includes('array');
  const limitNode = node.maybe('RowLimitClause')?.at('RowLimit');
  const limit = limitNode ? Number(constantOf(context.scalar(limitNode, frame))) : Number.MAX_SAFE_INTEGER;
  const width = columns.length;
  return {
    columns,
    of(row) {
      const lists = all.map(({ scalar }) => elementsOf(scalar.get(row), isArrayKind));
      const longest = Math.max(...lists.map((list) => list.length));
      const length = Math.min(limit, longest);
      return Array.from({ length }, (_, index) => {
        const next = row.slice();
        next.length = width;
        all.forEach(({ place, type }, at) => {
          next[place] = typed(lists[at]?.[index] ?? null, type);
        });
        if (indexPlace >= 0) next[indexPlace] = index;
        return next;
      });
    },
  };
}

const typed = (value: Value, type: Type) =>
  value === null
    ? emptyOf(type)
    : type === 'dynamic'
      ? value
      : (convert(value, 'dynamic', type) ?? emptyOf(type));

/** A null is its own only element, what is empty has none. A bag falls into bags of one pair, or into pairs as lists; anything else is its own only element. */
function elementsOf(value: Value, isArrayKind: boolean): Value[] {
  if (Array.isArray(value)) return value;
  if (isBag(value))
    return Object.entries(value).map(([key, held]) => (isArrayKind ? [key, held] : { [key]: held }));
  return [value];
}

/** Runs a pipeline over the rows that each row becomes, and puts what comes out beside that row. */
export const mvApply: Operator = (node, input, context) => {
  const expansion = expanding(node, input, context);
  let current: Row[] = [];
  const inner = context.pipe(node.at('Subquery').at('Expression'), {
    columns: expansion.columns,
    ...(input.isOpen ? { isOpen: true } : {}),
    rows: () => current,
  });
  // What the pipeline leaves of the row's own columns is not told twice.
  const innerNames = new Set(inner.columns.map(({ name }) => name));
  const own = input.columns.flatMap(({ name }, place) => (innerNames.has(name) ? [] : [place]));
  return {
    columns: [...own.map((place) => input.columns[place] as Column), ...inner.columns],
    ...(input.isOpen ? { isOpen: true } : {}),
    rows() {
      const rows: Row[] = [];
      for (const row of input.rows()) {
        current = expansion.of(row);
        const kept = own.map((place) => row[place] ?? null);
        const made = inner.rows();
        context.holds(made.length);
        for (const each of made) rows.push([...kept, ...each]);
      }
      return rows;
    },
  };
};
