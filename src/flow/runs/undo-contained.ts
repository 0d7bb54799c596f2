import { Refused } from '../../errors.ts';
import { type Actor, actorName, type Incident } from '../../incident/incident.ts';
import { beginUndo } from '../../incident/run-decisions.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { moveRun } from './move.ts';

/** Takes back all that playbooks changed about an incident and that still stands. */
export async function undoContained(floor: Watchfloor, { runs = [] }: Incident, by: Actor): Promise<void> {
  const at = floor.now().toISOString();
  for (const { id, standing } of runs) {
    if (!standing) continue;
    try {
      await moveRun(floor, id, by, (run) => ({
        run: beginUndo(run, actorName(by), at),
        moves: [{ move: 'undo-started', note: 'the incident is closed' }],
      }));
    } catch (error) {
      // Somebody was faster: it is being taken back, or was.
      if (!(error instanceof Refused)) throw error;
    }
  }
}
