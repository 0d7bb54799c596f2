import type { Enricher } from '../../enrichers/enricher.ts';
import { type Budget, sides } from '../../enrichers/sides.ts';
import { claimToAsk, type DueEnrichment, freeLapsed, tellLate } from '../../store/enrichments.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { askOne } from './ask.ts';
import { type Gather, openGathering } from './gather.ts';
import { planNew } from './plan.ts';

/** Where nothing rings, what another replica planned or left behind is found within this. */
const sweepMs = 1_000;
/** The largest integer of the database. */
const unlimited = 2_147_483_647;
/** One deadline for all: after that the card says who has not answered yet. */
const lateSeconds = 5;

/** Finds incidents that nobody has asked about and turns that are due, and asks, side by side. */
export function openEnriching(floor: Watchfloor, stopping: AbortSignal): Look {
  const gather = openGathering(floor);
  const budgets = Object.entries(sides).map(([side, budget]: [string, Budget]) => ({
    side,
    atOnce: budget.atOnce,
    perMinute: budget.perMinute,
    perDay: budget.perDay ?? unlimited,
  }));
  let sweptAt = Number.NEGATIVE_INFINITY;
  return async (room) => {
    const isMore = await planNew(floor);
    if (performance.now() - sweptAt >= sweepMs) {
      sweptAt = performance.now();
      await freeLapsed(floor.db);
      await tellLate(floor.db, lateSeconds);
    }
    const enrichers = [...floor.enrichers.values()].map(({ name, calls }, rank) => ({
      enricher: name,
      calls,
      rank,
    }));
    const due = await claimToAsk(floor.db, { limit: room, replica: floor.replica.id, budgets, enrichers });
    const tasks = due.flatMap((one) => {
      const enricher = floor.enrichers.get(one.enricher);
      return enricher ? [() => ask(floor, enricher, one, gather, stopping)] : [];
    });
    return { tasks, nextMs: isMore || tasks.length === room ? 0 : sweepMs };
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
    await gather(asked);
    // A turn that ended makes room for another of its side.
    floor.ringEnrich();
  });
}
