import type { DeskCommand } from './command.ts';
import { readRunNumber } from './run-number.ts';

export const undo: DeskCommand = {
  kind: 'desk',
  name: 'undo',
  aliases: ['revert', 'take-back'],
  usage: 'undo <RUN-7>',
  summary: 'Take back what a playbook changed, before its time is over.',
  examples: ['undo RUN-7'],
  answer: async ({ args }, { plays }) => plays.undo(readRunNumber(args, 'undo')),
};
