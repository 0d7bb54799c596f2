import { convert } from '../convert.ts';
import { as, lift } from '../expressions/lift.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, type Scalar } from '../relation.ts';
import { typeNamed, type Value } from '../value.ts';
import { type BuiltIn, of, special } from './define.ts';

/**
 * Kusto's patterns are RE2's. JavaScript knows the same but for flags in front (`(?i)`), named groups with a
 * `P`, and `\A`, `\z`, `\C`. What only JavaScript knows (looking behind, back references) passes here and not there.
 */
export function patternOf(text: string, flags = '', start?: number): RegExp {
  const known = patterns.get(flags + text);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  let all = flags;
  let pattern = text.replace(/^\(\?([imsU]+)\)/, (_, given: string) => {
    all += given.replace(/[^ims]/g, '');
    return '';
  });
  if (/\(\?i\)/.test(pattern)) all += 'i';
  pattern = pattern
    .replace(/\(\?[imsU]+\)/g, '')
    .replace(/\(\?[imsU]+:/g, '(?:')
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/\[\[:(\w+):\]\]/g, (whole, name: string) => classes[name] ?? whole);
  try {
    const made = new RegExp(pattern, [...new Set(all)].join(''));
    if (patterns.size > 500) patterns.clear();
    patterns.set(flags + text, made);
    return made;
  } catch {
    throw new KqlError(`Regex pattern is ill-formed: ${text}`, start, 'SEM0420');
  }
}
const patterns = new Map<string, RegExp>();
const classes: Record<string, string> = {
  alpha: '[a-zA-Z]',
  digit: '[0-9]',
  alnum: '[a-zA-Z0-9]',
  space: '\\s',
  punct: '[!-\\/:-@\\[-`{-~]',
  upper: '[A-Z]',
  lower: '[a-z]',
  xdigit: '[0-9a-fA-F]',
};

export function matches(left: Scalar, right: Scalar, node: Syntax): Scalar {
  if (right.isConstant) patternOf(String(constantOf(right)), '', node.start);
  return lift('bool', [as('string', left), as('string', right)], (text, pattern) =>
    patternOf(String(pattern)).test(String(text)),
  );
}

/** Kusto's `\1` is JavaScript's `$1`. */
const replacementOf = (text: string) =>
  text.replace(/\$/g, '$$$$').replace(/\\(\d)/g, (_, digit) => `$${digit === '0' ? '&' : digit}`);

const replaceByPattern = of(['string', 'string', 'string'], 'string', (text, pattern, put) =>
  text.replace(patternOf(pattern, 'g'), replacementOf(put)),
);
/** The older function of that name takes the pattern first. */
const replaceOld = of(['string', 'string', 'string'], 'string', (pattern, put, text) =>
  text.replace(patternOf(pattern, 'g'), replacementOf(put)),
);

/** `extract(pattern, group, text[, typeof(…)])` */
const extract = special(3, 4, (given) => {
  const [pattern, group, text, type] = given as [Scalar, Scalar, Scalar, Scalar | undefined];
  const found = lift('string', [as('string', pattern), group, as('string', text)], (by, at, within) => {
    const hit = patternOf(String(by)).exec(String(within));
    return hit?.[Number(at)] ?? '';
  });
  if (!type) return found;
  const to = typeNamed(String(constantOf(type)));
  return lift(to, [found], (value) => convert(value, 'string', to));
});

/** `extract_all(pattern, [groups,] text)`: texts where there is one group, else lists of texts. */
const extractAll = special(2, 3, (given) => {
  const [pattern, second, third] = given as [Scalar, Scalar, Scalar | undefined];
  const text = third ?? second;
  const wanted = third ? second : undefined;
  return lift('dynamic', [as('string', pattern), as('string', text), ...(wanted ? [wanted] : [])], allGroups);
});

function allGroups(by: Value, within: Value, wanted: Value = null): Value {
  const all: Value[] = [];
  for (const hit of String(within).matchAll(patternOf(String(by), 'g'))) {
    const groups = Array.isArray(wanted)
      ? wanted.map((at) => hit[Number(at)] ?? hit.groups?.[String(at)] ?? '')
      : hit.slice(1).map((group) => group ?? '');
    if (groups.length === 0) all.push(hit[0]);
    else all.push(groups.length === 1 ? (groups[0] as string) : groups);
  }
  return all.length > 0 ? all : null;
}

/** `countof(text, search[, "normal" | "regex"])`: plain hits may overlap, hits of a pattern do not. */
const countOf = of(['string', 'string', 'string?'], 'long', (text, search, kind = 'normal') => {
  if (kind === 'regex') return [...text.matchAll(patternOf(search, 'g'))].length;
  let count = 0;
  for (let at = text.indexOf(search); at >= 0 && search !== ''; at = text.indexOf(search, at + 1)) count += 1;
  return count;
});

const trimBy = (atStart: boolean, atEnd: boolean) =>
  of(['string', 'string'], 'string', (pattern, text) => {
    let rest = text;
    if (atStart) rest = rest.replace(patternOf(`^(?:${pattern})`), '');
    return atEnd ? rest.replace(patternOf(`(?:${pattern})$`), '') : rest;
  });

const indexOfPattern = of(['string', 'string', 'number?'], 'long', (text, pattern, from = 0) => {
  const at = text.slice(from).search(patternOf(pattern));
  return at < 0 ? -1 : at + from;
});

/** Functions that take a pattern. */
export const regexes: Record<string, BuiltIn> = {
  extract,
  extract_all: extractAll,
  extractall: extractAll,
  replace_regex: replaceByPattern,
  replace: replaceOld,
  countof: countOf,
  trim: trimBy(true, true),
  trim_start: trimBy(true, false),
  trim_end: trimBy(false, true),
  indexof_regex: indexOfPattern,
  regex_quote: of(['string'], 'string', (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')),
};
