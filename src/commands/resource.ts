import type { LogCommand } from './command.ts';
import { lookAt } from './look-at.ts';

export const resource: LogCommand = {
  ...lookAt('resource', 'resource'),
  name: 'resource',
  aliases: [],
  usage: 'resource <name or id> [--last 7d]',
  summary: 'Who changed an Azure resource, and who uses it.',
  examples: ['resource stcontosobackup', 'resource kv-payments --last 1d'],
};
