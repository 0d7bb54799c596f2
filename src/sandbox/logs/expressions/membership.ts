import type { Context } from '../context.ts';
import { convert, textOf } from '../convert.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, type Frame, type Scalar } from '../relation.ts';
import { isNumeric, keyOf, type Type, type Value } from '../value.ts';
import { as, lift } from './lift.ts';
import { hasTerm } from './texts.ts';

interface Member {
  value: Value;
  type: Type;
}

/** `in`, `in~`, `!in` and `!in~`: among values, the elements of a list, or the first column of a table. */
export function among(node: Syntax, frame: Frame, context: Context): Scalar {
  const isNegated = node.kind.startsWith('Not');
  const isCased = !node.kind.includes('Cs');
  const left = context.scalar(node.at('Left'), frame);
  const [fixed, varying] = members(node.at('Right'), frame, context);
  const key = (value: Value) => {
    const plain = keyOf(value);
    return isCased || typeof plain !== 'string' ? plain : plain.toLowerCase();
  };
  const asLeft = ({ value, type }: Member): Value =>
    type === left.type || (isNumeric(type) && isNumeric(left.type))
      ? value
      : left.type === 'dynamic'
        ? textOf(value, type)
        : convert(value, type, left.type);
  // What a dynamic value is held against are texts, whatever it holds itself.
  const subject = left.type === 'dynamic' ? as('string', left) : left;
  const known = new Set(fixed.map((member) => key(asLeft(member))));
  if (varying.length === 0) return lift('bool', [subject], (value) => known.has(key(value)) !== isNegated);
  return lift('bool', [subject, ...varying], (value, ...others) => {
    const own = key(value);
    const isFound =
      known.has(own) ||
      others.some((other, place) => {
        const type = varying[place]?.type ?? 'dynamic';
        const all = Array.isArray(other) ? other : [other];
        return all.some((one) => key(asLeft({ value: one, type })) === own);
      });
    return isFound !== isNegated;
  });
}

/** `has_any` and `has_all`. */
export function hasMany(node: Syntax, frame: Frame, context: Context): Scalar {
  const isAll = node.kind === 'HasAllExpression';
  const left = as('string', context.scalar(node.at('Left'), frame));
  const [fixed, varying] = members(node.at('Right'), frame, context);
  const parts = fixed
    .map(({ value, type }) => textOf(value, type).toLowerCase())
    .filter((part) => part !== '');
  return lift('bool', [left, ...varying], (value, ...others) => {
    const text = String(value).toLowerCase();
    const more = others.flat().map((one) => textOf(one, 'dynamic').toLowerCase());
    const all = more.length > 0 ? [...parts, ...more] : parts;
    return isAll ? all.every((part) => hasTerm(text, part)) : all.some((part) => hasTerm(text, part));
  });
}

/** What stands in the brackets: values known beforehand, and expressions that look at the row. */
function members(list: Syntax, frame: Frame, context: Context): [Member[], Scalar[]] {
  const fixed: Member[] = [];
  const varying: Scalar[] = [];
  const written = list.kind === 'ExpressionList' ? list.all('Expressions') : [list];
  for (const node of written) {
    if (context.isTable(node, frame)) {
      const table = context.table(node);
      const type = table.columns[0]?.type ?? 'dynamic';
      for (const [value = null] of table.rows()) fixed.push({ value, type });
      continue;
    }
    const scalar = context.scalar(node, frame);
    if (!scalar.isConstant) {
      varying.push(scalar);
      continue;
    }
    const value = constantOf(scalar);
    if (Array.isArray(value)) fixed.push(...value.map((one) => ({ value: one, type: 'dynamic' as const })));
    else fixed.push({ value, type: scalar.type });
  }
  return [fixed, varying];
}
