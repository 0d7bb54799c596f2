import { measure } from '../../../incident/drill.ts';
import { bot } from '../../../incident/incident.ts';
import { cancel } from '../../../incident/run-decisions.ts';
import { openDraft } from '../../../store/draft.ts';
import { endDrill, goOnDrill, incidentsOfDrill, type StoredDrill } from '../../../store/drills.ts';
import { readIncident } from '../../../store/incidents.ts';
import { addNotices } from '../../../store/notices.ts';
import { isAnyWaiting } from '../../../store/raw-alerts.ts';
import { listRuns } from '../../../store/runs.ts';
import { save } from '../../../store/save.ts';
import { currentTrace } from '../../../trace.ts';
import { change } from '../../change.ts';
import { moveRun } from '../../runs/move.ts';
import { untilSaved } from '../../until-saved.ts';
import type { Watchfloor } from '../../watchfloor.ts';
import { roomsToTell } from '../rooms-to-tell.ts';
import { happeningsOf } from './happenings.ts';
import { drawReport } from './pages.ts';

const mostRuns = 50;

/** Whether all that was played was taken in, and none of it is open any more. */
export async function areClosed(floor: Watchfloor, number: number): Promise<boolean> {
  if (await isAnyWaiting(floor.db, 'drill')) return false;
  const incidents = await incidentsOfDrill(floor.db, number);
  if (incidents.length === 0) return false;
  const stored = await Promise.all(incidents.map((id) => readIncident(floor.db, id)));
  return stored.every((one) => one?.incident.status === 'closed');
}

/** It is over: what is open is closed, what was measured is kept, and people are told how it went. */
export async function end(
  floor: Watchfloor,
  { drill, played }: StoredDrill,
  why: 'done' | 'time' | 'stopped',
): Promise<void> {
  // What is not taken in yet would open an incident after the end.
  if (await isAnyWaiting(floor.db, 'drill')) {
    const nextAt = new Date(floor.now().getTime() + 1_000).toISOString();
    return goOnDrill(floor.db, drill.number, { played, nextAt });
  }
  for (const incident of await incidentsOfDrill(floor.db, drill.number)) {
    await withdrawRuns(floor, incident);
    await closeIt(floor, incident);
  }
  const results = measure(drill, await happeningsOf(floor, drill.number));
  const at = floor.now();
  const rooms = drill.rooms.length > 0 ? drill.rooms : roomsToTell(floor);
  const ended = { why, at: at.toISOString() };
  await floor.db.transaction().execute(async (trx) => {
    if (!(await endDrill(trx, drill.number, { ...ended, results }))) return;
    const notices = rooms.map((room) => ({
      key: `drill/${drill.number}/report/${room.channel}/${room.conversation}`.slice(0, 200),
      kind: 'drill' as const,
      to: { kind: 'room' as const, ...room },
      calls: [],
      incident: undefined,
      page: drawReport({ drill, played, stopBy: undefined, ended }, results, at),
      interrupts: false,
    }));
    await addNotices(trx, notices, at, currentTrace());
  });
  floor.log.info({ drill: drill.number, why }, 'drill is over');
  floor.ringNotices();
}

/** Nobody has to decide any more on what would have been rehearsed. */
async function withdrawRuns(floor: Watchfloor, incident: number): Promise<void> {
  const at = floor.now().toISOString();
  const note = 'The drill is over.';
  for (const { id } of await listRuns(floor.db, { incident, forPerson: undefined, limit: mostRuns })) {
    await moveRun(floor, id, bot, (run) =>
      run.state === 'requested' || run.state === 'awaiting-approval'
        ? { run: cancel(run, 'Watchfloor', note, at), moves: [{ move: 'withdrawn', note }] }
        : undefined,
    );
  }
}

/** Nothing that is made up is left lying among what is real. */
async function closeIt(floor: Watchfloor, id: number): Promise<void> {
  await untilSaved(async () => {
    const stored = await readIncident(floor.db, id);
    if (!stored || stored.incident.status === 'closed') return;
    const closing = {
      classification: 'undetermined',
      reason: undefined,
      comment: 'The drill is over.',
    } as const;
    const draft = openDraft(currentTrace());
    change(floor, draft, stored.incident, { type: 'close', closing, contained: 'keep' }, bot);
    await save(floor.db, draft);
  });
  floor.ringDeliver();
}
