import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const playbooks: DeskCommand = {
  kind: 'desk',
  namesIncident: true,
  name: 'playbooks',
  aliases: ['plays'],
  usage: 'playbooks [INC-1042 | words] [--all] [--discover]',
  summary: 'What we can do, how risky it is, and how it is taken back; of an incident, what fits it.',
  private: true,
  options: [
    { name: 'all', value: undefined, summary: 'Every one, also where the thread is that of an incident.' },
    {
      name: 'discover',
      value: undefined,
      summary: 'What could be run in Azure and is not in the settings yet: Logic Apps and runbooks.',
    },
  ],
  examples: ['playbooks', 'playbooks INC-1042', 'playbooks isolate', 'playbooks --discover'],

  async answer({ args, options, incident }, { plays }) {
    const about = args.join(' ');
    if (options.discover) {
      if (about) throw new Refused('Say it alone: playbooks --discover.');
      return plays.discover();
    }
    const isOffer = incident !== undefined && about === '' && !options.all;
    return isOffer ? plays.offered(incident) : plays.playbooks(about);
  },
};
