import { Refused } from '../errors.ts';
import type { ReadCommand } from './command.ts';

export const evidence: ReadCommand = {
  kind: 'read',
  name: 'evidence',
  aliases: [],
  usage: 'evidence [INC-1042]',
  summary: 'What logs said and somebody pinned to it.',

  async answer({ incident }, reader) {
    if (incident === undefined) throw new Refused('Say of which one: evidence INC-1042.');
    return reader.evidence(incident);
  },
};
