import { bot } from '../../incident/incident.ts';
import type { Silenced, WhyUnsilenced } from '../../incident/silenced.ts';
import { openDraft } from '../../store/draft.ts';
import { readIncident, redraw } from '../../store/incidents.ts';
import { save } from '../../store/save.ts';
import { clearFlapping, doneFlapping, incidentsToLookAt, wasEnded } from '../../store/silenced-incidents.ts';
import { change } from '../change.ts';
import type { Look } from '../lane.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { hushWhole, openWindows, readQuiet } from './quiet.ts';

/** Nothing rings when a time has come. */
const sweepMs = 1_000;
/** Cards that are drawn anew at once. */
const mostRedrawn = 100;

/**
 * Finds incidents whose silence is over and looks whether anything else keeps them quiet; what nothing does is shown, once.
 * Opens maintenance windows, and lets go what has stopped opening and closing by itself.
 */
export function openSilencing(floor: Watchfloor): Look {
  return async (room) => {
    await openWindows(floor);
    await calmDown(floor);
    const found = await incidentsToLookAt(floor.db, floor.now().toISOString(), room);
    const tasks = found.map((id) => () => lookAgain(floor, id));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

async function calmDown(floor: Watchfloor): Promise<void> {
  const now = floor.now().toISOString();
  const ids = await doneFlapping(floor.db, now, mostRedrawn);
  if (ids.length === 0) return;
  await floor.db.transaction().execute(async (trx) => {
    await redraw(trx, ids);
    await clearFlapping(trx, ids, now);
  });
  floor.ringDeliver();
}

async function lookAgain(floor: Watchfloor, id: number): Promise<void> {
  await untilSaved(async () => {
    const incident = (await readIncident(floor.db, id))?.incident;
    if (!incident?.silenced || incident.status === 'closed') return;
    const still = hushWhole(floor, await readQuiet(floor, incident.alerts), incident);
    const draft = openDraft();
    if (still) change(floor, draft, incident, { type: 'silence', ...still }, bot);
    else {
      const why = await whyOver(floor, incident.silenced);
      change(floor, draft, incident, { type: 'unsilence', why }, bot);
    }
    await save(floor.db, draft);
  });
  floor.ringDeliver();
}

async function whyOver(floor: Watchfloor, { silence }: Silenced): Promise<WhyUnsilenced> {
  if (silence.startsWith('INC-')) return 'closed';
  return (await wasEnded(floor.db, silence)) ? 'ended' : 'over';
}
