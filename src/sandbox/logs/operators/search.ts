import type { Context, Operator } from '../context.ts';
import { dynamicOf } from '../convert.ts';
import { anyColumn } from '../expressions/everywhere.ts';
import { and, or } from '../expressions/logic.ts';
import { hasTerm } from '../expressions/texts.ts';
import { notSupported } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constant, type Frame, frameOf, type Relation, type Scalar } from '../relation.ts';
import { type Bag, type Column, emptyOf, type Row, typeNamed } from '../value.ts';
import { parameter } from './join.ts';
import { wildcard } from './names.ts';
import { nothing, united } from './union.ts';

interface Searched {
  name: string;
  relation: Relation;
}

/** `search in (A, B) "words"`, or of what is piped in: rows of which any column has the words. */
export const search: Operator = (node, input, context) => {
  const isCased = parameter(node, 'kind') === 'case_sensitive';
  const piped: Searched[] | undefined =
    input === nothing ? undefined : [{ name: input.name ?? '', relation: input }];
  const all = (piped ?? tablesIn(node.maybe('InClause'), context)).map(({ name, relation }) => ({
    name,
    relation: filtered(relation, (frame) => sought(node.at('Condition'), frame, context, isCased)),
  }));
  return united(all, { source: '$table', isInner: false, context });
};

function tablesIn(clause: Syntax | undefined, context: Context): Searched[] {
  if (!clause) return context.tableNames().flatMap((name) => named(name, context));
  return clause.all('Expressions').flatMap((each) => {
    const pattern = each.kind === 'NameReference' ? wildcard(each) : undefined;
    if (pattern)
      return context
        .tableNames()
        .filter((name) => pattern.test(name))
        .flatMap((name) => named(name, context));
    const relation = context.table(each);
    return [{ name: each.name || (relation.name ?? ''), relation }];
  });
}

function named(name: string, context: Context): Searched[] {
  const relation = context.stored(name);
  return relation ? [{ name, relation }] : [];
}

function filtered(relation: Relation, conditionOf: (frame: Frame) => Scalar): Relation {
  const frame = frameOf(relation);
  const condition = conditionOf(frame);
  return {
    ...relation,
    rows() {
      const found: Row[] = [];
      frame.walk(relation.rows(), (row) => {
        if (condition.get(row) === true) found.push(row);
      });
      return found;
    },
  };
}

/** Words alone look everywhere; `column:word` looks there; the rest is a condition like any other. */
function sought(node: Syntax, frame: Frame, context: Context, isCased: boolean): Scalar {
  const inner = (part: string) => sought(node.at(part), frame, context, isCased);
  switch (node.kind) {
    case 'ParenthesizedExpression':
      return inner('Expression');
    case 'AndExpression':
      return and(inner('Left'), inner('Right'));
    case 'OrExpression':
      return or(inner('Left'), inner('Right'));
    case 'StarExpression':
      return constant('bool', true);
    case 'StringLiteralExpression':
      return anyColumn(frame, (column) => holding(column, node.literal ?? '', isCased));
    case 'SearchExpression': {
      const word = node.at('Right').literal ?? node.at('Right').text;
      const left = node.at('Left');
      if (left.kind === 'StarExpression') return anyColumn(frame, (column) => holding(column, word, isCased));
      if (frame.place(left.name) < 0) return constant('bool', false);
      return holding(context.scalar(left, frame), word, isCased);
    }
  }
  // A table without that column has no such row.
  return isThere(node, frame) ? context.scalar(node, frame) : constant('bool', false);
}

function isThere(node: Syntax, frame: Frame): boolean {
  const left = node.maybe('Left');
  return left?.kind !== 'NameReference' || frame.isOpen || frame.place(left.name) >= 0;
}

/** `*` at an end stands for the rest of a term, alone for anything. */
function holding(column: Scalar, word: string, isCased: boolean): Scalar {
  const fold = (text: string) => (isCased ? text : text.toLowerCase());
  const wanted = fold(word);
  const test = wanted.includes('*') ? byPattern(wanted) : (text: string) => hasTerm(text, wanted);
  return { type: 'bool', isConstant: false, get: (row) => test(fold(String(column.get(row) ?? ''))) };
}

function byPattern(word: string): (text: string) => boolean {
  const middle = word.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '[^\\p{L}\\p{N}]*?\\S*');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${middle}(?![\\p{L}\\p{N}])`, 'u');
  return (text) => pattern.test(text);
}

/** `find in (A, B) where … project …`: rows of several tables, the columns that are named and the rest in a bag. */
export const find: Operator = (node, _, context) => {
  const condition = node.at('Condition');
  const tables = tablesIn(node.maybe('InClause'), context);
  const clause = node.maybe('Project');
  const isPacked = !clause || clause.all('Columns').some(({ kind }) => kind === 'PackExpression');
  if (clause && clause.at('ProjectKeyword').text !== 'project')
    throw notSupported("'find' with project-smart", clause.start);
  const columns = clause
    ? clause.all('Columns').flatMap((each) => askedFor(each, tables))
    : sharedColumns(condition, tables);
  const source = parameter(node, 'withsource') ?? 'source_';
  return {
    columns: [
      { name: source, type: 'string' },
      ...columns,
      ...(isPacked ? [{ name: 'pack_', type: 'dynamic' as const }] : []),
    ],
    rows: () =>
      tables.flatMap(({ name, relation }) => foundIn(name, relation, condition, columns, isPacked, context)),
  };
};

function askedFor(node: Syntax, tables: Searched[]): Column[] {
  if (node.kind === 'PackExpression') return [];
  if (node.kind === 'TypedColumnReference')
    return [{ name: node.at('Column').name, type: typeNamed(node.at('Type').text) }];
  const held = tables.flatMap(({ relation }) => relation.columns).find(({ name }) => name === node.name);
  return [{ name: node.name, type: held?.type ?? 'dynamic' }];
}

/** Columns that all tables have, and those that the condition names. */
function sharedColumns(condition: Syntax, tables: Searched[]): Column[] {
  const words = new Set(condition.text.match(/[A-Za-z_]\w*/g) ?? []);
  const seen = new Map<string, Column>();
  for (const column of tables.flatMap(({ relation }) => relation.columns)) {
    const isShared = tables.every(({ relation }) =>
      relation.columns.some(({ name }) => name === column.name),
    );
    if (isShared || words.has(column.name)) seen.set(column.name, seen.get(column.name) ?? column);
  }
  return [...seen.values()];
}

function foundIn(
  name: string,
  relation: Relation,
  condition: Syntax,
  columns: Column[],
  isPacked: boolean,
  context: Context,
): Row[] {
  const frame = frameOf(relation);
  const places = columns.map((column) => frame.place(column.name));
  const rows = filtered(relation, (own) => sought(condition, own, context, false)).rows();
  context.holds(rows.length);
  return rows.map((row) => {
    const told = places.map((place, at) =>
      place < 0 ? emptyOf(columns[at]?.type ?? 'dynamic') : (row[place] ?? null),
    );
    return [name, ...told, ...(isPacked ? [bagOf(row, frame, new Set(places))] : [])];
  });
}

function bagOf(row: Row, frame: Frame, told: ReadonlySet<number>): Bag {
  const bag: Bag = {};
  frame.columns.forEach((column, place) => {
    const value = row[place] ?? null;
    if (!told.has(place) && value !== null && value !== '') bag[column.name] = dynamicOf(value, column.type);
  });
  return bag;
}
