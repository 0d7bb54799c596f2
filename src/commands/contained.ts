import type { DeskCommand } from './command.ts';

export const contained: DeskCommand = {
  kind: 'desk',
  name: 'contained',
  aliases: ['containment', 'standing'],
  usage: 'contained',
  summary: 'All that playbooks changed and that still stands, with owner and end.',
  private: true,
  answer: (_words, { plays }) => plays.contained(),
};
