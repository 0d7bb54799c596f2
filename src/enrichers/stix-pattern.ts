/** One comparison of a STIX pattern: `ipv4-addr:value = '198.51.100.201'` → `{ path: 'ipv4-addr:value', value: … }`. */
export interface Comparison {
  /** Without quotes, in lower case: `file:hashes.sha-256`. */
  path: string;
  value: string;
}

const longestPattern = 10_000;
const token = /\s*(\[|\]|\(|\)|=|'(?:[^'\\]|\\.)*'|[\w-]+:[\w.'"-]+|[A-Za-z]+)/y;

/**
 * What a pattern compares, where any one of the comparisons is enough. `undefined` for everything that means more than
 * that: AND, NOT, LIKE, something in a sequence. https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html#_e8slinrhxcc9
 */
export function readPattern(pattern: string): Comparison[] | undefined {
  const tokens = tokensOf(pattern);
  if (!tokens) return undefined;
  const comparisons: Comparison[] = [];
  let at = 0;
  let isOpen = false;
  while (at < tokens.length) {
    if (tokens[at] === '[' && !isOpen) {
      isOpen = true;
      at += 1;
    }
    const [path = '', operator = '', literal = ''] = tokens.slice(at, at + 3);
    // `ISSUBSET` is of ranges: https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html#_t11hn314cr7w
    const isComparison = path.includes(':') && /^(=|ISSUBSET)$/.test(operator) && literal.startsWith("'");
    if (!isOpen || !isComparison) return undefined;
    comparisons.push({ path: path.replaceAll(/['"]/g, '').toLowerCase(), value: unquoted(literal) });
    at += 3;
    if (tokens[at] === ']') {
      isOpen = false;
      at += 1;
    }
    if (at < tokens.length && tokens[at] !== 'OR') return undefined;
    at += at < tokens.length ? 1 : 0;
    // An OR leads to something.
    if (at === tokens.length && tokens[at - 1] === 'OR') return undefined;
  }
  return isOpen ? undefined : comparisons;
}

function tokensOf(pattern: string): string[] | undefined {
  if (pattern.length > longestPattern) return undefined;
  const whole = pattern.trim();
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < whole.length) {
    const found = token.exec(whole);
    if (!found?.[1]) return undefined;
    // Brackets within one observation only group what is joined by OR anyway.
    if (found[1] !== '(' && found[1] !== ')') tokens.push(found[1]);
  }
  return tokens.length > 0 ? tokens : undefined;
}

function unquoted(literal: string): string {
  return literal.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
}
