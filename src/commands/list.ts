import { Refused } from '../errors.ts';
import type { ReadCommand } from './command.ts';

export const list: ReadCommand = {
  kind: 'read',
  name: 'list',
  aliases: ['ls', 'queue'],
  usage: 'list [open | mine | unowned | <name>]',
  summary: 'Open incidents, most important first.',

  async answer({ args, person, people }, reader) {
    const whose = args.join(' ').toLowerCase();
    switch (whose) {
      case '':
      case 'open':
        return reader.list({ owner: undefined, unowned: false });
      case 'mine':
      case 'me':
        return reader.list({ owner: person, unowned: false });
      case 'unowned':
      case 'nobody':
        return reader.list({ owner: undefined, unowned: true });
      default:
        return reader.list({ owner: find(whose, people.find), unowned: false });
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
