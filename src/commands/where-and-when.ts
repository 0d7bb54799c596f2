import { closest } from 'fastest-levenshtein';
import { Refused } from '../errors.ts';
import type { Scope } from '../kql/plan.ts';
import { readSpan as readSaidSpan } from '../kql/read-span.ts';
import type { Span } from '../kql/span.ts';
import type { LogDesk, Option, Words } from './command.ts';

/** What every command that asks the logs takes: which logs, and of when. */
export const whereAndWhen: Option[] = [
  { name: 'last', value: 'time', summary: 'How far back: 30m, 4h, 7d.', isWords: true },
  {
    name: 'between',
    value: 'time and time',
    summary: 'From when to when, in UTC: --between yesterday 14:00 and yesterday 16:00.',
    isWords: true,
  },
  { name: 'workspace', value: 'name', summary: 'Whose logs; may be given several times.', isMany: true },
];

/** Throws `Refused`. `usual` is how far back it looks where nothing is said, in milliseconds. */
export function readSpan({ options }: Words, { now, mostDays }: LogDesk, usual: number): Span {
  const said = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  return readSaidSpan({ last: said('last'), between: said('between') }, { now, mostDays, usual });
}

/** The workspaces that are named, or the first there is. Throws `Refused`. */
export function readScope({ options }: Words, { workspaces }: LogDesk): Scope {
  const [usual] = workspaces;
  if (!usual)
    throw new Refused('No logs are connected. An admin names workspaces in the settings: logs.workspaces.');
  const said = options.workspace === undefined ? [usual] : [options.workspace].flat().map(String);
  const names = said.flatMap((one) => one.split(',')).map((one) => find(one.trim(), workspaces));
  const [first, ...others] = new Set(names);
  return { kind: 'workspaces', names: [first ?? usual, ...others] };
}

function find(said: string, workspaces: string[]): string {
  const found = workspaces.find((name) => name.toLowerCase() === said.toLowerCase());
  if (found) return found;
  throw new Refused(
    `There is no workspace "${said.slice(0, 40)}". Did you mean ${closest(said, workspaces)}?`,
  );
}
