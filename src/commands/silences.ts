import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const silences: DeskCommand = {
  kind: 'desk',
  name: 'silences',
  aliases: [],
  usage: 'silences',
  summary: 'What is kept quiet, by whom, until when, and what that has hidden; and what was.',

  async answer({ args }, desks) {
    if (args.length > 0) throw new Refused('Say silences. To end one: silence end 12.');
    return desks.silences.list();
  },
};
