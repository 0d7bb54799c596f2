import type { Context } from '../context.ts';
import { textOf } from '../convert.ts';
import type { Syntax } from '../kusto.ts';
import { constant, type Frame, type Scalar } from '../relation.ts';
import { tested, type textTest } from './texts.ts';

/** `* has "x"`: whether any column does. */
export function testAny(
  node: Syntax,
  frame: Frame,
  context: Context,
  how: ReturnType<typeof textTest> = equality(node.kind),
): Scalar {
  const right = context.scalar(node.at('Right'), frame);
  return anyColumn(frame, (column) => tested(column, right, how ?? equality(node.kind)));
}

/** True where the test of any column is. */
export function anyColumn(frame: Frame, test: (column: Scalar) => Scalar): Scalar {
  const tests = frame.columns.map(({ type }, place) =>
    test({
      type: 'string',
      isConstant: false,
      get: (row) => textOf(row[place] ?? null, type),
    }),
  );
  if (tests.length === 0) return constant('bool', false);
  return { type: 'bool', isConstant: false, get: (row) => tests.some((each) => each.get(row) === true) };
}

const equality = (kind: string) => {
  if (kind === 'MatchesRegexExpression') {
    return {
      test: (text: string, part: string) => new RegExp(part).test(text),
      isNegated: false,
      isCased: true,
    };
  }
  return { test: (a: string, b: string) => a === b, isNegated: kind === 'NotEqualExpression', isCased: true };
};
