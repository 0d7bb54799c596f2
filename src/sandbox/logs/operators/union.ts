import type { Context, Operator } from '../context.ts';
import { convert } from '../convert.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import type { Relation } from '../relation.ts';
import { type Column, emptyOf, type Row, type Type } from '../value.ts';
import { parameter } from './join.ts';
import { wildcard } from './names.ts';

interface Source {
  name: string;
  relation: Relation;
}

/** Of tables as they stand, or of the one that is piped in and further ones. */
export const union: Operator = (node, input, context) => {
  const isFuzzy = parameter(node, 'isfuzzy') === 'true';
  const source = parameter(node, 'withsource') ?? parameter(node, 'with_source');
  const first: Source[] = isNothing(input) ? [] : [{ name: input.name ?? 'union_arg0', relation: input }];
  const others = node.all('Expressions').flatMap((each) => sourcesOf(each, context, isFuzzy));
  const all = [...first, ...others];
  if (all.length === 0) throw new KqlError("'union' operator: no tables to unite", node.start);
  return united(
    all.map((each, place) => ({ ...each, name: each.name || `union_arg${place}` })),
    {
      source,
      isInner: parameter(node, 'kind') === 'inner',
      context,
    },
  );
};

/** What stands in front of a query that begins with an operator. */
export const nothing: Relation = { columns: [], rows: () => [] };
const isNothing = (relation: Relation) => relation === nothing;

function sourcesOf(node: Syntax, context: Context, isFuzzy: boolean): Source[] {
  const pattern = node.kind === 'NameReference' ? wildcard(node) : undefined;
  if (pattern) {
    return context
      .tableNames()
      .filter((name) => pattern.test(name))
      .flatMap((name) => {
        const relation = context.stored(name);
        return relation ? [{ name, relation }] : [];
      });
  }
  try {
    const relation = context.table(node);
    return [{ name: node.kind === 'NameReference' ? node.name : (relation.name ?? ''), relation }];
  } catch (error) {
    // What names something that is not there is passed over, be it a table or a column.
    if (isFuzzy && error instanceof KqlError && /Failed to resolve/.test(error.message)) return [];
    throw error;
  }
}

export function united(
  all: Source[],
  { source, isInner, context }: { source: string | undefined; isInner: boolean; context: Context },
): Relation {
  const merged = mergedColumns(
    all.map(({ relation }) => relation),
    isInner,
    context.isGuessing(),
  );
  const columns: Column[] = source ? [{ name: source, type: 'string' }, ...merged] : merged;
  return {
    columns,
    ...(all.some(({ relation }) => relation.isOpen) ? { isOpen: true } : {}),
    rows() {
      const rows: Row[] = [];
      for (const { name, relation } of all) {
        const places = columns.map((column) => placeOf(column, relation));
        const made = relation.rows();
        context.holds(made.length);
        for (const row of made) {
          rows.push(
            places.map(({ place, from }, at) => {
              const { type } = columns[at] as Column;
              if (source && at === 0) return name;
              if (place < 0) return emptyOf(type);
              const value = row[place] ?? null;
              return from === type ? value : convert(value, from, type);
            }),
          );
        }
      }
      return rows;
    },
  };
}

/** A column of one name in two types becomes two, each with its type behind the name. */
function mergedColumns(relations: Relation[], isInner: boolean, isGuessing: boolean): Column[] {
  const types = new Map<string, Set<Type>>();
  for (const { columns } of relations) {
    for (const { name, type } of columns) types.set(name, (types.get(name) ?? new Set<Type>()).add(type));
  }
  const isEverywhere = (name: string) =>
    relations.every(({ columns }) => columns.some((column) => column.name === name));
  return [...types].flatMap(([name, held]) => {
    if (isInner && !isEverywhere(name)) return [];
    // Beside a type that is known, one that was guessed gives way.
    if (isGuessing && held.size === 2) held.delete('dynamic');
    const [only = 'dynamic'] = held;
    if (held.size === 1) return [{ name, type: only }];
    return [...held].map((type) => ({ name: `${name}_${type}`, type }));
  });
}

function placeOf({ name, type }: Column, { columns }: Relation): { place: number; from: Type } {
  const exact = columns.findIndex((column) => column.name === name && column.type === type);
  const place =
    exact >= 0
      ? exact
      : columns.findIndex((column) => column.name === name || `${column.name}_${column.type}` === name);
  return { place, from: columns[place]?.type ?? type };
}
