import { Refused } from '../errors.ts';
import type { ReadCommand } from './command.ts';

export const show: ReadCommand = {
  kind: 'read',
  name: 'show',
  aliases: ['get', 'view'],
  usage: 'show [INC-1042]',
  summary: 'One incident as its card.',

  async answer({ incident }, reader) {
    if (incident === undefined) throw new Refused('Say which one: show INC-1042.');
    return reader.card(incident);
  },
};
