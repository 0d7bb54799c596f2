import type { Context, Operator } from '../context.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, type Frame, frameOf, type Scalar } from '../relation.ts';
import { order, type Row, type Value } from '../value.ts';

/** By what rows are sorted: falling unless it says `asc`, nulls where Kusto puts them unless it says where. */
export interface Ranking {
  scalar: Scalar;
  isAscending: boolean;
  areNullsFirst: boolean;
}

export function rankingOf(node: Syntax, frame: Frame, context: Context): Ranking {
  const isOrdered = node.kind === 'OrderedExpression';
  const ordering = isOrdered ? node.maybe('Ordering') : undefined;
  const isAscending = ordering?.maybe('AscOrDescKeyword')?.text.endsWith('asc') ?? false;
  const nulls = ordering?.maybe('NullsClause')?.maybe('FirstOrLastKeyword')?.text;
  return {
    scalar: context.scalar(isOrdered ? node.at('Expression') : node, frame),
    isAscending,
    areNullsFirst: nulls ? nulls === 'first' : isAscending,
  };
}

/** What was equal stays in its order. */
export function ranked(rows: Row[], frame: Frame, rankings: Ranking[]): Row[] {
  const keyed: { row: Row; keys: Value[] }[] = [];
  frame.walk(rows, (row) => keyed.push({ row, keys: rankings.map(({ scalar }) => scalar.get(row)) }));
  keyed.sort((a, b) => {
    for (let place = 0; place < rankings.length; place += 1) {
      const ranking = rankings[place] as Ranking;
      const difference = compare(a.keys[place] ?? null, b.keys[place] ?? null, ranking);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function compare(a: Value, b: Value, { isAscending, areNullsFirst }: Ranking): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === areNullsFirst ? -1 : 1;
  }
  return isAscending ? order(a, b) : order(b, a);
}

export const sort: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const rankings = node.all('Expressions').map((each) => rankingOf(each, frame, context));
  return { ...input, rows: () => ranked(input.rows(), frame, rankings) };
};

export const top: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const count = Number(constantOf(context.scalar(node.at('Expression'), frame)));
  const ranking = rankingOf(node.at('ByExpression'), frame, context);
  return { ...input, rows: () => ranked(input.rows(), frame, [ranking]).slice(0, Math.max(0, count)) };
};
