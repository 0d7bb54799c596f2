import { clean } from '../../channels/clean.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import { Denied, Refused } from '../../errors.ts';
import type { Instant, Owner } from '../../incident/alert.ts';
import { admit } from '../../people/permissions.ts';
import type { Person } from '../../people/roster.ts';
import type { Rota } from '../../people/rota.ts';
import { exchangeOf, type Wanted } from '../../people/swap.ts';
import { unfitness } from '../../people/unfit.ts';
import { addNotices, reviseNotice } from '../../store/notices.ts';
import { addOverride } from '../../store/on-call-overrides.ts';
import { decideSwap, insertSwap, readSwap, type StoredSwap } from '../../store/on-call-swaps.ts';
import { joined, type Stretch, without } from '../../time/stretch.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { openBook, type RotaBook } from './book.ts';
import { type Change, changeNotice, instant, noteChange, ownerOf } from './change.ts';
import { questionKey, questionOf, stretchOf, swapPage } from './swap-page.ts';
import { between } from './words.ts';

/** Nobody knows what is further ahead. */
const swapDays = 62;
const dayMs = 86_400_000;

/** Asks somebody to change places. Nothing is changed before they agree. */
export async function askSwap(
  floor: Watchfloor,
  { person: caller, people }: Visitor,
  wish: { rota: Rota; them: Person; gives: Stretch; gets: Wanted['gets'] },
): Promise<PageView> {
  admit(caller, 'oncall-change');
  const { rota, them } = wish;
  const name = clean(them.name, 60);
  if (them.id === caller.id) throw new Refused('You cannot swap with yourself. Say with whom.');
  const unfit = unfitness(await people.entry(them.id));
  if (unfit) throw new Refused(`${name} ${unfit}, and could not be called.`);
  const now = floor.now().getTime();
  const book = await openBook(floor, people, rota, { from: now, to: now + swapDays * dayMs });
  const exchange = exchangeOf(
    book.layers,
    { me: caller.id, them: them.id, gives: wish.gives, gets: wish.gets },
    rota.timeZone,
  );
  if (exchange === 'not-mine')
    throw new Refused(`You are not on call then in ${rota.name}. "oncall ${rota.name}" shows when you are.`);
  if (exchange === 'not-theirs')
    throw new Refused(
      `${name} has no turn there that you could take for it. Say --for and when, or --only to ask for nothing in return.`,
    );
  const { layer, gives, gets } = exchange;
  const clashes = [...clashesOf(book, gives, them), ...(gets ? clashesOf(book, gets, caller) : [])];
  const asked = {
    ...{ rota: rota.name, layer, askedBy: ownerOf(caller), asked: ownerOf(them) },
    ...{ gives: instants(gives), gets: gets && instants(gets) },
  };
  const number = await floor.db.transaction().execute(async (trx) => {
    const number = await insertSwap(trx, asked, floor.now().toISOString());
    await addNotices(trx, [questionOf({ ...asked, number, state: 'asked' }, rota, clashes)], floor.now());
    return number;
  });
  floor.ringNotices();
  const swap: StoredSwap = { ...asked, number, state: 'asked' };
  const withdraw = say('Withdraw', `oncall decline ${number}`);
  return { ...swapPage(swap, rota, `${name} is asked to swap`, clashes), buttons: [withdraw] };
}

/** The one who is asked agrees, or one of both does not want it. */
export async function answerSwap(
  floor: Watchfloor,
  visitor: Visitor,
  number: number,
  agrees: boolean,
): Promise<PageView> {
  const { person: caller, people } = visitor;
  admit(caller, 'oncall-change');
  const found = await readSwap(floor.db, number);
  const rota = floor.rotas.policy.rotas.find(({ name }) => name === found?.rota);
  if (!found || !rota) throw new Refused(`Nobody has asked for a swap ${number}.`);
  const isAsked = found.asked.id === caller.id;
  if (!isAsked && (agrees || found.askedBy.id !== caller.id))
    throw new Denied('not-asked', `It is ${clean(found.asked.name, 60)} who is asked.`);
  if (found.state !== 'asked') throw new Refused(`That swap was ${found.state} already.`);
  const at = floor.now().toISOString();
  const swap = agrees ? aheadOf(found, at) : found;
  if (agrees) await refuseOvertaken(floor, people, swap, rota);
  const state = agrees ? 'agreed' : isAsked ? 'declined' : 'withdrawn';
  const title = `${clean(caller.name, 60)} has ${state}: swap ${number}`;
  const page = swapPage({ ...swap, state }, rota, title);
  const change: Change = {
    ...stretchOf(swap.gives),
    rota,
    layer: swap.layer,
    says: title,
    reason: '',
    by: ownerOf(caller),
  };
  const done = await floor.db.transaction().execute(async (trx) => {
    if (!(await decideSwap(trx, number, state, at))) return false;
    if (agrees) {
      const common = {
        rota: swap.rota,
        layer: swap.layer,
        reason: `swap ${number}`,
        madeBy: swap.askedBy,
        swap: number,
      };
      await addOverride(trx, { ...common, person: swap.asked, ...swap.gives }, at);
      if (swap.gets) await addOverride(trx, { ...common, person: swap.askedBy, ...swap.gets }, at);
    }
    await reviseNotice(trx, questionKey(number), page);
    await addNotices(
      trx,
      changeNotice(`on-call/swap/${number}/${state}`, change, swap.askedBy).map((one) => ({ ...one, page })),
      floor.now(),
    );
    return true;
  });
  if (!done) throw new Refused('Somebody was faster: that swap is decided already.');
  floor.ringNotices();
  if (agrees) await noteChange(floor, change, 'swap', number);
  return page;
}

/** Who was on call until now stays what it was. */
function aheadOf(swap: StoredSwap, at: Instant): StoredSwap {
  const ahead = ({ from, to }: StoredSwap['gives']) => ({ from: from < at ? at : from, to });
  return { ...swap, gives: ahead(swap.gives), gets: swap.gets && ahead(swap.gets) };
}

/** It was agreed on what both saw: where turns have changed since, or begun, somebody else would be surprised. */
async function refuseOvertaken(
  floor: Watchfloor,
  people: Visitor['people'],
  swap: StoredSwap,
  rota: Rota,
): Promise<void> {
  const halves: [Stretch, Owner][] = [
    [stretchOf(swap.gives), swap.askedBy],
    ...(swap.gets ? [[stretchOf(swap.gets), swap.asked] satisfies [Stretch, Owner]] : []),
  ];
  if (halves.some(([{ from, to }]) => to <= from)) throw new Refused('That time is over. Ask anew.');
  for (const [stretch, owner] of halves) {
    const book = await openBook(floor, people, rota, stretch);
    if (!isAllTheirs(book, swap.layer, owner))
      throw new Refused(
        `${clean(owner.name, 60)} is not on call ${between(stretch, rota.timeZone)} any more. Ask anew.`,
      );
  }
}

/**
 * Whoever else is there then, as in a pair, changes nothing about whose it is; nor do hours at which nobody has to be there, which
 * part a turn.
 */
function isAllTheirs({ layers }: RotaBook, layer: string, { id }: Owner): boolean {
  const spans = layers.find((one) => one.layer.name === layer)?.spans ?? [];
  const own = spans.filter(({ who }) => who === id);
  return own.length > 0 && without(joined(spans), own).length === 0;
}

/**
 * Whoever is in another layer then already, or the other one of the pair, would stand behind themselves. Both see it before
 * they agree.
 */
function clashesOf({ layers, rota }: RotaBook, stretch: Stretch, owner: Owner): string[] {
  const others = layers.filter((one) =>
    one.spans.some(({ who, from, to }) => who === owner.id && from < stretch.to && stretch.from < to),
  );
  return others.map(
    (one) =>
      `${clean(owner.name, 60)} is in ${one.layer.name} of ${rota.name} then, too: nobody would stand behind them.`,
  );
}

const instants = ({ from, to }: Stretch) => ({ from: instant(from), to: instant(to) });
