import type { PlayCommand } from './command.ts';
import { readRunNumber } from './run-number.ts';

export const undo: PlayCommand = {
  kind: 'plays',
  name: 'undo',
  aliases: ['revert', 'take-back'],
  usage: 'undo <RUN-7>',
  summary: 'Take back what a playbook changed, before its time is over.',
  examples: ['undo RUN-7'],
  answer: async ({ args }, desk) => desk.undo(readRunNumber(args, 'undo')),
};
