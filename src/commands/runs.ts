import { Refused } from '../errors.ts';
import type { PlayCommand } from './command.ts';

export const runs: PlayCommand = {
  kind: 'plays',
  name: 'runs',
  aliases: [],
  usage: 'runs [INC-1042] [--unreviewed]',
  summary: 'What was run, is under way or waits for a yes; of an incident, or the newest of all.',
  private: true,
  options: [
    {
      name: 'unreviewed',
      value: undefined,
      summary: 'Only those that were run without approval, and that no lead has looked at yet.',
    },
  ],
  examples: ['runs', 'runs INC-1042', 'runs --unreviewed'],

  async answer({ args, options, incident }, desk) {
    if (args.length > 0) throw new Refused('Say runs, runs INC-1042, or runs --unreviewed.');
    return desk.runs({ incident, unreviewed: options.unreviewed === true });
  },
};
