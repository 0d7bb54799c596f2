import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const proof: DeskCommand = {
  kind: 'desk',
  name: 'proof',
  aliases: ['proofs'],
  usage: 'proof',
  summary: 'Whether a made-up alert arrived, was shown, decided on and told back, and how quickly.',
  examples: ['proof'],

  async answer({ args }, { preparation }) {
    if (args.length > 0) throw new Refused('Say proof, and nothing else.');
    return preparation.proofs();
  },
};
