import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import type { DeskCommand, Words } from './command.ts';
import { unquote } from './understand.ts';

const reasonLimit = 500;

/** A shift's end: what is open goes to whoever comes next, signed by both. */
export const handover: DeskCommand = {
  kind: 'desk',
  name: 'handover',
  aliases: ['shift'],
  usage: 'handover [to <name>] | <sign | accept | edit | decline | withdraw> <7>',
  summary: 'Hand what is open to whoever comes next: a draft, signed by both sides.',
  examples: [
    'handover to Adam',
    'handover 7',
    'handover sign 7',
    'handover accept 7',
    'handover decline 7 "INC-1042 needs a lead, not me"',
  ],

  async answer(words, { handovers }) {
    const { verb, number, rest } = readWords(words);
    switch (verb) {
      case 'draft':
        return handovers.draft(rest ? words.people.find(rest) : undefined);
      case 'show':
        return handovers.show(number);
      case 'edit':
        throw new Refused(`Press Change on its message, or say first: handover ${number}.`);
      case 'sign':
        return handovers.sign(number);
      case 'accept':
        return handovers.accept(number);
      case 'withdraw':
        return handovers.withdraw(number);
      case 'decline': {
        const reason = written(unquote(rest), reasonLimit);
        if (!reason) throw new Refused(`Say why: handover decline ${number} "…".`);
        return handovers.decline(number, reason);
      }
    }
  },

  form: {
    async draw(words, { handovers }) {
      const { verb, number, rest } = readWords(words);
      if (verb === 'edit') return handovers.form(number, readPage(rest));
      if (verb === 'decline') return handovers.declineForm(number);
      throw new Refused('There is nothing to fill in.');
    },
    async read(fields, words, { handovers }) {
      const { verb, number, rest } = readWords(words);
      if (verb === 'edit') return handovers.change(number, readPage(rest), fields);
      const reason = written(fields.reason?.trim() ?? '', reasonLimit);
      if (verb === 'decline')
        return reason ? handovers.decline(number, reason) : { faults: { reason: 'Say why.' } };
      throw new Refused('There is nothing to fill in.');
    },
  },
};

const verbs = ['sign', 'accept', 'edit', 'decline', 'withdraw'] as const;

interface Said {
  verb: (typeof verbs)[number] | 'show' | 'draft';
  number: number;
  rest: string;
}

function readWords({ args }: Pick<Words, 'args'>): Said {
  const [first = '', second = '', ...others] = args;
  const verb = verbs.find((one) => one === first.toLowerCase());
  if (verb) return { verb, number: readNumber(second, verb), rest: others.join(' ') };
  if (/^#?\d{1,9}$/.test(first) && !second) return { verb: 'show', number: readNumber(first, ''), rest: '' };
  if (/^(inc-?|#)\d+$/i.test(first))
    throw new Refused(`One incident alone is handed over by: assign ${first.toUpperCase()} to Adam.`);
  const whom = first.toLowerCase() === 'to' ? args.slice(1) : args;
  if (first.toLowerCase() === 'to' && whom.length === 0)
    throw new Refused('Say to whom: handover to Adam, or just: handover.');
  return { verb: 'draft', number: 0, rest: whom.join(' ') };
}

function readNumber(said: string, verb: string): number {
  const [, digits] = /^#?(\d{1,9})$/.exec(said) ?? [];
  if (digits) return Number(digits);
  throw new Refused(`Which one? Say its number: handover ${verb} 7.`);
}

/** Ten incidents a page. */
function readPage(said: string): number {
  const page = Number(said || 1);
  return Number.isInteger(page) && page > 0 && page < 10 ? page : 1;
}
