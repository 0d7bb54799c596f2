import type { LogCommand } from './command.ts';
import { lookAt } from './look-at.ts';

export const url: LogCommand = {
  ...lookAt('url', 'url'),
  name: 'url',
  aliases: ['domain'],
  usage: 'url <link or domain> [--last 7d]',
  summary: 'Who was sent a link, clicked it, or looked its name up.',
  examples: ['url hxxps://evil[.]example/a', 'url evil.example --last 14d'],
};
