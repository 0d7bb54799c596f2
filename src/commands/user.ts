import type { LogCommand } from './command.ts';
import { lookAt } from './look-at.ts';

export const user: LogCommand = {
  ...lookAt('account', 'user'),
  name: 'user',
  aliases: ['account', 'whois'],
  usage: 'user <name> [--last 7d]',
  summary: 'What logs know of an account: sign-ins, risks, changes, programs.',
  examples: ['user adam@contoso.com', 'user CONTOSO\\adam --last 2d'],
};
