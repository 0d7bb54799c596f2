import { Command as Parser, Option as ParserOption } from 'commander';
import { parseArgsStringToArgv } from 'string-argv';
import { Refused } from '../errors.ts';
import type { Command, Option } from './command.ts';

export type Options = Record<string, string | string[] | true>;

/** What every command takes. */
export const everywhere: Option[] = [
  {
    name: 'incident',
    value: 'INC-1042',
    summary: 'The incident that is meant, where it is not that of the thread.',
  },
  { name: 'private', value: undefined, summary: 'The answer is for you alone.' },
  { name: 'help', value: undefined, summary: 'How it is used.' },
];

/** Words and options, apart. */
export interface Parted {
  /** The words as they were typed, lines and all. */
  rest: string;
  args: string[];
  options: Options;
}

/**
 * Parts what was typed after the verb. Of a command that takes a text, or no options of its own, the text stays as it
 * was typed, and options are what follows it. Throws `Refused` on an option that there is not, with the one that was
 * probably meant.
 */
export function part(command: Command, typed: string): Parted {
  const known = [...(command.options ?? []), ...everywhere];
  if (command.options && !command.isText) {
    const { operands, options } = parse(command, known, split(typed));
    return { rest: operands.join(' '), args: operands, options };
  }
  // In free words two dashes may be two dashes; in a query they are an option, or a slip of one.
  const start = startOfOptions(typed, command.kind === 'logs' ? undefined : known);
  const { operands, options } = parse(command, known, split(typed.slice(start)));
  const after = operands.join(' ');
  const rest = [typed.slice(0, start).trim(), after].filter(Boolean).join(' ');
  return { rest, args: rest.split(/\s+/).filter(Boolean), options };
}

/** Where options begin: the first that stands outside of quotes, with a space before it. `known` limits them to these. */
function startOfOptions(typed: string, known: Option[] | undefined): number {
  const names = known?.map(({ name }) => name).join('|') ?? '[a-z][a-z-]*';
  const pattern = new RegExp(
    `"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|(?<=^|\\s)(?=--(?:${names})(?:[\\s=]|$))`,
    'g',
  );
  for (const { 0: found, index } of typed.matchAll(pattern)) if (found === '') return index;
  return typed.length;
}

/** Reads like one, and quotes nothing. */
const apostrophe = '\u02bc';

/** As a shell would, with the quotes that chat clients make typographic; within a word (`it's`) there is none. */
function split(typed: string): string[] {
  const plain = typed
    .replace(/(?<=\p{L})['\u2019](?=\p{L})/gu, apostrophe)
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/[\u2018\u2019]/g, "'");
  return parseArgsStringToArgv(plain).map((word) => word.replaceAll(apostrophe, "'"));
}

function parse(command: Command, known: Option[], argv: string[]): { operands: string[]; options: Options } {
  const parser = new Parser(command.name)
    .helpOption(false)
    .argument('[words...]')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const option of known) parser.addOption(toParser(option));
  try {
    parser.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Refused(`${inWords(error.message)} Type "${command.name} --help".`);
  }
  const given = parser.opts<Options>();
  const options = parser.options.flatMap((option) => {
    const value = given[option.attributeName()];
    if (value === undefined) return [];
    const isJoined = Array.isArray(value) && option.variadic;
    return [[option.name(), isJoined ? value.join(' ') : value] as const];
  });
  return { operands: parser.args, options: Object.fromEntries(options) };
}

function toParser({ name, value, summary, isMany, isWords }: Option): ParserOption {
  if (value === undefined) return new ParserOption(`--${name}`, summary);
  const option = new ParserOption(`--${name} <${value}${isWords ? '...' : ''}>`, summary);
  if (isMany) option.argParser((one: string, before: string[] | undefined) => [...(before ?? []), one]);
  return option;
}

/** `error: unknown option '--lst'\n(Did you mean --last?)` as a sentence. */
function inWords(message: string): string {
  const [what = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const sentence = what.slice(0, 120).replace(/^./, (first) => first.toUpperCase());
  return `${sentence}.${hint ? ` ${hint.replace(/[()]/g, '')}` : ''}`;
}
