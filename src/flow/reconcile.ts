import type { Database } from '../store/database.ts';
import { addressesOf, openIncidentsAfter, rereadAll, showAnew, skipNumbers } from '../store/reconcile.ts';

/** What was set going. */
export interface Reconciled {
  incidents: number;
  /** Alerts that are read anew at their sources, and those of which only a poll knows where they are. */
  alerts: number;
  unaddressed: number;
  /** Cards, logs and rows of summaries that are edited anew. */
  cards: number;
}

/** Incidents at a time: their cards are locked together, for as long as one statement takes. */
const atOnce = 100;

/** More than are opened between two backups, so that no number on a card in a room is given to another incident. */
const skippedNumbers = 10_000;

/**
 * After a restore, or when somebody doubts: every alert of every open incident is read anew, every message of theirs
 * edited to the newest truth. It only writes rows and jobs; the running product, or the next start, does the work.
 */
export async function reconcile(
  { db, boss, asOwner }: Pick<Database, 'db' | 'boss' | 'asOwner'>,
  { restored }: { restored: boolean },
): Promise<Reconciled> {
  // Numbers are the owner's: whoever could set them back could give one twice.
  if (restored) await asOwner((owner) => skipNumbers(owner, skippedNumbers));
  const done: Reconciled = { incidents: 0, alerts: 0, unaddressed: 0, cards: 0 };
  let last = 0;
  for (;;) {
    const incidents = await openIncidentsAfter(db, last, atOnce);
    last = incidents.at(-1) ?? 0;
    if (last === 0) return done;
    const alerts = await addressesOf(db, incidents);
    const readable = alerts.filter(({ address }) => address);
    await rereadAll(boss, readable);
    done.cards += await showAnew(db, incidents);
    done.alerts += readable.length;
    done.unaddressed += alerts.length - readable.length;
    done.incidents += incidents.length;
  }
}
