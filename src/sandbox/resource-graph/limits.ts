import { badRequest, type GraphRefusal, invalidQuery } from './refusal.ts';

/**
 * Resource Graph takes a part of KQL: these operators, and few tables at once.
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
 */
const operators = new Set(
  `count distinct extend join limit mvexpand mv-expand order parse project project-away sort summarize take top
  union where`.split(/\s+/),
);
const mostTables = 3;
const mostExpansions = 3;
const joins = new Set(['innerunique', 'inner', 'leftouter', 'fullouter']);
/** These two may be brought together as often as one likes. */
const related = new Set(['resources', 'resourcecontainers']);

/** What the vendor would refuse although it is good KQL. */
export function beyondLimits(text: string): GraphRefusal | undefined {
  const bare = text.replaceAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*/g, (found) =>
    ' '.repeat(found.length),
  );
  const source = /(?:^|[(;])\s*(let|print|range|datatable|find|search|set|declare|externaldata)\b/i.exec(
    bare,
  );
  if (source?.[1]) return unknownWord(source[1]);
  const words = [...bare.matchAll(/\|\s*([a-z][a-z-]*)/gi)].map(([, word = '']) => word.toLowerCase());
  const strange = words.find((word) => !operators.has(word));
  if (strange) return unknownWord(strange);
  const kind = [...bare.matchAll(/\bjoin\s+kind\s*=\s*(\w+)/gi)].find(([, one = '']) => !joins.has(one));
  if (kind?.[1]) return unknownWord(kind[1]);
  if (/\bisfuzzy\s*=\s*true\b/i.test(bare)) return unknownWord('isfuzzy');
  if (words.filter((word) => /^mv-?expand$/.test(word)).length > mostExpansions)
    return badRequest('DisallowedMaxNumberOfMvExpands', `At most ${mostExpansions} mv-expand are allowed.`);
  return tooManyTables(bare);
}

const unknownWord = (token: string): GraphRefusal =>
  invalidQuery({
    code: 'InvalidQueryLanguage',
    message: 'InvalidQueryLanguage',
    line: -1,
    characterPositionInLine: -1,
    token,
  });

const main = /^\s*(\w+)/;
const brought = /\b(join|union)\b(?:\s+\w+\s*=\s*\w+)*\s*\(?\s*(\w+)/gi;

function tooManyTables(bare: string): GraphRefusal | undefined {
  const own = main.exec(bare)?.[1]?.toLowerCase() ?? '';
  const others = [...bare.matchAll(brought)].map(([, how = '', table = '']) => ({
    how: how.toLowerCase(),
    table: table.toLowerCase(),
  }));
  const isRelated = (table: string) => related.has(own) && related.has(table);
  const foreign = others.filter(({ table }) => table !== own);
  const isFar = foreign.some(({ table }) => !isRelated(table));
  const isUnitedFar = foreign.some(({ how, table }) => how === 'union' && !isRelated(table));
  if (others.length <= mostTables && !isUnitedFar && !(isFar && foreign.length > 1)) return undefined;
  return badRequest(
    'DisallowedMaxNumberOfRemoteTables',
    `Maximum number of remote tables in a query is exceeded: ${foreign.map(({ table }) => table).join(', ')}.`,
  );
}
