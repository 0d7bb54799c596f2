import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const closeAlike: DeskCommand = {
  kind: 'desk',
  name: 'close-alike',
  aliases: ['bulk-close', 'bulk'],
  usage: 'close-alike [INC-1042] | confirm <5>',
  summary: 'Close what is like an incident that was closed, as it was; a preview first.',
  namesIncident: true,
  examples: ['close-alike INC-1042', 'close-alike confirm 5'],

  async answer({ args, incident }, { bulks }) {
    const [first = '', ...others] = args[0]?.toLowerCase() === 'close' ? args.slice(1) : args;
    if (first.toLowerCase() === 'confirm')
      return bulks.confirm(readBulkNumber(others, 'close-alike confirm 5'));
    if (first) throw new Refused('Say close-alike INC-1042, an incident that is closed.');
    if (incident === undefined)
      throw new Refused('Like which? Say one that is closed: close-alike INC-1042.');
    return bulks.preview(incident);
  },
};

/** Throws `Refused`, saying what it looks like. */
export function readBulkNumber(args: string[], like: string): number {
  const [, digits] = /^#?(\d{1,9})$/.exec(args.join(' ')) ?? [];
  if (digits) return Number(digits);
  throw new Refused(`Say its number: ${like}.`);
}
