import { Refused } from '../errors.ts';
import type { ReadCommand } from './command.ts';

export const details: ReadCommand = {
  kind: 'read',
  name: 'details',
  aliases: ['facts', 'context'],
  usage: 'details [INC-1042] [part of a name]',
  summary: 'All that is known of whom and what an incident concerns.',
  private: true,
  examples: ['details INC-1042', 'details INC-1042 vm-pay'],

  async answer({ incident, args }, reader) {
    if (incident === undefined) throw new Refused('Say which one: details INC-1042.');
    return reader.details(incident, args.join(' '));
  },
};
