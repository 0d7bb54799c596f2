import { clean } from '../../channels/clean.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import { Refused } from '../../errors.ts';
import { admit } from '../../people/permissions.ts';
import type { Person } from '../../people/roster.ts';
import type { Rota } from '../../people/rota.ts';
import { unfitness } from '../../people/unfit.ts';
import { addNotices } from '../../store/notices.ts';
import {
  addOverride,
  findOverride,
  type StoredOverride,
  undoOverride,
} from '../../store/on-call-overrides.ts';
import type { Stretch } from '../../time/stretch.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { openBook } from './book.ts';
import {
  type Change,
  changeNotice,
  changePage,
  holdersWithin,
  instant,
  noteChange,
  ownerOf,
} from './change.ts';
import { between } from './words.ts';

/** Longer than that it is no override but another rota. */
const longestDays = 62;
/** Overrides that are undone begin and end within that. */
const furthestDays = 400;

/** Somebody takes a layer over for a while. Whoever it is, and whoever had it, is told. */
export async function overrideRota(
  floor: Watchfloor,
  { person: caller, people }: Visitor,
  wish: { rota: Rota; layer: string; person: Person; stretch: Stretch; reason: string },
): Promise<PageView> {
  const { rota, layer, person, reason } = wish;
  admit(caller, person.id === caller.id ? 'oncall-change' : 'oncall-override');
  if (rota.layers.some(({ name, pairs }) => name === layer && pairs))
    throw new Refused(
      `${layer} of ${rota.name} is a pair, and an override does not say whom of both it relieves. Either of them can "oncall swap"; else change the rota in the settings.`,
    );
  const now = floor.now().getTime();
  // Who was on call until now stays what it was.
  const stretch = { from: Math.max(wish.stretch.from, now), to: wish.stretch.to };
  if (stretch.to <= stretch.from) throw new Refused('That is over already. Say a time that is to come.');
  if (stretch.to - stretch.from > longestDays * 86_400_000)
    throw new Refused(`That is longer than ${longestDays} days. Change the rota in the settings instead.`);
  const unfit = unfitness(await people.entry(person.id));
  if (unfit) throw new Refused(`${clean(person.name, 60)} ${unfit}, and could not be called.`);
  const book = await openBook(floor, people, rota, stretch);
  const change: Change = {
    ...{ ...stretch, rota, layer, reason, by: ownerOf(caller) },
    says: `${clean(person.name, 60)} is on call, ${layer} of ${rota.name}`,
  };
  const before = holdersWithin(book, layer, stretch).filter(({ id }) => id !== person.id);
  const at = floor.now().toISOString();
  const number = await floor.db.transaction().execute(async (trx) => {
    const made = {
      from: instant(stretch.from),
      to: instant(stretch.to),
      madeBy: ownerOf(caller),
      swap: undefined,
    };
    const number = await addOverride(
      trx,
      { rota: rota.name, layer, person: ownerOf(person), reason, ...made },
      at,
    );
    const told = [person, ...before].flatMap((one) =>
      changeNotice(`on-call/override/${number}`, change, one),
    );
    await addNotices(trx, told, floor.now());
    return number;
  });
  floor.ringNotices();
  await noteChange(floor, change, 'override', number);
  return undoable(changePage(change), number);
}

/** Takes an override back, from now on; with the other half of a swap. */
export async function undoOverrideOf(
  floor: Watchfloor,
  { person: caller, people }: Visitor,
  number: number,
): Promise<PageView> {
  const found = await findOverride(floor.db, number);
  const rota = floor.rotas.policy.rotas.find(({ name }) => name === found?.rota);
  if (!found || !rota)
    throw new Refused(`There is no override ${number} that could be undone. "oncall" shows those there are.`);
  const isTheirs = [found.madeBy.id, found.person.id].includes(caller.id);
  admit(caller, isTheirs ? 'oncall-change' : 'oncall-override');
  const at = floor.now().toISOString();
  const by = ownerOf(caller);
  const ends = (one: StoredOverride) =>
    one.number === number || (found.swap !== undefined && one.swap === found.swap);
  const ahead = { from: Date.parse(at), to: Date.parse(at) + furthestDays * 86_400_000 };
  const after = await openBook(floor, people, rota, ahead, (one) => !ends(one));
  const changes = await floor.db.transaction().execute(async (trx) => {
    const undone = await undoOverride(trx, found, by, at);
    const changes = undone.map((one): Change => {
      const stretch = { from: Math.max(Date.parse(one.from), Date.parse(at)), to: Date.parse(one.to) };
      const says = `Override ${one.number} is undone: ${clean(one.person.name, 60)}, ${one.layer} of ${one.rota}`;
      return { ...stretch, rota, layer: one.layer, reason: '', by, says };
    });
    const told = undone.flatMap((one, index) => {
      const change = changes[index];
      if (!change) return [];
      const again = holdersWithin(after, one.layer, change);
      const all = new Map([one.person, one.madeBy, ...again].map((who) => [who.id, who]));
      return [...all.values()].flatMap((who) => changeNotice(`on-call/undo/${one.number}`, change, who));
    });
    await addNotices(trx, told, floor.now());
    return changes;
  });
  const [first] = changes;
  if (!first) throw new Refused(`Override ${number} is over, or was undone already.`);
  floor.ringNotices();
  for (const change of changes) await noteChange(floor, change, 'undo', number);
  const page = changePage(first);
  const others = changes.slice(1).map((one) => ({ lead: one.says, text: between(one, rota.timeZone) }));
  return others.length === 0
    ? page
    : { ...page, sections: [{ title: 'With it', body: { kind: 'lines', lines: others, more: 0 } }] };
}

function undoable(page: PageView, number: number): PageView {
  const undo = say('Undo', `oncall undo ${number}`);
  return {
    ...page,
    tone: 'good',
    subtitle: `${page.subtitle}. Override ${number}`,
    buttons: [...page.buttons, undo],
  };
}
