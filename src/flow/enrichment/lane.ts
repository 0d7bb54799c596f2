import type { Enricher } from '../../enrichers/enricher.ts';
import { type Budget, sides } from '../../enrichers/sides.ts';
import { claimToAsk, type DueEnrichment } from '../../store/enrichments.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { askOne } from './ask.ts';
import { type Gather, openGathering } from './gather.ts';

/** Where nothing rings, a turn whose time has come is found within this. */
const sweepMs = 1_000;
/** The largest integer of the database. */
const unlimited = 2_147_483_647;

/** Turns under way at most: as many as all sides together may be asked at once, so that none waits behind another. */
export const turnsAtOnce = Object.values(sides).reduce((sum, { atOnce }) => sum + atOnce, 0);

/** Finds turns that are due, and asks, side by side. */
export function openEnriching(floor: Watchfloor, stopping: AbortSignal): Look {
  const gather = openGathering(floor);
  const budgets = Object.entries(sides).map(([side, budget]: [string, Budget]) => ({
    side,
    atOnce: budget.atOnce,
    perMinute: budget.perMinute,
    perDay: budget.perDay ?? unlimited,
  }));
  return async (room) => {
    const enrichers = [...floor.enrichers.values()].map(({ name, calls }) => ({ enricher: name, calls }));
    const due = await claimToAsk(floor.db, { limit: room, replica: floor.replica.id, budgets, enrichers });
    const tasks = due.flatMap((one) => {
      const enricher = floor.enrichers.get(one.enricher);
      return enricher ? [() => ask(floor, enricher, one, gather, stopping)] : [];
    });
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

function ask(
  floor: Watchfloor,
  enricher: Enricher,
  due: DueEnrichment,
  gather: Gather,
  stopping: AbortSignal,
): Promise<void> {
  return inSpan('enrich', { attributes: { enricher: enricher.name } }, async () => {
    const asked = await askOne(floor, enricher, due, stopping);
    // Stopped by ourselves nobody has failed, and the turn is free as soon as this replica is gone.
    if (!asked) return;
    await gather(asked);
    // A turn that ended makes room for another of its side.
    floor.ringEnrich();
  });
}
