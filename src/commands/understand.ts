import { closest, distance } from 'fastest-levenshtein';
import { Refused } from '../errors.ts';
import type { Command } from './command.ts';

/** Typed words as a command: the verb, the incident they name, and the words after both. */
export interface Understood {
  command: Command;
  incident: number | undefined;
  args: string[];
  /** The same words as they were typed, lines and all. */
  rest: string;
}

/** Throws `Refused` with one helpful line. `threadIncident` is the incident whose thread one is in. */
export function understand(
  text: string,
  commands: Command[],
  threadIncident: number | undefined,
): Understood {
  const [verb, afterVerb] = splitWord(text);
  const command = findCommand(verb || 'help', commands);
  const [second, afterSecond] = splitWord(afterVerb);
  // Whoever speaks of themselves speaks of no incident: the number is a code.
  const named = command.kind === 'self' ? undefined : readIncident(second, threadIncident !== undefined);
  const rest = unquote(named === undefined ? afterVerb : afterSecond);
  return { command, incident: named ?? threadIncident, args: rest.split(/\s+/).filter(Boolean), rest };
}

function splitWord(text: string): [word: string, rest: string] {
  const [word = ''] = text.trim().split(/\s+/, 1);
  return [word, text.trim().slice(word.length).trim()];
}

/** Many put what they say in quotes; chat clients make them typographic. */
function unquote(text: string): string {
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
