import type { Command, ReadCommand } from './command.ts';
import { findCommand } from './understand.ts';

/** Made from the list of commands, so that help cannot forget one. */
export function help(all: () => Command[]): ReadCommand {
  return {
    kind: 'read',
    name: 'help',
    aliases: ['?', 'commands'],
    usage: 'help [command]',
    summary: 'What I understand.',

    async answer({ args }) {
      const asked = args[0] ? [findCommand(args[0], all())] : all();
      return {
        kind: 'lines',
        title: 'In the thread of a card you need not name the incident.',
        rows: asked.map(({ usage, summary }) => ({ lead: usage, text: summary })),
      };
    },
  };
}
