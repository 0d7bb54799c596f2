import { findMissing, freeLeases } from '../store/replica.ts';
import type { Look } from './lane.ts';
import type { Watchfloor } from './watchfloor.ts';

const lookMs = 1_000;

/**
 * Takes from replicas that are gone what they had leased. Gone twice in a row: a database that restarts ends every
 * session at once, and whoever lives comes back within a second.
 */
export function watchOthers(floor: Watchfloor): Look {
  let missing = new Set<number>();
  return async () => {
    if (floor.replica.id === 0) return Number.POSITIVE_INFINITY;
    const now = (await findMissing(floor.db)).filter((id) => id !== floor.replica.id);
    const gone = now.filter((id) => missing.has(id));
    missing = new Set(now);
    if (gone.length > 0) {
      floor.log.warn({ replicas: gone }, 'replicas are gone, taking over what they had in hand');
      await freeLeases(floor.db, gone);
      floor.ringDeliver();
      floor.ringWriteBack();
      floor.ringQuestions();
      floor.ringEnrich();
      floor.ringRuns();
      floor.ringQueries();
      floor.ringAnswers();
    }
    return lookMs;
  };
}
