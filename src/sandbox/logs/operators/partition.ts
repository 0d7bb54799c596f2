import type { Operator } from '../context.ts';
import { KqlError } from '../kql-error.ts';
import { constantOf, frameOf, type Relation } from '../relation.ts';
import type { Row } from '../value.ts';
import { grouping } from './summarize.ts';

// Kusto's own bound where no strategy is named.
const mostParts = 64;

/** Runs a pipeline over the rows of every value by itself. */
export const partition: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const by = context.scalar(node.at('ByExpression'), frame);
  const operand = node.at('Operand');
  if (operand.kind !== 'PartitionSubquery')
    throw new KqlError("'partition' operator: expects a pipeline in round brackets", node.start);
  let current: Row[] = [];
  const inner: Relation = context.pipe(operand.at('Subquery'), { ...input, rows: () => current });
  const isBounded = node.all('Parameters').length === 0;
  return {
    ...inner,
    rows() {
      const groups = grouping(input.rows(), frame, [by]);
      if (isBounded && groups.length > mostParts) {
        throw new KqlError(
          `'partition' operator: more than ${mostParts} partitions; name a strategy, as in hint.strategy=native`,
          node.start,
        );
      }
      const rows: Row[] = [];
      for (const group of groups) {
        current = group.rows;
        const made = inner.rows();
        context.holds(made.length);
        for (const row of made) rows.push(row);
      }
      return rows;
    },
  };
};

export const sampleDistinct: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const count = Number(constantOf(context.scalar(node.at('Expression'), frame)));
  const of = context.scalar(node.at('OfExpression'), frame);
  return {
    columns: [{ name: of.name ?? 'Column1', type: of.type }],
    rows: () =>
      grouping(input.rows(), frame, [of])
        .slice(0, count)
        .map(({ key }) => key),
  };
};
