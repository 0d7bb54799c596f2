/** Comments and strings of KQL; a string that begins with `@` doubles its quote instead of escaping it. */
const literals =
  /\/\/[^\n]*|```[\s\S]*?```|~~~[\s\S]*?~~~|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** The query with blanks where comments and strings stand: what is left are its own words, at their own places. */
export function ownWords(query: string): string {
  return query.replace(literals, blank);
}

const placeholder = /\{\{\s*([A-Za-z]\w*)\s*\}\}/g;

/** Names that stand as `{{name}}` in the text, each once. */
export function placeholdersIn(text: string): string[] {
  return [...new Set([...text.matchAll(placeholder)].map(([, name = '']) => name))];
}

/**
 * The query with its values: each becomes a `let` before it and a name in it. Wherever a placeholder stands, a name is all
 * that comes there, so no value can become part of the query, a string or a comment.
 */
export function withValues(query: string, literalOf: Record<string, string>): string {
  const names = Object.keys(literalOf);
  if (names.length === 0) return query;
  const head = names.map((name) => `let ${nameInQuery(name)} = ${literalOf[name]};`);
  const body = query.replace(placeholder, (whole, name: string) =>
    Object.hasOwn(literalOf, name) ? nameInQuery(name) : whole,
  );
  return `${head.join('\n')}\n${body}`;
}

/** No table has a column of such a name; a column would hide the value. */
function nameInQuery(parameter: string): string {
  return `p_${parameter}`;
}

/** The query followed by one more condition; before `render`, which must stay the last. */
export function narrowed(query: string, condition: string): string {
  // Strings stay something, so that what ends with one is not cut short.
  const words = query.replace(literals, (literal) =>
    literal.startsWith('//') ? blank(literal) : fill(literal),
  );
  const end = words.replace(/[;\s]+$/, '').length;
  const drawn = words.slice(0, end).search(/\|\s*render\s[^|]*$/i);
  if (drawn >= 0) {
    return `${query.slice(0, drawn).trimEnd()}\n| where ${condition}\n${query.slice(drawn, end)}`;
  }
  const whole = words.slice(end).includes(';') ? query.slice(0, end) : query.trimEnd();
  return `${whole}\n| where ${condition}`;
}

function blank(literal: string): string {
  return literal.replace(/[^\n]/g, ' ');
}

function fill(literal: string): string {
  return literal.replace(/[^\n]/g, '_');
}
