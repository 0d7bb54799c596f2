import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const reconcile: DeskCommand = {
  kind: 'desk',
  name: 'reconcile',
  aliases: [],
  usage: 'reconcile',
  summary: 'What is open at each source and here, as it was compared last, and what was mended.',
  examples: ['reconcile'],

  async answer({ args }, { preparation }) {
    if (args.length > 0)
      throw new Refused('Say reconcile, and nothing else: it is done by itself every hour.');
    return preparation.reconciled();
  },
};
