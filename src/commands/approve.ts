import type { PlayCommand } from './command.ts';
import { readRunNumber } from './run-number.ts';

export const approve: PlayCommand = {
  kind: 'plays',
  name: 'approve',
  aliases: [],
  usage: 'approve <RUN-7>',
  summary: 'Say yes to exactly what a colleague has asked for.',
  examples: ['approve RUN-7'],
  answer: async ({ args }, desk) => desk.approve(readRunNumber(args, 'approve')),
};
