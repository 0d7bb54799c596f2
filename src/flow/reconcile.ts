import type { Database } from '../store/database.ts';
import { enqueue } from '../store/jobs.ts';
import { addressesOf, openIncidentsAfter, showAnew, skipNumbers } from '../store/reconcile.ts';

/** What was set going. */
export interface Reconciled {
  incidents: number;
  /** Alerts that are read anew at their sources, and those of which only a poll knows where they are. */
  alerts: number;
  unaddressed: number;
  /** Cards, logs and rows of summaries that are edited anew. */
  cards: number;
}

/** Incidents in one transaction: what holds their cards is over soon. */
const atOnce = 100;

/** More than are opened between two backups, so that no number on a card in a room is given to another incident. */
const skippedNumbers = 10_000;

/**
 * After a restore, or when somebody doubts: every alert of every open incident is read anew, every message of theirs
 * edited to the newest truth. It only writes rows and jobs; the running product, or the next start, does the work.
 */
export async function reconcile(
  { db, boss }: Pick<Database, 'db' | 'boss'>,
  { restored }: { restored: boolean },
): Promise<Reconciled> {
  if (restored) await skipNumbers(db, skippedNumbers);
  const done: Reconciled = { incidents: 0, alerts: 0, unaddressed: 0, cards: 0 };
  let last = 0;
  for (;;) {
    const incidents = await openIncidentsAfter(db, last, atOnce);
    last = incidents.at(-1) ?? 0;
    if (last === 0) return done;
    await db.transaction().execute(async (trx) => {
      for (const { source, address } of await addressesOf(trx, incidents)) {
        if (address) await enqueue(boss, trx, 'reread', { source, address }, `${source} ${address}`);
        if (address) done.alerts += 1;
        else done.unaddressed += 1;
      }
      done.cards += await showAnew(trx, incidents);
    });
    done.incidents += incidents.length;
  }
}
