import type { People } from '../../people/people.ts';
import type { Trouble } from '../../people/rota-troubles.ts';
import { addNotices, type NoticeTarget } from '../../store/notices.ts';
import { untoldTroubles } from '../../store/on-call-troubles.ts';
import { atTimes, type Duty } from '../duties/duty.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { openBook } from './book.ts';
import { instant } from './change.ts';
import { troublePage } from './page.ts';
import { troublesIn } from './troubles.ts';

const dayMs = 86_400_000;

/** Looks for gaps and overlaps ahead, once a day, and tells what is new; what comes within a day is told once more. */
export function lookingAhead(floor: Watchfloor, people: People): Duty[] {
  const { rotas, lookAt } = floor.rotas.policy;
  const [first] = rotas;
  if (!first) return [];
  const [hour, minute] = lookAt.split(':').map(Number);
  return [
    {
      name: 'on-call-gaps',
      ...atTimes(`${minute} ${hour} * * *`, first.timeZone),
      catchUp: 'last',
      run: (due) => lookAhead(floor, people, due),
    },
  ];
}

async function lookAhead(floor: Watchfloor, people: People, due: Date): Promise<void> {
  const { rotas, aheadDays: days, rooms } = floor.rotas.policy;
  const from = due.getTime();
  const stretch = { from, to: from + days * dayMs };
  const books = await Promise.all(rotas.map((rota) => openBook(floor, people, rota, stretch)));
  const all = books.flatMap((book) => [
    ...troublesIn(book, stretch).flatMap((one) => rowsOf(one, from)),
    ...book.schedules.flatMap(({ key, failing }) =>
      failing
        ? [{ rota: book.rota.name, about: `stale ${key}`, from: failing.since, to: instant(from) }]
        : [],
    ),
  ]);
  const leads = people.havingRole(['lead']);
  const targets: NoticeTarget[] =
    rooms.length > 0
      ? rooms.map((room) => ({ kind: 'room', ...room }))
      : (leads.length > 0 ? leads : people.havingRole(['admin'])).map(({ id }) => ({
          kind: 'person',
          personId: id,
        }));
  const page = troublePage(books, { from, days, title: 'Somebody should look at who is on call' });
  await floor.db.transaction().execute(async (trx) => {
    const untold = await untoldTroubles(trx, all, due.toISOString());
    if (untold.length === 0) return;
    const notices = targets.map((to, index) => ({
      ...{ key: `on-call/gaps/${due.toISOString()}/${index}`, kind: 'on-call' as const, to, calls: [] },
      ...{ incident: undefined, interrupts: false, page },
    }));
    await addNotices(trx, notices, floor.now());
  });
  floor.ringNotices();
}

/** What begins within a day is another thing to tell: nobody may have found the time yet. */
function rowsOf({ kind, rota, layer, who, from, to }: Trouble, now: number) {
  const about = [kind, layer, ...who].filter(Boolean).join(' ');
  const row = { rota, about, from: instant(from), to: instant(to) };
  const isSoon = now < from && from - now <= dayMs;
  return isSoon ? [row, { ...row, about: `soon ${about}` }] : [row];
}
