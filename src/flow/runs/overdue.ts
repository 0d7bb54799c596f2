import { overdueRuns } from '../../store/runs.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { wakeAgain } from './move.ts';

/** So much later than its time a run should have been looked at, unless the queue lost the job, as after a restore. */
const graceMs = 120_000;
const everyMs = 10_000;
/** After so long it is said to the queue again. */
const againMs = 300_000;

/** Wakes runs for which nobody was woken. */
export function openFindingOverdue(floor: Watchfloor): Look {
  const told = new Map<string, number>();
  return async () => {
    const now = floor.now().getTime();
    for (const id of await overdueRuns(floor.db, new Date(now - graceMs).toISOString())) {
      if (now - (told.get(id) ?? 0) < againMs) continue;
      told.set(id, now);
      floor.log.warn({ run: id }, 'run is overdue');
      await wakeAgain(floor, id, floor.now().toISOString());
    }
    for (const [id, at] of told) if (now - at > 2 * againMs) told.delete(id);
    return everyMs;
  };
}
