import { Refused } from '../errors.ts';
import type { ReadCommand } from './command.ts';

export const list: ReadCommand = {
  kind: 'read',
  name: 'list',
  aliases: ['ls', 'queue'],
  usage: 'list [open | mine | unowned | <name>] [--silenced]',
  summary: 'Open incidents, most important first.',
  options: [
    {
      name: 'silenced',
      value: undefined,
      summary: 'Only those that are silenced; they are left out otherwise.',
    },
  ],

  async answer({ args, person, people, options }, reader) {
    const which = options.silenced === true ? { silenced: true as const } : {};
    const whose = args.join(' ').toLowerCase();
    switch (whose) {
      case '':
      case 'open':
        return reader.list({ owner: undefined, unowned: false, ...which });
      case 'mine':
      case 'me':
        return reader.list({ owner: person, unowned: false, ...which });
      case 'unowned':
      case 'nobody':
        return reader.list({ owner: undefined, unowned: true, ...which });
      default:
        return reader.list({ owner: find(whose, people.find), unowned: false, ...which });
    }
  },
};

function find<P>(name: string, find: (name: string) => P): P {
  try {
    return find(name);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(`${error.message} Or: list open, list mine, list unowned.`);
  }
}
