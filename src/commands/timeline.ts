import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const timeline: DeskCommand = {
  kind: 'desk',
  name: 'timeline',
  aliases: [],
  usage: 'timeline [INC-1042] [--page 2] [--file csv | markdown]',
  summary: 'Everything that happened, in words; or as a file.',
  namesIncident: true,
  options: [
    { name: 'page', value: 'number', summary: 'Older events; the newest are on page 1.' },
    { name: 'file', value: 'csv | markdown', summary: 'All of it as a file.' },
  ],
  examples: ['timeline INC-1042', 'timeline INC-1042 --file csv'],

  async answer({ incident, args, options }, { after }) {
    if (incident === undefined || args.length > 0) throw new Refused('Say of which one: timeline INC-1042.');
    if (options.file === undefined) return after.timeline(incident, readPage(options.page));
    const as = String(options.file).toLowerCase();
    if (as === 'csv' || as === 'markdown') return after.timelineFile(incident, as, options.private === true);
    if (as === 'md') return after.timelineFile(incident, 'markdown', options.private === true);
    throw new Refused('It can be a file as --file csv or --file markdown.');
  },
};

function readPage(said: unknown = '1'): number {
  if (typeof said === 'string' && /^[1-9]\d{0,4}$/.test(said)) return Number(said);
  throw new Refused('Pages have numbers: --page 2.');
}
