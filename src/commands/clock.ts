import { Refused } from '../errors.ts';
import type { DeskCommand, Words } from './command.ts';
import { unquote } from './understand.ts';

export const clock: DeskCommand = {
  kind: 'desk',
  name: 'clock',
  aliases: ['clocks'],
  usage:
    'clock [INC-1042] | clock start [INC-1042] <name> [--since 02:14] | clock stop [INC-1042] <name> "what was done"',
  summary: 'Legal deadlines: start, stop, and how they stand. People are reminded before one ends.',
  namesIncident: true,
  options: [
    {
      name: 'since',
      value: 'time',
      summary: 'When we came to know, by the clock that you see; now where it is not said.',
      isWords: true,
    },
  ],
  examples: [
    'clock start INC-1042 gdpr',
    'clock start INC-1042 nis2-early-warning --since 02:14',
    'clock stop INC-1042 gdpr "notified the authority, ref 4711"',
  ],

  async answer(words, { after }) {
    const incident = incidentIn(words);
    const { order, name, note } = readOrder(words);
    switch (order) {
      case 'start': {
        const { since } = words.options;
        if (note)
          throw new Refused(`What is "${note.slice(0, 40)}"? Say clock start INC-1042 gdpr --since 02:14.`);
        return after.startClock(incident, name, typeof since === 'string' ? since : '');
      }
      case 'stop':
        return after.stopClock(incident, name, note);
      case '':
        return after.clocks(incident);
    }
  },

  form: {
    async draw(words, { after }) {
      const { order, name } = readOrder(words);
      return after.clockForm(incidentIn(words), order === 'stop' ? 'stop' : 'start', name);
    },
    async read(fields, words, { after }) {
      const { order, name } = readOrder(words);
      return after.fillClock(incidentIn(words), order === 'stop' ? 'stop' : 'start', name, fields);
    },
  },
};

function incidentIn({ incident }: Words): number {
  if (incident !== undefined) return incident;
  throw new Refused('Say of which incident: clock start INC-1042 gdpr.');
}

function readOrder({ args, rest }: Words): { order: 'start' | 'stop' | ''; name: string; note: string } {
  const [order = '', name = ''] = args;
  switch (order.toLowerCase()) {
    case 'start':
    case 'stop': {
      const note = rest.trim().slice(order.length).trim().slice(name.length).trim();
      return {
        order: order.toLowerCase() === 'stop' ? 'stop' : 'start',
        name: name.toLowerCase(),
        note: unquote(note),
      };
    }
    case '':
      return { order: '', name: '', note: '' };
    default:
      throw new Refused(
        `I cannot "${order.slice(0, 40)}" a clock. Say clock INC-1042, clock start or clock stop.`,
      );
  }
}
