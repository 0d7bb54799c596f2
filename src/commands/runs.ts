import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const runs: DeskCommand = {
  kind: 'desk',
  namesIncident: true,
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

  async answer({ args, options, incident }, { plays }) {
    if (args.length > 0) throw new Refused('Say runs, runs INC-1042, or runs --unreviewed.');
    return plays.runs({ incident, unreviewed: options.unreviewed === true });
  },
};
