import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import type { DeskCommand, Words } from './command.ts';

const reasonLimit = 300;

export const oncall: DeskCommand = {
  kind: 'desk',
  name: 'oncall',
  aliases: ['on-call'],
  usage: 'oncall [rota] [--at "friday 03:00"] | gaps | swap | override | undo | calendar',
  summary:
    'Who is on call now and next; gaps ahead, swaps between two people, and who takes over for a while.',
  options: [
    { name: 'at', value: 'time', summary: 'Not now but then, by the clock of the rota.', isWords: true },
    {
      name: 'for',
      value: 'time',
      summary: 'Of a swap: which of their turns you want for it.',
      isWords: true,
    },
    { name: 'only', value: undefined, summary: 'Of a swap: they take over, and you want nothing for it.' },
    { name: 'rota', value: 'name', summary: 'Which rota, where there are several.' },
    { name: 'layer', value: 'name', summary: 'Of an override: which layer; the first where it is not said.' },
    { name: 'reason', value: 'words', summary: 'Of an override: why.', isWords: true },
  ],
  examples: [
    'oncall soc --at "friday 03:00"',
    'oncall gaps',
    'oncall swap adam friday --for "next tuesday"',
    'oncall override priya friday 18:00 to saturday 09:00 --reason "dentist"',
    'oncall undo 7',
    'oncall calendar mine',
  ],

  async answer(words, { onCall }) {
    const { args, options } = words;
    const [order = '', ...rest] = args;
    const rota = said(options.rota);
    switch (order.toLowerCase()) {
      case 'gaps':
        return onCall.gaps(rota ?? one(rest, 'oncall gaps soc'));
      case 'swap':
        if (rest.length < 2) throw new Refused('With whom, and when? Like: oncall swap adam friday.');
        return onCall.swap({ words: rest, forWhen: said(options.for), only: options.only === true, rota });
      case 'agree':
      case 'decline':
        return onCall.answerSwap(numberOf(rest, order), order.toLowerCase() === 'agree');
      case 'override':
        if (rest.length < 2)
          throw new Refused('Who, and when? Like: oncall override priya friday 18:00 to saturday 09:00.');
        return onCall.override({ words: rest, rota, layer: said(options.layer), reason: reasonOf(options) });
      case 'undo':
        return onCall.undo(numberOf(rest, order));
      case 'calendar':
      case 'ical':
        return onCall.calendar(rota ?? one(rest, 'oncall calendar soc'));
      default:
        return onCall.tell(rota ?? one(args, 'oncall soc'), said(options.at));
    }
  },

  form: {
    draw: async ({ options }, { onCall }) => onCall.drawOverride(said(options.rota)),
    read: (fields, { options }, { onCall }) => onCall.readOverride(fields, said(options.rota)),
  },
};

const said = (value: Words['options'][string] | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

function reasonOf({ reason }: Words['options']): string {
  return typeof reason === 'string' ? written(reason, reasonLimit) : '';
}

function one([word, more]: string[], like: string): string | undefined {
  if (more !== undefined)
    throw new Refused(`I do not understand "${more.slice(0, 40)}". Say it like: ${like}.`);
  return word;
}

function numberOf([word = '', more]: string[], order: string): number {
  const number = Number(word.replace(/^#/, ''));
  if (more === undefined && Number.isSafeInteger(number) && number > 0) return number;
  throw new Refused(`Say its number, like: oncall ${order.toLowerCase()} 7.`);
}
