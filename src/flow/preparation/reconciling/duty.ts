import { describe, FarSideError } from '../../../errors.ts';
import {
  compare,
  type Difference,
  type OpenThere,
  type Reconciliation,
} from '../../../incident/reconciliation.ts';
import type { Source } from '../../../sources/source.ts';
import type { Trx } from '../../../store/database.ts';
import { addNotices } from '../../../store/notices.ts';
import { rereadAll } from '../../../store/reconcile.ts';
import {
  forgetReconciliations,
  keepReconciliation,
  knownHere,
  readReconciliation,
} from '../../../store/reconciliations.ts';
import { retryWriting } from '../../../store/write-backs.ts';
import { currentTrace } from '../../../trace.ts';
import { type Duty, everyMinutes } from '../../duties/duty.ts';
import type { Watchfloor } from '../../watchfloor.ts';
import { roomsToTell } from '../rooms-to-tell.ts';
import { drawReconciled } from './page.ts';

/** What is younger may be on its way: polls come every minute at most. */
const youngMs = 3 * 60_000;
/** Read anew at once at most; the rest an hour later. */
const mostMended = 500;
/** So long it can be asked what was compared. */
const keptDays = 30;
const dayMs = 86_400_000;

/** Every hour what is open at each source is compared with what is open here, and mended where they differ. */
export function reconciling(floor: Watchfloor): Duty[] {
  const { policy, lookbackDays = 7 } = floor.preparation ?? {};
  const sources = [...floor.sources.values()].filter(({ openNow }) => openNow !== undefined);
  if (!policy || sources.length === 0) return [];
  return [
    {
      name: 'reconcile',
      ...everyMinutes(policy.reconcile.everyMinutes),
      catchUp: 'last',
      run: (due) => reconcileAt(floor, sources, due, lookbackDays),
    },
  ];
}

async function reconcileAt(
  floor: Watchfloor,
  sources: Source[],
  due: Date,
  lookbackDays: number,
): Promise<void> {
  const before = await readReconciliation(floor.db);
  // Killed after it was kept: what it found is mended, not what half of mending has left.
  const found = (await readReconciliation(floor.db, due)) ?? (await look(floor, sources, due, lookbackDays));
  const isNew = await floor.db.transaction().execute(async (trx) => {
    if (!(await keepReconciliation(trx, found))) return false;
    await tell(floor, trx, found, before);
    return true;
  });
  await mend(floor, found.differences);
  await forgetReconciliations(floor.db, new Date(floor.now().getTime() - keptDays * dayMs));
  if (isNew) floor.ringNotices();
}

async function look(
  floor: Watchfloor,
  sources: Source[],
  due: Date,
  lookbackDays: number,
): Promise<Reconciliation> {
  const found: Reconciliation = { at: due.toISOString(), sources: [], differences: [] };
  const now = floor.now().getTime();
  const since = new Date(now - lookbackDays * dayMs).toISOString();
  const until = new Date(now - youngMs).toISOString();
  for (const source of sources) {
    try {
      const there = await openAt(source);
      const known = await knownHere(
        floor.db,
        source.name,
        there.map(({ sourceId }) => sourceId),
      );
      const { differences, ...counts } = compare(source.name, there, known, { since, until });
      found.sources.push({ source: source.name, ...counts });
      found.differences.push(...differences);
    } catch (error) {
      if (!(error instanceof FarSideError)) throw error;
      floor.log.warn({ source: source.name, reason: describe(error) }, 'source not compared');
      found.sources.push({ source: source.name, there: 0, here: 0, failure: describe(error) });
    }
  }
  return found;
}

async function openAt(source: Source): Promise<OpenThere[]> {
  const open: OpenThere[] = [];
  for (const feed of source.feeds) for await (const page of source.openNow?.(feed) ?? []) open.push(...page);
  return open;
}

/** People hear of it where something differs that did not the last time. */
async function tell(
  floor: Watchfloor,
  trx: Trx,
  found: Reconciliation,
  before: Reconciliation | undefined,
): Promise<void> {
  const known = new Set(before?.differences.map(keyOf));
  if (found.differences.every((one) => known.has(keyOf(one)))) return;
  const notices = roomsToTell(floor).map((room) => ({
    key: `reconcile/${found.at}/${room.channel}/${room.conversation}`.slice(0, 200),
    kind: 'upkeep' as const,
    to: { kind: 'room' as const, ...room },
    calls: [],
    incident: undefined,
    page: drawReconciled(found),
    interrupts: false,
  }));
  await addNotices(trx, notices, floor.now(), currentTrace());
}

const keyOf = ({ source, kind, sourceId }: Difference): string => `${source} ${kind} ${sourceId}`;

/** By the usual ways: what is read anew is taken in like a poll, and what was decided is written again. */
async function mend(floor: Watchfloor, differences: Difference[]): Promise<void> {
  const some = differences.slice(0, mostMended);
  const unwritten = new Set(some.flatMap(({ kind, incident }) => (kind === 'unwritten' && incident) || []));
  for (const incident of unwritten) await retryWriting(floor.db, incident);
  if (unwritten.size > 0) floor.ringWriteBack();
  const toRead = some.filter(({ kind, address }) => kind !== 'unwritten' && address);
  await rereadAll(
    floor.boss,
    toRead.map(({ source, address }) => ({ source, address })),
  );
}
