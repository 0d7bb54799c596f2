import { type Call, type Context, isRelation } from './context.ts';
import { arithmetic, isArithmetic, negative } from './expressions/arithmetic.ts';
import { between, equals, isOrdering, ordered } from './expressions/compare.ts';
import { testAny } from './expressions/everywhere.ts';
import { named } from './expressions/lift.ts';
import { literals } from './expressions/literals.ts';
import { and, or } from './expressions/logic.ts';
import { among, hasMany } from './expressions/membership.ts';
import { element } from './expressions/paths.ts';
import { tested, textTest } from './expressions/texts.ts';
import { matches } from './functions/regex.ts';
import { callBuiltIn } from './functions.ts';
import { KqlError, notSupported } from './kql-error.ts';
import type { Syntax } from './kusto.ts';
import { constant, constantOf, type Frame, type Scalar } from './relation.ts';
import type { Value } from './value.ts';

/** Makes a function of a row out of a scalar expression, once for all rows. */
export function compile(node: Syntax, frame: Frame, context: Context): Scalar {
  const literal = literals[node.kind];
  if (literal) return literal(node, context.now);
  const text = textTest(node.kind);
  if (text) {
    if (node.at('Left').kind === 'StarExpression') return testAny(node, frame, context, text);
    return tested(...sides(node, frame, context), text);
  }
  if (isArithmetic(node.kind)) return arithmetic(...sides(node, frame, context), node, node.kind);
  if (isOrdering(node.kind)) return ordered(...sides(node, frame, context), node, node.kind);

  switch (node.kind) {
    case 'NameReference':
      return reference(node, frame, context);
    case 'ParenthesizedExpression':
      return context.scalar(node.at('Expression'), frame);
    case 'SimpleNamedExpression':
      return named(node.at('Name').name, context.scalar(node.at('Expression'), frame));
    case 'PathExpression':
    case 'ElementExpression':
      return step(node, frame, context);
    case 'UnaryMinusExpression':
      return negative(context.scalar(node.at('Expression'), frame));
    case 'UnaryPlusExpression':
      return context.scalar(node.at('Expression'), frame);
    case 'AndExpression':
      return and(...sides(node, frame, context));
    case 'OrExpression':
      return or(...sides(node, frame, context));
    case 'EqualExpression':
    case 'NotEqualExpression':
      if (node.at('Left').kind === 'StarExpression') return testAny(node, frame, context);
      return equals(...sides(node, frame, context), node, node.kind === 'EqualExpression');
    case 'BetweenExpression':
    case 'NotBetweenExpression':
      return range(node, frame, context);
    case 'InExpression':
    case 'InCsExpression':
    case 'NotInExpression':
    case 'NotInCsExpression':
      return among(node, frame, context);
    case 'HasAnyExpression':
    case 'HasAllExpression':
      return hasMany(node, frame, context);
    case 'MatchesRegexExpression':
      if (node.at('Left').kind === 'StarExpression') return testAny(node, frame, context);
      return matches(...sides(node, frame, context), node);
    case 'FunctionCallExpression':
      return call(node, frame, context);
    case 'ToScalarExpression':
      return onlyValue(node.at('Expression'), frame, context);
    default:
      throw notSupported(`'${node.kind.replace(/Expression$/, '')}' as an expression`, node.start);
  }
}

function sides(node: Syntax, frame: Frame, context: Context): [Scalar, Scalar] {
  return [context.scalar(node.at('Left'), frame), context.scalar(node.at('Right'), frame)];
}

function range(node: Syntax, frame: Frame, context: Context): Scalar {
  const couple = node.at('Right');
  return between(
    context.scalar(node.at('Left'), frame),
    context.scalar(couple.at('First'), frame),
    context.scalar(couple.at('Second'), frame),
    node,
    node.kind === 'BetweenExpression',
  );
}

/** A column, or what `let` or a parameter named so. Columns come first. */
function reference(node: Syntax, frame: Frame, context: Context): Scalar {
  const place = frame.place(node.name);
  const column = frame.columns[place];
  if (column) {
    const { name, type } = column;
    return { type, name, isConstant: false, get: (row) => row[place] as Value };
  }
  const bound = context.names.find(node.name);
  if (bound?.kind === 'scalar') return named(node.name, bound.scalar);
  if (bound?.kind === 'function') {
    const found = context.call(node, frame);
    if (found && !isRelation(found)) return found;
  }
  if (frame.isOpen && !bound) return { type: 'dynamic', name: node.name, isConstant: false, get: () => null };
  throw new KqlError(
    `Failed to resolve column or scalar expression named '${node.name || node.text}'`,
    node.start,
  );
}

/** One step into a dynamic value. Its column, unless named, is called after the way: `a.b["c"]` → `a_b_c`. */
function step(node: Syntax, frame: Frame, context: Context): Scalar {
  const of = context.scalar(node.at('Expression'), frame);
  const selector = node.at('Selector');
  if (selector.kind === 'BracketedExpression') {
    const at = context.scalar(selector.at('Expression'), frame);
    const key = at.isConstant ? constantOf(at) : undefined;
    return element(
      of,
      at,
      of.name !== undefined && typeof key === 'string'
        ? `${of.name}_${key}`
        : of.name && key !== undefined
          ? `${of.name}_${key}`
          : undefined,
    );
  }
  if (selector.kind !== 'NameReference') throw notSupported(`'${node.text}' as a path`, selector.start);
  return element(
    of,
    constant('string', selector.name),
    of.name === undefined ? undefined : `${of.name}_${selector.name}`,
  );
}

function call(node: Syntax, frame: Frame, context: Context): Scalar {
  const name = node.at('Name').name;
  const aggregate = context.aggregate?.(node);
  if (aggregate) return aggregate;
  const declared = context.call(node, frame);
  if (declared) {
    if (!isRelation(declared)) return declared;
    throw new KqlError(`Function '${name}' returns a table where a scalar is expected`, node.start);
  }
  return callBuiltIn({ node, name, frame, context } satisfies Call);
}

/** `toscalar`: the first column of the first row, worked out once. */
function onlyValue(node: Syntax, frame: Frame, context: Context): Scalar {
  if (!context.isTable(node, frame)) return context.scalar(node, frame);
  const table = context.table(node);
  const type = table.columns[0]?.type ?? 'dynamic';
  return constant(type, table.rows()[0]?.[0] ?? (type === 'string' ? '' : null));
}
