import { createHash } from 'node:crypto';
import { isAlias, isNode, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { Malformed } from '../errors.ts';
import { safeParse } from '../safe-parse.ts';
import type { Hunt, HuntParameter } from './hunt.ts';
import { ownWords, placeholdersIn } from './hunt-text.ts';
import { tacticName, techniqueName } from './tactics.ts';

/** The longest of some thousand published ones has 30,000 characters. */
export const longestHunt = 200_000;

/**
 * One YAML file as the Azure-Sentinel repository writes them, oddities and all: what is not needed may be missing or of
 * another type. Throws `Malformed` with the reason in words. https://github.com/Azure/Azure-Sentinel/wiki/Query-Style-Guide
 */
export function readHunt(text: string, file: string): Hunt {
  if (text.length > longestHunt) throw new Malformed(`It is longer than ${longestHunt} characters.`);
  const read = safeParse(hunt, readYaml(text));
  if (read.error) throw new Malformed(inWords(read.error));
  const { name, query, parameters, ...written } = read.data;
  if (!query.trim()) throw new Malformed('It has no query.');
  checkParameters(query, parameters);
  return {
    id: idOf(written.id, name || file, query),
    name: name || nameFrom(file),
    description: unquoted(written.description),
    tactics: [...new Set(listOf(written.tactics).map(tacticName))],
    techniques: [...new Set(listOf(written.relevantTechniques).flatMap((one) => techniqueName(one) ?? []))],
    tables: tablesOf(written.requiredDataConnectors),
    entityMappings: mappingsOf(written.entityMappings, query),
    query: query.trimEnd(),
    parameters,
    file,
  };
}

function readYaml(text: string): unknown {
  const whole = parseDocument(text, { uniqueKeys: false });
  const document = whole.errors.length === 0 ? whole : parseDocument(mended(text), { uniqueKeys: false });
  const [fault] = document.errors;
  if (fault) throw new Malformed(`It is no YAML: ${fault.message.split('\n', 1)[0]?.replace(/:$/, '')}.`);
  refuseTwice(document.contents);
  visit(document, {
    Node: (_key, node) => {
      // One that grows as it is read is the oldest trick with YAML; no hunt needs any.
      if (isAlias(node) || (isNode(node) && 'anchor' in node && node.anchor !== undefined)) {
        throw new Malformed('It has an anchor or an alias (& or *), which are not read.');
      }
    },
  });
  return document.toJS({ maxAliasCount: 0 });
}

/** YAML allows no tabs before a line, and no blanks in an empty one above a text; hand-written files have both. */
function mended(text: string): string {
  return text
    .replace(/^[ \t]+$/gm, '')
    .replace(/^[ \t]*\t[ \t]*/gm, (blanks) => blanks.replaceAll('\t', '  '));
}

/** Whoever reviews a file reads the first; YAML takes the last. */
function refuseTwice(contents: unknown): void {
  const written = z.object({ items: z.array(z.object({ key: z.unknown() })) }).safeParse(contents);
  const keys = written.success ? written.data.items.map(({ key }) => String(key)) : [];
  for (const key of ['id', 'query', 'parameters']) {
    if (keys.filter((one) => one === key).length > 1) throw new Malformed(`It says "${key}" twice.`);
  }
}

const word = z.union([z.string(), z.number()]).transform(String);
const looseWord = word.catch('');
/** A list of words, one word, or words between commas; anything else is none. */
const words = z.union([z.array(looseWord), word.transform((one) => one.split(','))]).catch([]);

const parameter = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, 'is a letter, then letters, digits and _, at most 40 in all'),
    kind: z.enum(['account', 'host', 'ip', 'file', 'url', 'resource', 'text', 'number', 'timespan']),
    summary: z.string().trim().max(300).default(''),
    default: z.union([z.string().max(1_000), z.number()]).optional(),
  })
  .strict()
  .transform(({ default: usual, ...rest }) => ({
    ...rest,
    default: usual,
  })) satisfies z.ZodType<HuntParameter>;

const hunt = z.object(
  {
    id: looseWord,
    name: looseWord.transform((name) => name.trim()),
    description: looseWord,
    tactics: words,
    relevantTechniques: words,
    requiredDataConnectors: z.array(z.object({ dataTypes: words }).catch({ dataTypes: [] })).catch([]),
    query: z.string({ error: 'It has no query.' }),
    entityMappings: z
      .array(
        z
          .object({
            entityType: z.string(),
            fieldMappings: z.array(z.object({ identifier: looseWord, columnName: word })),
          })
          .optional()
          .catch(undefined),
      )
      .catch([]),
    parameters: z
      .array(parameter)
      .max(20)
      .nullish()
      .transform((given) => given ?? []),
  },
  { error: 'It is no hunt: it has no keys like id, name and query.' },
);

/** Ours, so they must be right. */
function checkParameters(query: string, parameters: HuntParameter[]): void {
  if (parameters.length === 0) return;
  const names = parameters.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice) throw new Malformed(`The parameter "${twice}" stands there twice.`);
  const used = placeholdersIn(query);
  const unused = names.find((name) => !used.includes(name));
  if (unused) throw new Malformed(`The query does not use its parameter "${unused}": write {{${unused}}}.`);
  const unknown = used.find((name) => !names.includes(name));
  if (unknown) throw new Malformed(`The query uses {{${unknown}}}, which is no parameter.`);
  const outside = placeholdersIn(ownWords(query));
  const inside = used.find((name) => !outside.includes(name));
  if (inside)
    throw new Malformed(`{{${inside}}} stands within a string or a comment: write it without quotes.`);
}

/** Its own, or one that is made of what it says, so that it stays the same while the file does. */
function idOf(written: string, name: string, query: string): string {
  const [own] = written.toLowerCase().match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) ?? [];
  if (own) return own;
  const hash = createHash('sha256').update(`${name}\n${query}`).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function nameFrom(file: string): string {
  const [base = file] = file.split('/').slice(-1);
  return base.replace(/\.ya?ml$/i, '').replace(/[_-]+/g, ' ');
}

/** Many descriptions are a quoted sentence within a block. */
function unquoted(text: string): string {
  const trimmed = text.trim();
  return trimmed.match(/^(['"])([\s\S]*)\1$/)?.[2]?.trim() ?? trimmed.replace(/^'/, '').trim();
}

function listOf(written: string[]): string[] {
  return written.map((one) => one.trim()).filter(Boolean);
}

/** `SecurityEvent`, `Syslog (Linux)`: until the parser says which tables it reads, the connectors do. */
function tablesOf(connectors: { dataTypes: string[] }[]): string[] {
  const named = connectors.flatMap(({ dataTypes }) =>
    dataTypes.flatMap((type) => type.match(/^\s*(\w+)/)?.[1] ?? []),
  );
  return [...new Set(named)];
}

/** What hunts of before 2021 say by the names of their columns. */
const customEntities = [
  ['AccountCustomEntity', 'Account', 'FullName'],
  ['HostCustomEntity', 'Host', 'FullName'],
  ['IPCustomEntity', 'IP', 'Address'],
  ['URLCustomEntity', 'URL', 'Url'],
  ['FileHashCustomEntity', 'FileHash', 'Value'],
] as const;

function mappingsOf(
  written: (Hunt['entityMappings'][number] | undefined)[],
  query: string,
): Hunt['entityMappings'] {
  const said = written.flatMap((mapping) => mapping ?? []);
  if (said.length > 0) return said;
  const own = ownWords(query);
  return customEntities
    .filter(([column]) => new RegExp(`\\b${column}\\s*=[^=~]`).test(own))
    .map(([columnName, entityType, identifier]) => ({
      entityType,
      fieldMappings: [{ identifier, columnName }],
    }));
}

/** The first fault, with its place where it has one: `parameters.0.kind`. */
function inWords(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'It is no hunt.';
  const place = issue.path.join('.');
  return place === '' || issue.message.startsWith('It ') ? issue.message : `${place}: ${issue.message}.`;
}
