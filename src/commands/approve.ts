import type { DeskCommand } from './command.ts';
import { readRunNumber } from './run-number.ts';

export const approve: DeskCommand = {
  kind: 'desk',
  name: 'approve',
  aliases: [],
  usage: 'approve <RUN-7>',
  summary: 'Say yes to exactly what a colleague has asked for.',
  examples: ['approve RUN-7'],
  answer: async ({ args }, { plays }) => plays.approve(readRunNumber(args, 'approve')),
};
