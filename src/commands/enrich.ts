import { Refused } from '../errors.ts';
import type { ReadCommand } from './command.ts';
import { readSubject } from './read-subject.ts';

/** With an incident it asks anew about all it names; with a name, an address or an id it asks about that. */
export const enrich: ReadCommand = {
  kind: 'read',
  name: 'enrich',
  aliases: ['whatis', 'refresh'],
  usage: 'enrich [INC-1042 | name, address or id]',
  summary: 'Ask far sides anew: about an incident, or about one account, machine, address, file or resource.',
  private: true,
  examples: [
    'enrich INC-1042',
    'enrich adam@contoso.com',
    'enrich ip 203.0.113.9',
    'enrich host vm-pay-web-01',
  ],

  async answer({ incident, args }, reader) {
    if (args.length > 0) return reader.lookUp(await readSubject(args, reader), { anew: true });
    if (incident === undefined)
      throw new Refused('Say what about: enrich INC-1042, or enrich adam@contoso.com.');
    return reader.enrich(incident);
  },
};
