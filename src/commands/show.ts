import { Refused } from '../errors.ts';
import { readPastIn } from '../time/read-past.ts';
import type { ReadCommand } from './command.ts';

export const show: ReadCommand = {
  kind: 'read',
  name: 'show',
  aliases: ['get', 'view'],
  usage: 'show [INC-1042] [--at 02:14]',
  summary: 'One incident as its card, or as it was at any time.',
  namesIncident: true,
  options: [
    {
      name: 'at',
      value: 'time',
      summary: 'As it was then, by the clock that you see: 02:14, "yesterday 23:00", "2026-11-28 02:14".',
      isWords: true,
    },
  ],
  examples: ['show INC-1042', 'show INC-1042 --at 02:14', 'show INC-1042 --at "2026-11-28 02:14"'],

  async answer({ incident, options, zone = 'UTC' }, reader) {
    if (incident === undefined) throw new Refused('Say which one: show INC-1042.');
    if (options.at === undefined) return reader.card(incident);
    const said = String(options.at);
    const read = readPastIn(said, reader.now.getTime(), zone);
    if (!read)
      throw new Refused(
        `I cannot tell when "${said.slice(0, 40)}" is. Say --at 02:14, or --at "2026-11-28 02:14".`,
      );
    // Of a whole day, as it was when it ended; of what is not over yet, as it is now.
    return reader.past(incident, new Date(Math.min(read.to, reader.now.getTime())).toISOString(), zone);
  },
};
