import type { ReplyView } from '../channels/views.ts';
import type { Command, ReadCommand } from './command.ts';
import { everywhere } from './options.ts';
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
      if (args[0]) return explain(findCommand(args[0], all()));
      return {
        kind: 'lines',
        title: 'In the thread of a card you need not name the incident. --help tells more of each.',
        rows: all().map(({ usage, summary }) => ({ lead: usage, text: summary })),
      };
    },
  };
}

/** One command: how it is used, its options, other words for it, examples. */
export function explain(command: Command): ReplyView {
  const { usage, summary, options = [], aliases, examples = [] } = command;
  const rows = [{ lead: usage, text: summary }];
  for (const { name, value, summary } of [...options, ...everywhere]) {
    rows.push({ lead: value === undefined ? `--${name}` : `--${name} <${value}>`, text: summary });
  }
  if (aliases.length > 0) rows.push({ lead: 'Also', text: aliases.join(', ') });
  for (const example of examples) rows.push({ lead: 'Example', text: example });
  return { kind: 'lines', title: command.name, rows };
}
