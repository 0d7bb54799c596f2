import type { FieldFaults } from '../../channels/channel.ts';
import { clean, written } from '../../channels/clean.ts';
import type { PageView } from '../../channels/page-view.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { OnCallDesk } from '../../commands/on-call-desk.ts';
import { Refused } from '../../errors.ts';
import { admit } from '../../people/permissions.ts';
import type { Person } from '../../people/roster.ts';
import type { Rota } from '../../people/rota.ts';
import { readComing, readEnd, readStretch } from '../../time/read-coming.ts';
import type { Stretch } from '../../time/stretch.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { openBook } from './book.ts';
import { overrideRota, undoOverrideOf } from './override.ts';
import { rotaPage, troublePage } from './page.ts';
import { answerSwap, askSwap } from './swap.ts';

const dayMs = 86_400_000;
/** Of a turn a week in a team of six everybody is seen once. */
const shownDays = 42;
/** Names of so many words, and what follows is a time. */
const longestName = 4;

/** What somebody's words may do with who is on call, as far as they may. */
export function openOnCallDesk(floor: Watchfloor, visitor: Visitor): OnCallDesk {
  const { people, person: caller } = visitor;
  const { policy, addressOf } = floor.rotas;
  const now = () => floor.now().getTime();

  const rotaOf = (said: string | undefined): Rota => {
    const [first] = policy.rotas;
    if (!first) throw new Refused('No rotas are set up: onCall in the settings, docs/on-call.md.');
    if (said === undefined) return policy.rotas.find(({ match }) => !match) ?? first;
    const found = policy.rotas.find(({ name }) => name === said.toLowerCase());
    if (found) return found;
    const names = policy.rotas.map(({ name }) => name).join(', ');
    throw new Refused(`There is no rota "${clean(said, 40)}". There are: ${names}.`);
  };
  const booksFrom = (rotas: readonly Rota[], from: number, days: number) =>
    Promise.all(rotas.map((rota) => openBook(floor, people, rota, { from, to: from + days * dayMs })));
  const rotasOf = (said: string | undefined) => {
    const one = rotaOf(said);
    return said === undefined ? policy.rotas : [one];
  };

  const override = async (
    rota: Rota,
    wish: { person: Person; stretch: Stretch; layer: string | undefined; reason: string },
  ) => {
    const layer = wish.layer?.toLowerCase() ?? rota.layers[0]?.name ?? '';
    if (!rota.layers.some(({ name }) => name === layer)) {
      const names = rota.layers.map(({ name }) => name).join(', ');
      throw new Refused(`${rota.name} has no layer "${clean(layer, 40)}". There are: ${names}.`);
    }
    return page(await overrideRota(floor, visitor, { ...wish, rota, layer }));
  };

  return {
    async tell(said, when) {
      const rotas = rotasOf(said);
      const at = when === undefined ? now() : momentIn(when, now(), rotaOf(said).timeZone);
      return page(rotaPage(await booksFrom(rotas, at, shownDays), at, when === undefined));
    },

    async gaps(said) {
      const [from, days] = [now(), policy.aheadDays];
      const books = await booksFrom(rotasOf(said), from, days);
      return page(troublePage(books, { from, days, title: 'Gaps and overlaps' }));
    },

    async swap({ words, forWhen, only, rota: said }) {
      const rota = rotaOf(said);
      const { who, rest: gives } = parted(words, (text) => readComing(text, now(), rota.timeZone));
      const them = personOf(visitor, who);
      const gets =
        forWhen === undefined ? (only ? 'nothing' : 'next') : stretchIn(forWhen, now(), rota.timeZone);
      return page(await askSwap(floor, visitor, { rota, them, gives, gets }));
    },

    answerSwap: async (number, agrees) => page(await answerSwap(floor, visitor, number, agrees)),

    async override({ words, rota: said, layer, reason }) {
      const rota = rotaOf(said);
      const { who, rest: stretch } = parted(words, (text) => readStretch(text, now(), rota.timeZone));
      return override(rota, { person: personOf(visitor, who), stretch, layer, reason });
    },

    drawOverride(said) {
      const rota = rotaOf(said);
      // Of a pair nobody could say whom it relieves.
      const layers = rota.layers.flatMap(({ name, pairs }) => (pairs ? [] : [{ value: name, label: name }]));
      const [first] = layers;
      if (!first)
        throw new Refused(
          `All of ${rota.name} are pairs. Either of a pair can "oncall swap"; else change the rota in the settings.`,
        );
      return {
        title: 'Take over',
        submit: 'Take over',
        about: `Who is on call in ${rota.name}. Times are by the clock of ${rota.timeZone}.`,
        fields: [
          {
            kind: 'person',
            id: 'who',
            label: 'Who',
            required: true,
            chosen: { value: caller.id, label: clean(caller.name, 75) },
          },
          {
            ...{ kind: 'choice', id: 'layer', label: 'Layer', required: true, choices: layers },
            chosen: first.value,
          },
          { ...textField('from', 'From', 'friday 18:00'), required: true },
          { ...textField('to', 'To', 'saturday 09:00'), required: true },
          { ...textField('reason', 'Why', 'Dentist'), required: false },
        ],
      };
    },

    async readOverride({ who = '', layer, from = '', to = '', reason = '' }, said) {
      const rota = rotaOf(said);
      const begin = readComing(from, now(), rota.timeZone);
      if (!begin) return mend('from');
      const end = readEnd(to, { from: begin.from, now: now() }, rota.timeZone);
      if (end === undefined) return mend('to');
      const stretch = { from: begin.from, to: end };
      return override(rota, { person: personOf(visitor, who), stretch, layer, reason: written(reason, 300) });
    },

    undo: async (number) => page(await undoOverrideOf(floor, visitor, number)),

    async calendar(said) {
      admit(caller, 'oncall-change');
      const calendar = said?.toLowerCase() === 'mine' ? 'mine' : rotaOf(said).name;
      if (!addressOf)
        throw new Refused(
          'Calendars cannot reach me: PUBLIC_URL and TOKEN_KEY are not set. docs/on-call.md says how.',
        );
      visitor.alone();
      const whose = calendar === 'mine' ? 'your own turns, in every rota' : `the rota ${calendar}`;
      return {
        kind: 'link',
        text: `Subscribe to this address in Outlook, Google Calendar or any other: it holds ${whose}. It is for you alone, and ends when your account does.`,
        label: 'Calendar',
        url: addressOf(calendar, caller.id),
      };
    },
  };
}

const page = (drawn: PageView): ReplyView => ({ kind: 'page', page: drawn });
const mend = (field: string): FieldFaults => ({
  faults: {
    [field]: 'Say it like friday 18:00, tomorrow 9am or 2026-12-24 18:00; the end after the beginning.',
  },
});

const textField = (id: string, label: string, placeholder: string) =>
  ({ kind: 'text', id, label, maxLength: 200, placeholder }) as const;

function momentIn(said: string, now: number, zone: string): number {
  return stretchIn(said, now, zone).from;
}

function stretchIn(said: string, now: number, zone: string): Stretch {
  const read = readComing(said, now, zone);
  if (read) return read;
  throw new Refused(
    `I cannot tell when "${clean(said, 60)}" is. Say it like friday 18:00, or 2026-12-24 18:00.`,
  );
}

/** Where the name ends the time begins: the shortest name after which all else is a time. */
function parted(
  words: readonly string[],
  read: (text: string) => Stretch | undefined,
): { who: string; rest: Stretch } {
  for (let length = 1; length <= Math.min(longestName, words.length - 1); length += 1) {
    const rest = read(words.slice(length).join(' '));
    if (rest) return { who: words.slice(0, length).join(' '), rest };
  }
  const said = clean(words.slice(1).join(' '), 60);
  throw new Refused(`I cannot tell when "${said}" is. Say it like friday 18:00 to saturday 09:00.`);
}

function personOf({ people, person }: Visitor, said: string): Person {
  return ['me', 'myself'].includes(said.toLowerCase()) ? person : people.findAnybody(said);
}
