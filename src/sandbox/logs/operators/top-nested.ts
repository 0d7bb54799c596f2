import type { Aggregated } from '../aggregates/aggregate.ts';
import type { Operator } from '../context.ts';
import { KqlError } from '../kql-error.ts';
import { constantOf, type Frame, frameOf, type Scalar } from '../relation.ts';
import { type Column, order, type Row, type Value } from '../value.ts';
import { givenName, Naming } from './names.ts';
import { grouping, measure } from './summarize.ts';

interface Level {
  of: Scalar;
  most: number;
  measure: Aggregated;
  isAscending: boolean;
  /** What the rest is called where it is told too. */
  others: Value | undefined;
}

/** The best of a first column, of each of them the best of a second, and so on. */
export const topNested: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const naming = new Naming();
  const columns: Column[] = [];
  const levels = node.all('Clauses').map((clause): Level => {
    const count = clause.maybe('Expression');
    const written = clause.at('OfExpression');
    const of = context.scalar(written, frame);
    const by = clause.at('ByExpression');
    const inner = by.kind === 'OrderedExpression' ? by.at('Expression') : by;
    const made = measure(inner, frame, context, new Set());
    const others = clause.maybe('WithOthersClause')?.at('Expression');
    const name = givenName(written) ?? of.name ?? '';
    if (!made.columns[0]) throw new KqlError("'top-nested' operator: expects an aggregate", clause.start);
    columns.push(
      { name: naming.next(name), type: of.type },
      { name: naming.next(made.given[0] ?? `aggregated_${name}`), type: made.columns[0].type },
    );
    return {
      of,
      measure: made,
      most: count ? Number(constantOf(context.scalar(count, frame))) : Number.POSITIVE_INFINITY,
      isAscending: by.kind === 'OrderedExpression' && Boolean(by.maybe('Ordering')?.text.startsWith('asc')),
      others: others ? constantOf(context.scalar(others, frame)) : undefined,
    };
  });
  return { columns, rows: () => nested(input.rows(), frame, levels) };
};

function nested(rows: Row[], frame: Frame, [level, ...deeper]: Level[]): Row[] {
  if (!level) return [[]];
  const groups = grouping(rows, frame, [level.of]).map((group) => ({
    ...group,
    worth: level.measure.of(group.rows)[0] ?? null,
  }));
  groups.sort((a, b) => (level.isAscending ? order(a.worth, b.worth) : order(b.worth, a.worth)));
  const best = groups.slice(0, level.most);
  const told = best.flatMap(({ key, worth, rows: own }) =>
    nested(own, frame, deeper).map((row) => [key[0] ?? null, worth, ...row]),
  );
  const rest = groups.slice(level.most).flatMap((group) => group.rows);
  if (level.others === undefined || rest.length === 0) return told;
  const worth = level.measure.of(rest)[0] ?? null;
  return [...told, [level.others, worth, ...deeper.flatMap(({ others = null }) => [others, null])]];
}
