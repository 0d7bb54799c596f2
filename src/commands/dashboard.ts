import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const dashboard: DeskCommand = {
  kind: 'desk',
  name: 'dashboard',
  aliases: ['home'],
  usage: 'dashboard',
  summary: 'What is yours, what nobody has, who is on call and how it goes; to you alone.',
  private: true,
  examples: ['dashboard'],

  async answer({ args }, { digests }) {
    if (args.length > 0) throw new Refused('Say dashboard, and nothing else.');
    return digests.dashboard();
  },
};
