import type { LogCommand } from './command.ts';
import { lookAt } from './look-at.ts';

export const file: LogCommand = {
  ...lookAt('file', 'file'),
  name: 'file',
  aliases: ['hash'],
  usage: 'file <name, path or hash> [--last 7d]',
  summary: 'Where a file lies, runs and was sent.',
  examples: ['file invoice.js', 'file C:\\Temp\\invoice.exe --last 2d'],
};
