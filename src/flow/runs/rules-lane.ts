import { readIncident } from '../../store/incidents.ts';
import { incidentsToRule, recordRuled } from '../../store/runs.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { runRules } from './automation.ts';

/** Nothing rings: an incident that opens is looked at within this, and so is what is learned of it. */
const sweepMs = 1_000;

/**
 * Finds incidents that rules have yet to look at, and lets them. What an incident is counts, not what happened to it last:
 * looking twice wants nothing twice.
 */
export function openRuling(floor: Watchfloor): Look {
  return async (room) => {
    const found = await incidentsToRule(floor.db, room);
    const tasks = found.map((id) => () => rule(floor, id));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

async function rule(floor: Watchfloor, id: number): Promise<void> {
  const stored = await readIncident(floor.db, id);
  if (!stored) return;
  const { incident } = stored;
  if (incident.status === 'closed') {
    if (incident.mergedInto === undefined) await runRules(floor, incident, 'closed');
  } else {
    await runRules(floor, incident, 'opened');
    await runRules(floor, incident, 'learned');
  }
  await recordRuled(floor.db, incident);
}
