import type { LogCommand } from './command.ts';
import { lookAt } from './look-at.ts';

export const host: LogCommand = {
  ...lookAt('host', 'host'),
  name: 'host',
  aliases: ['machine'],
  usage: 'host <name> [--last 7d]',
  summary: 'What logs know of a machine: sign-ins, programs, connections.',
  examples: ['host vm-pay-web-01', 'host vm-dc-01 --last 1d --private'],
};
