import { closest, distance } from 'fastest-levenshtein';
import { Refused } from '../errors.ts';
import { severities } from '../incident/alert.ts';
import { readMoment } from '../kql/moment.ts';
import { findClassification } from './close.ts';
import type { FindFilter, ReadCommand, Words } from './command.ts';

const statuses = ['new', 'active', 'closed'] as const;

/** Over incidents, open or closed: by words, whose, how they stand, when, and who or what they are about. */
export const find: ReadCommand = {
  kind: 'read',
  name: 'find',
  aliases: ['search'],
  usage: 'find [words] [--owner me] [--status active] [--since 7d] [--entity 10.0.0.4]',
  summary: 'Incidents, open or closed, newest first.',
  options: [
    { name: 'owner', value: 'me | nobody | name', summary: 'Whose it is.', isWords: true },
    { name: 'status', value: statuses.join(' | '), summary: 'How it stands.' },
    { name: 'severity', value: severities.join(' | '), summary: 'How severe it is.' },
    { name: 'class', value: 'tp | bp | fp | undetermined', summary: 'How it ended.' },
    {
      name: 'entity',
      value: 'name',
      summary: 'The beginning of the name of an account, host, address, file …',
    },
    { name: 'since', value: 'time', summary: 'Opened since then: 7d, yesterday, 2026-11-20.', isWords: true },
    { name: 'until', value: 'time', summary: 'Opened before then.', isWords: true },
    { name: 'page', value: 'number', summary: 'Of all that fit, ten at a time.' },
  ],
  examples: [
    'find shadow copies --since 30d',
    'find --entity adam@contoso.com --class tp',
    'find --owner me --status active',
  ],

  answer: (words, reader) => reader.find(readFilter(words, reader.now)),
};

function readFilter({ args, options, person, people, zone = 'UTC' }: Words, now: Date): FindFilter {
  const said = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  const owner = said('owner');
  const filter: FindFilter = { words: args.join(' ').slice(0, 300), page: readPage(said('page')) };
  if (owner) filter.ownerId = ownerOf(owner, person.id, (name) => people.find(name).id);
  const status = said('status');
  if (status) filter.status = oneOf(statuses, 'status', status);
  const severity = said('severity');
  if (severity) filter.severity = oneOf(severities, 'severity', severity);
  const ending = said('class');
  if (ending) filter.classification = findClassification(ending.toLowerCase());
  const entity = said('entity');
  if (entity) filter.entity = refang(entity);
  const since = said('since');
  if (since) filter.since = readMoment(since, now, zone);
  const until = said('until');
  if (until) filter.until = readMoment(until, now, zone);
  if (Object.keys(filter).length === 2 && filter.words === '') {
    throw new Refused('Say what to look for: find payments --since 7d. Type "find --help" for all there is.');
  }
  return filter;
}

function ownerOf(word: string, me: string, find: (name: string) => string): string {
  const whose = word.toLowerCase();
  if (whose === 'me' || whose === 'mine') return me;
  return whose === 'nobody' || whose === 'none' ? 'nobody' : find(word);
}

function oneOf<T extends string>(all: readonly T[], what: string, said: string): T {
  const found = all.find((one) => one === said.toLowerCase());
  if (found) return found;
  const near = closest(said.toLowerCase(), [...all]);
  const hint =
    distance(said.toLowerCase(), near) <= 2 ? `Did you mean ${near}?` : `Say one of: ${all.join(', ')}.`;
  throw new Refused(`There is no ${what} "${said.slice(0, 40)}". ${hint}`);
}

function readPage(said: string | undefined): number {
  if (said === undefined) return 1;
  const page = Number(said);
  if (Number.isInteger(page) && page >= 1 && page <= 100) return page;
  throw new Refused('A page is a number from 1 to 100: --page 2.');
}

/** Cards show addresses so that nobody follows them by mistake; pasted from there they mean the same. */
function refang(entity: string): string {
  return entity.replaceAll('[.]', '.').replace(/^hxxp/i, 'http').slice(0, 200);
}
