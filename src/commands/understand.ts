import { closest, distance } from 'fastest-levenshtein';
import { Refused } from '../errors.ts';
import type { Command } from './command.ts';
import { type Options, type Parted, part } from './options.ts';

/** Typed words as a command: the verb, the incident they name, and the words after both. */
export interface Understood {
  command: Command;
  incident: number | undefined;
  args: string[];
  /** The same words as they were typed, lines and all, without options. */
  rest: string;
  /** What stood in a code fence, where the command takes a text; empty where there was none. */
  code: string;
  options: Options;
}

/** Throws `Refused` with one helpful line. `threadIncident` is the incident whose thread one is in. */
export function understand(
  text: string,
  commands: Command[],
  threadIncident: number | undefined,
): Understood {
  const [verb, afterVerb] = splitWord(text);
  const command = findCommand(verb || 'help', commands);
  const { code, around } = command.kind === 'logs' ? takeFence(afterVerb) : { code: '', around: afterVerb };
  const [second, afterSecond] = splitWord(around);
  const first = beginsWithIncident(command) ? readIncident(second, threadIncident !== undefined) : undefined;
  const parted = part(command, first === undefined ? around : afterSecond);
  if (parted.options.help) return explained(command, commands);
  const { named = first, rest, args, options } = takeIncident(command, parted);
  const incident = incidentOf(options) ?? named ?? threadIncident;
  const bare = unquote(rest);
  const words = bare === rest ? args : bare.split(/\s+/).filter(Boolean);
  return { command, incident, args: words, rest: bare, code, options };
}

function beginsWithIncident(command: Command): boolean {
  switch (command.kind) {
    case 'change':
      return true;
    case 'read':
      // What is searched for is no incident.
      return command.options === undefined || command.namesIncident === true;
    case 'logs':
      return command.options === undefined;
    case 'self':
    case 'desk':
      // Whoever speaks of themselves speaks of none: the number is a code. Of a run it is the run's.
      return false;
  }
}

/** `run isolate-machine INC-1042`: beside one it stands anywhere, and says so. */
function takeIncident(command: Command, parted: Parted): Parted & { named?: number | undefined } {
  if (command.kind !== 'desk' || !command.namesIncident) return parted;
  const numbers = parted.args.map((word) => readIncident(word, true));
  const at = numbers.findIndex((number) => number !== undefined);
  if (at < 0) return parted;
  const args = parted.args.toSpliced(at, 1);
  return { ...parted, named: numbers[at], args, rest: args.join(' ') };
}

/** `close --help` is `help close`. */
function explained({ name }: Command, commands: Command[]): Understood {
  const help = findCommand('help', commands);
  return { command: help, incident: undefined, args: [name], rest: name, code: '', options: {} };
}

/** Many put lines of a query between fences, with or without the name of a language. */
function takeFence(text: string): { code: string; around: string } {
  const fence = text.match(/```(?:[ \t]*(?:kql|kusto)?[ \t]*\n)?([\s\S]*?)```/i);
  if (!fence) return { code: '', around: text };
  return { code: fence[1]?.trim() ?? '', around: text.replace(fence[0], () => ' ').trim() };
}

function incidentOf({ incident }: Options): number | undefined {
  if (typeof incident !== 'string') return undefined;
  const number = readIncident(incident, false);
  if (number === undefined) throw new Refused('An incident is named like this: --incident INC-1042.');
  return number;
}

function splitWord(text: string): [word: string, rest: string] {
  const [word = ''] = text.trim().split(/\s+/, 1);
  return [word, text.trim().slice(word.length).trim()];
}

/** Many put what they say in quotes; chat clients make them typographic. */
export function unquote(text: string): string {
  return (
    text.match(/^["\u201c\u201d\u201e\u00ab]([^"\u201c\u201d\u00bb]*)["\u201c\u201d\u00bb]$/)?.[1] ?? text
  );
}

export function findCommand(word: string, commands: Command[]): Command {
  const wanted = word.toLowerCase();
  const found = commands.find((c) => c.name === wanted || c.aliases.includes(wanted));
  if (found) return found;
  const names = commands.flatMap((c) => [c.name, ...c.aliases]);
  const near = closest(wanted, names);
  // Two slips in a short word is another word.
  const hint =
    distance(wanted, near) <= 2 ? `Did you mean "${near}"?` : 'Type "help" to see what I understand.';
  throw new Refused(`I do not know "${wanted.slice(0, 40)}". ${hint}`);
}

/** `INC-1042`, `inc1042`, `#1042`; bare `1042` only outside of a thread, where a number may just be a number. */
function readIncident(word: string, inThread: boolean): number | undefined {
  const [, prefix, digits] = word.match(/^(inc-?|#)?(\d{1,12})[:,]?$/i) ?? [];
  return digits && (prefix || !inThread) ? Number(digits) : undefined;
}
