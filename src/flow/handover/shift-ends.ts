import type { People } from '../../people/people.ts';
import { canOwn } from '../../people/permissions.ts';
import type { Person } from '../../people/roster.ts';
import { hasHandoverOf, insertHandover, openHandoverOf } from '../../store/handovers.ts';
import { type Duty, everyMinutes } from '../duties/duty.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { drawAnew, newHandover, type Occasion } from './draft.ts';
import { moveHandover } from './move.ts';
import { tellHandover } from './tell.ts';

const minuteMs = 60_000;
/** Rotas change hands at such minutes of an hour; so often it is looked. */
const stepMinutes = 5;
/** So long before their shift ends people are sent the draft: long enough to read it through, and no longer. */
const beforeMinutes = 15;
/** After an outage a draft this late is of no use: the next shift has long begun without it. */
const tooLateMinutes = 120;

/** Whoever ends a shift is sent a draft of what they hand over, a quarter of an hour before. */
export function shiftEnds(floor: Watchfloor, people: People): Duty {
  return {
    name: 'handover drafts',
    ...everyMinutes(stepMinutes),
    // Each looks at the end that is a quarter of an hour after it.
    catchUp: 'every',
    async run(due) {
      if (floor.now().getTime() - due.getTime() > tooLateMinutes * minuteMs) return;
      const end = new Date(due.getTime() + beforeMinutes * minuteMs);
      const ends = await Promise.all(floor.onCall.rotas().map((rota) => endsOf(floor, people, rota, end)));
      for (const theirs of Map.groupBy(ends.flat(), ({ person }) => person.id).values())
        await sendDraft(floor, people, theirs, end);
    },
  };
}

/** Somebody's turn on a rota that ends. */
interface ShiftEnd {
  person: Person;
  to: Person | undefined;
  rota: string;
  /** What nobody has belongs to whoever is called first. */
  isFirst: boolean;
}

async function endsOf(floor: Watchfloor, people: People, rota: string, end: Date): Promise<ShiftEnd[]> {
  const before = new Date(end.getTime() - stepMinutes * minuteMs);
  const [leaving, coming] = await Promise.all([floor.onCall.on(rota, before), floor.onCall.on(rota, end)]);
  const staying = new Set(coming.map(({ id }) => id));
  return leaving.flatMap((person, place) => {
    // Whoever was called first hands over even where they stay to be called second.
    if (place === 0 ? coming[0]?.id === person.id : staying.has(person.id)) return [];
    const to = [coming[place], ...coming].find((one) => one?.id !== person.id && isAble(people, one?.id));
    return [{ person, to, rota, isFirst: place === 0 }];
  });
}

const isAble = (people: People, id = ''): boolean => {
  const person = people.byId(id);
  return person !== undefined && canOwn(person);
};

/** One draft, though several turns of theirs end at that time; it is for whoever follows them on the first of these rotas. */
async function sendDraft(
  floor: Watchfloor,
  people: People,
  ends: readonly ShiftEnd[],
  end: Date,
): Promise<void> {
  const [first] = ends;
  if (!first) return;
  const { person, to, rota } = first;
  const theirs = new Set(ends.flatMap(({ isFirst, rota }) => (isFirst ? [rota] : [])));
  const key = `${rota} ${person.id} ${end.toISOString()}`;
  if (await hasHandoverOf(floor.db, key)) return;
  const occasion: Occasion = {
    from: { id: person.id, name: person.name, upn: person.upn },
    to: to && { id: to.id, name: to.name, upn: to.upn },
    rota,
    room: undefined,
    concerns: (incident) => theirs.has(floor.onCall.rotaFor(incident) ?? ''),
    isSure: true,
  };
  const open = await openHandoverOf(floor.db, person.id);
  if (open) return goOn(floor, people, open.number, occasion);
  const draft = await newHandover(floor, occasion);
  // A quiet shift needs no paper.
  if (draft.entries.length === 0) return;
  await floor.db.transaction().execute(async (trx) => {
    if (await insertHandover(trx, draft, key)) await tellHandover(trx, floor, people, draft);
  });
  floor.ringNotices();
}

/** They have begun one: it is sent to them with what is open now. One that is signed waits for the other side. */
async function goOn(floor: Watchfloor, people: People, number: number, occasion: Occasion): Promise<void> {
  const { rota } = occasion;
  await moveHandover(floor, people, number, async (handover) =>
    handover.state === 'draft' && handover.rota === undefined
      ? { ...(await drawAnew(floor, handover, { ...occasion, to: handover.to ?? occasion.to })), rota }
      : undefined,
  );
}
