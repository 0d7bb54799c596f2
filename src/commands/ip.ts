import type { LogCommand } from './command.ts';
import { lookAt } from './look-at.ts';

export const ip: LogCommand = {
  ...lookAt('ip', 'ip'),
  name: 'ip',
  aliases: ['address'],
  usage: 'ip <address> [--last 7d]',
  summary: 'What logs know of an address: sign-ins, connections, flows.',
  examples: ['ip 203.0.113.9', 'ip 2001:db8::17 --last 30d'],
};
