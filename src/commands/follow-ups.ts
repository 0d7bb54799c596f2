import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const followUps: DeskCommand = {
  kind: 'desk',
  name: 'follow-ups',
  aliases: ['followups'],
  usage: 'follow-ups [INC-1042] [--mine]',
  summary: 'What is still to be done after incidents, the soonest due first.',
  namesIncident: true,
  options: [{ name: 'mine', value: undefined, summary: 'Only what is yours.' }],
  examples: ['follow-ups', 'follow-ups --mine', 'follow-ups INC-1042'],

  async answer({ incident, args, options }, { after }) {
    if (args.length > 0) throw new Refused('Say follow-ups, follow-ups INC-1042, or follow-ups --mine.');
    return after.followUps({ incident, isMine: options.mine === true });
  },
};
