import { Refused } from '../errors.ts';
import type { Lessons } from '../incident/follow-up.ts';
import type { DeskCommand, Words } from './command.ts';

export const lessons: DeskCommand = {
  kind: 'desk',
  name: 'lessons',
  aliases: [],
  usage: 'lessons [INC-1042] [--well "…"] [--failed "…"] [--guard-rail "…"]',
  summary: 'Write down what went well, what failed, and which guard rail did.',
  namesIncident: true,
  options: [
    { name: 'well', value: 'words', summary: 'What went well.', isWords: true },
    { name: 'failed', value: 'words', summary: 'What failed.', isWords: true },
    {
      name: 'guard-rail',
      value: 'words',
      summary: 'What should have stopped it, and did not.',
      isWords: true,
    },
  ],
  examples: ['lessons INC-1042 --failed "the port was open" --guard-rail "policy on public addresses"'],

  async answer({ incident, args, options }, { after }) {
    if (incident === undefined || args.length > 0)
      throw new Refused('Say of which one, and what: lessons INC-1042 --well "…" --failed "…".');
    const said = readLessons(options);
    if (Object.keys(said).length === 0)
      throw new Refused('Say what was learned: --well "…", --failed "…", --guard-rail "…".');
    return after.learn(incident, said);
  },

  form: {
    async draw({ incident }, { after }) {
      if (incident === undefined) throw new Refused('Say of which one: lessons INC-1042.');
      return after.lessonsForm(incident);
    },
    async read({ wentWell = '', failed = '', guardRail = '' }, { incident }, { after }) {
      if (incident === undefined) throw new Refused('Say of which one: lessons INC-1042.');
      // What somebody else wrote while this form was open is not emptied by it.
      const written = Object.entries({ wentWell, failed, guardRail }).filter(([, words]) => words.trim());
      if (written.length === 0) return { faults: { wentWell: 'Say what was learned.' } };
      return after.learn(incident, Object.fromEntries(written));
    },
  },
};

function readLessons(options: Words['options']): Partial<Lessons> {
  const said = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  const all = { wentWell: said('well'), failed: said('failed'), guardRail: said('guard-rail') };
  return Object.fromEntries(Object.entries(all).filter(([, words]) => words !== undefined));
}
