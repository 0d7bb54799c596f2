import type { ScheduledHunt } from '../../kql/hunt-policy.ts';
import { claimHunt, nextHuntMs, registerHunt } from '../../store/hunts.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { keyOf } from './finding.ts';
import { leaseSeconds, runHunt } from './run.ts';

/**
 * Runs hunts when they are due, until `stopping`: one at a time over all replicas, each run by one of them. `loaded` settles
 * once every hunt is known, for until then one that is missing may only be late.
 */
export async function openScheduledHunts(
  floor: Watchfloor,
  schedules: ScheduledHunt[],
  { loaded, stopping }: { loaded: Promise<void>; stopping: AbortSignal },
): Promise<Look> {
  const byKey = new Map(schedules.map((schedule) => [keyOf(schedule), schedule]));
  for (const [key, { everyMinutes }] of byKey) await registerHunt(floor.db, key, everyMinutes * 60);
  const keys = [...byKey.keys()];
  return async () => {
    if (keys.length === 0 || stopping.aborted) return Number.POSITIVE_INFINITY;
    await loaded;
    const due = await claimHunt(floor.db, { keys, leaseSeconds, replica: floor.replica.id });
    const schedule = due && byKey.get(due.key);
    if (!due || !schedule) return nextHuntMs(floor.db, keys);
    const task = () =>
      inSpan('hunt', { attributes: { hunt: schedule.hunt } }, () => runHunt(floor, schedule, due, stopping));
    return { tasks: [task], nextMs: 0 };
  };
}
