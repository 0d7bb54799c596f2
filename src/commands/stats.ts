import { Refused } from '../errors.ts';
import { type Part, parts } from '../incident/figures.ts';
import type { DeskCommand, Words } from './command.ts';
import { readDays } from './read-days.ts';

export const stats: DeskCommand = {
  kind: 'desk',
  name: 'stats',
  aliases: ['numbers'],
  usage: 'stats [7d | week | me] [--by rule] [--csv | --json]',
  summary: 'Numbers of some days: how many, how soon, what rules cost; your own interruptions with me.',
  options: [
    { name: 'by', value: 'rule', summary: 'Told apart by severity, product or rule.' },
    { name: 'csv', value: undefined, summary: 'All of it as a file in our direct chat.' },
    { name: 'json', value: undefined, summary: 'The same as JSON.' },
  ],
  examples: [
    'stats',
    'stats 30d --by rule',
    'stats month --csv',
    'stats me 4w',
    'stats 2026-11-01..2026-11-30',
  ],

  async answer({ args, options }, { digests }) {
    const isMine = args[0]?.toLowerCase() === 'me';
    const [word, ...others] = isMine ? args.slice(1) : args;
    if (others.length > 0)
      throw new Refused('Say one span: stats 7d, stats week, stats 2026-11-01..2026-11-30.');
    const asked = readDays(word, digests.now, digests.timeZone);
    if (isMine) return digests.mine(asked);
    const by = readPart(options.by);
    if (options.csv === true) return digests.file(asked, by, 'csv');
    if (options.json === true) return digests.file(asked, by, 'json');
    return digests.stats(asked, by);
  },
};

function readPart(said: Words['options'][string] | undefined): Part | undefined {
  if (said === undefined) return undefined;
  const part = parts.find((known) => known === said);
  if (part) return part;
  if (said === 'person')
    throw new Refused('What somebody was called for is told to that person alone: stats me.');
  throw new Refused('Say --by severity, --by product or --by rule.');
}
