import type { Scalar } from '../relation.ts';
import { as, lift } from './lift.ts';

type Test = (text: string, part: string) => boolean;

const isTermCharacter = (text: string, at: number) => {
  const code = text.charCodeAt(at);
  if (code < 128) return (code > 47 && code < 58) || (code > 64 && code < 91) || (code > 96 && code < 123);
  return /[\p{L}\p{N}\uD800-\uDFFF]/u.test(text[at] ?? '');
};

/** A term ends where letters and digits do. Only an edge that is itself a letter or digit needs such an end. */
function findTerm(text: string, part: string, isWholeLeft: boolean, isWholeRight: boolean): boolean {
  if (part === '') return true;
  const left = isWholeLeft && isTermCharacter(part, 0);
  const right = isWholeRight && isTermCharacter(part, part.length - 1);
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const end = at + part.length;
    const isFreeLeft = !left || at === 0 || !isTermCharacter(text, at - 1);
    if (isFreeLeft && (!right || end === text.length || !isTermCharacter(text, end))) return true;
  }
  return false;
}

export const hasTerm: Test = (text, part) => findTerm(text, part, true, true);

const tests: Record<string, Test> = {
  Has: hasTerm,
  HasPrefix: (text, part) => findTerm(text, part, true, false),
  HasSuffix: (text, part) => findTerm(text, part, false, true),
  Contains: (text, part) => text.includes(part),
  StartsWith: (text, part) => text.startsWith(part),
  EndsWith: (text, part) => text.endsWith(part),
};

/** `NotHasPrefixCsExpression` → how it is tested; `undefined` where the kind is no text operator. */
export function textTest(kind: string): { test: Test; isNegated: boolean; isCased: boolean } | undefined {
  if (kind === 'EqualTildeExpression' || kind === 'BangTildeExpression') {
    return { test: (a, b) => a === b, isNegated: kind === 'BangTildeExpression', isCased: false };
  }
  const found = /^(Not)?(?:Bang)?([A-Z][a-zA-Z]*?)(Cs)?Expression$/.exec(kind);
  const test = tests[found?.[2] ?? ''];
  return test ? { test, isNegated: Boolean(found?.[1]), isCased: Boolean(found?.[3]) } : undefined;
}

export function tested(left: Scalar, right: Scalar, how: NonNullable<ReturnType<typeof textTest>>): Scalar {
  const { test, isNegated, isCased } = how;
  const [a, b] = [as('string', left), as('string', right)];
  if (isCased) return lift('bool', [a, b], (x, y) => test(String(x), String(y)) !== isNegated);
  if (b.isConstant) {
    const part = String(b.get([])).toLowerCase();
    return lift('bool', [a], (x) => test(String(x).toLowerCase(), part) !== isNegated);
  }
  return lift('bool', [a, b], (x, y) => test(String(x).toLowerCase(), String(y).toLowerCase()) !== isNegated);
}
