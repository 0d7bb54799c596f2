import { EndpointRefusal } from './refusal.ts';

/** What a list is asked for by OData. */
export interface Asked {
  matches(entry: object): boolean;
  top: number;
  skip: number;
}

const longestPage = 10_000;
const known = ['$filter', '$top', '$skip'];

/** Reads the query of the address; what is not understood is refused, as are properties that cannot be filtered by. */
export function askedIn(url: URL, filterable: string[]): Asked {
  const stranger = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (stranger !== undefined) throw wrong(`The query option '${stranger}' is not supported.`);
  const filter = url.searchParams.get('$filter');
  return {
    matches: filter === null ? () => true : readFilter(filter, filterable),
    top: readAmount(url, '$top', longestPage),
    skip: readAmount(url, '$skip', 0),
  };
}

export function select<Entry extends object>(entries: Entry[], { matches, top, skip }: Asked): Entry[] {
  return entries.filter(matches).slice(skip, skip + top);
}

function readAmount(url: URL, name: string, usual: number): number {
  const said = url.searchParams.get(name);
  if (said === null) return usual;
  if (!/^\d+$/.test(said)) throw wrong(`Invalid value '${said}' for ${name} query option.`);
  if (name === '$top' && Number(said) > longestPage) {
    throw wrong(`The limit of '${longestPage}' for Top query has been exceeded. The value is '${said}'.`);
  }
  return Number(said);
}

type Test = (entry: object) => boolean;

/** Comparisons with `and` and `or`; `and` binds more tightly. */
function readFilter(filter: string, filterable: string[]): Test {
  const alternatives = split(filter, 'or').map((clauses) =>
    split(clauses, 'and').map((clause) => readClause(clause.trim(), filterable)),
  );
  return (entry) => alternatives.some((tests) => tests.every((test) => test(entry)));
}

/** At the word, where it stands outside of quotes. */
function split(filter: string, word: string): string[] {
  const parts = [''];
  for (const piece of filter.match(/'(?:[^']|'')*'|\s+\w+\s+|[^'\s]+|\s|'/g) ?? []) {
    if (piece.trim() === word) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
  }
  return parts;
}

function readClause(clause: string, filterable: string[]): Test {
  const starting = /^startswith\((\w+),\s*'((?:[^']|'')*)'\)$/.exec(clause)?.slice(1);
  const compared = /^(\w+) (eq|ne|gt|ge|lt|le) (?:'((?:[^']|'')*)'|([\w.:+-]+))$/.exec(clause)?.slice(1);
  const [property = '', operator = 'startswith', quoted, bare] = starting
    ? [starting[0], 'startswith', starting[1]]
    : (compared ?? []);
  if (property === '') throw wrong(`Syntax error in '${clause}'.`);
  if (!filterable.includes(property)) {
    throw wrong(`The property '${property}' cannot be used in the $filter query option.`);
  }
  const wanted = (quoted ?? bare ?? '').replaceAll("''", "'");
  return (entry) => compare(String(Reflect.get(entry, property) ?? ''), operator, wanted);
}

function compare(value: string, operator: string, wanted: string): boolean {
  switch (operator) {
    case 'startswith':
      return value.startsWith(wanted);
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    case 'gt':
      return value > wanted;
    case 'ge':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    default:
      return value <= wanted;
  }
}

const wrong = (message: string): EndpointRefusal => new EndpointRefusal(400, 'ODataError', message);
