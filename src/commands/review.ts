import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const review: DeskCommand = {
  kind: 'desk',
  name: 'review',
  aliases: ['postmortem'],
  usage: 'review [INC-1042]',
  summary: 'What happened, who decided, what is left to do: a document to look back with.',
  namesIncident: true,
  examples: ['review INC-1042'],

  async answer({ incident, args, options }, { after }) {
    if (incident === undefined || args.length > 0) throw new Refused('Say of which one: review INC-1042.');
    return after.review(incident, options.private === true);
  },
};
