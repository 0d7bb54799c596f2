import type { Operator } from '../context.ts';
import { boolOf } from '../convert.ts';
import { constantOf, frameOf } from '../relation.ts';
import type { Row } from '../value.ts';

export const where: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const condition = context.scalar(node.at('Condition'), frame);
  return {
    ...input,
    rows() {
      if (condition.isConstant) return boolOf(constantOf(condition)) ? input.rows() : [];
      const found: Row[] = [];
      frame.walk(input.rows(), (row) => {
        const isSo = condition.get(row);
        if (isSo === true || (isSo !== false && boolOf(isSo))) found.push(row);
      });
      return found;
    },
  };
};

export const take: Operator = (node, input, context) => {
  const count = Number(constantOf(context.scalar(node.at('Expression'), frameOf(input))));
  return { ...input, rows: () => input.rows().slice(0, Math.max(0, count)) };
};

/** The same rows whenever it is asked: spread evenly over what there is. */
export const sample: Operator = (node, input, context) => {
  const count = Number(constantOf(context.scalar(node.at('Expression'), frameOf(input))));
  return {
    ...input,
    rows() {
      const rows = input.rows();
      if (rows.length <= count) return rows;
      return Array.from(
        { length: Math.max(0, count) },
        (_, place) => rows[Math.floor((place * rows.length) / count)] as Row,
      );
    },
  };
};

export const count: Operator = (node, input) => ({
  columns: [{ name: node.maybe('AsIdentifier')?.maybe('Identifier')?.name || 'Count', type: 'long' }],
  rows: () => [[input.rows().length]],
});
