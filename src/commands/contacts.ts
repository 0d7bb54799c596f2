import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const contacts: DeskCommand = {
  kind: 'desk',
  name: 'contacts',
  aliases: [],
  usage: 'contacts',
  summary: 'Whom Defender for Cloud warns, subscription by subscription, and where it warns nobody.',
  private: true,
  examples: ['contacts'],

  async answer({ args }, { preparation }) {
    if (args.length > 0) throw new Refused('Say contacts, and nothing else.');
    return preparation.contacts();
  },
};
