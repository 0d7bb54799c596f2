import type { PlayCommand } from './command.ts';

export const contained: PlayCommand = {
  kind: 'plays',
  name: 'contained',
  aliases: ['containment', 'standing'],
  usage: 'contained',
  summary: 'All that playbooks changed and that still stands, with owner and end.',
  private: true,
  answer: (_words, desk) => desk.contained(),
};
