import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { type Actor, type Incident, incidentName } from '../../incident/incident.ts';
import { glanceOf, type Run, type RunMove, runName } from '../../incident/run.ts';
import type { Db, Trx } from '../../store/database.ts';
import { openDraft, setAlone } from '../../store/draft.ts';
import { readIncident, type StoredIncident } from '../../store/incidents.ts';
import { addRunPlaces, leaveRunPlaces, markRunMessages, type RunPlace } from '../../store/run-messages.ts';
import { insertRun, readRun, updateRun } from '../../store/runs.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import { change } from '../change.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { wakeAt } from './wake.ts';

/** What becomes of a run, and what of it is told on its incident. */
export interface Turn {
  run: Run;
  /** A fact of the incident, or several in order; absent where it is progress alone. */
  moves?: { move: RunMove; note: string }[];
  /** Where it is shown from now on, beside where it is already. */
  places?: RunPlace[];
  /** Where it is shown by a new message from now on: nobody hears of an edit. */
  placesAnew?: RunPlace[];
  /** When something is to be done about it; what the run itself says where absent. */
  nextAt?: Instant;
}

/**
 * Moves a run as `step` says: the run, what its incident tells of it, and that its messages are behind are written in one
 * transaction, or nothing is. `step` may be asked again, on what is true then, where somebody else was
 * faster; it returns `undefined` where nothing is to be done. Throws what `step` throws.
 */
export async function moveRun(
  floor: Watchfloor,
  id: string,
  by: Actor,
  step: (run: Run, incident: Incident) => Turn | undefined | Promise<Turn | undefined>,
): Promise<Run> {
  return untilSaved(async () => {
    const before = await needRun(floor.db, id);
    const { incident } = await incidentOf(floor.db, before);
    const turn = await step({ ...before, incident: incident.id }, incident);
    if (!turn) return before;
    await write(floor, incident, by, turn, before.version);
    floor.ringRuns();
    floor.ringDeliver();
    floor.ringWriteBack();
    return turn.run;
  });
}

/** Moves a run that was read before, unless somebody else has moved it since. */
export async function turnRun(
  floor: Watchfloor,
  { id, version }: Run,
  by: Actor,
  next: (now: Run) => Turn | Promise<Turn>,
): Promise<void> {
  await moveRun(floor, id, by, (now) => (now.version === version ? next(now) : undefined));
}

/** A run that there was not before. */
export async function startRun(floor: Watchfloor, run: Run, db: Db | Trx): Promise<void> {
  await insertRun(db, run, { nextAt: run.requestedAt, trace: currentTrace() });
  floor.log.info({ run: run.id, incident: run.incident, play: run.order.play }, 'run asked for');
  floor.ringRuns();
}

async function write(
  floor: Watchfloor,
  incident: Incident,
  by: Actor,
  { run, moves = [], places = [], placesAnew = [], ...turn }: Turn,
  from: number,
): Promise<void> {
  const nextAt = turn.nextAt ?? wakeAt(run, floor.now());
  const draft = openDraft(currentTrace());
  let told = incident;
  for (const one of moves) {
    told = change(floor, draft, told, { type: 'move-run', run: glanceOf(run), ...one }, by);
  }
  // Somebody deals with it: in a storm, too, it has a card of its own from now on.
  if (moves.length > 0 && incident.status !== 'closed') setAlone(draft, incident.id);
  await floor.db.transaction().execute(async (trx) => {
    await save(trx, draft);
    await updateRun(trx, run, from, nextAt);
    await markRunMessages(trx, run.id);
    await leaveRunPlaces(trx, run.id, placesAnew);
    await addRunPlaces(trx, run.id, [...places, ...placesAnew]);
  });
}

export async function needRun(db: Db, id: string): Promise<Run> {
  const run = await readRun(db, id);
  if (!run) throw new Refused('There is no such run any more.');
  return run;
}

/** The incident that it belongs to: of a merged one that which it was merged into. */
export async function incidentOf(db: Db, { incident, number }: Run): Promise<StoredIncident> {
  let id: number | undefined = incident;
  for (let steps = 0; steps < 20 && id !== undefined; steps += 1) {
    const stored: StoredIncident | undefined = await readIncident(db, id);
    if (stored && stored.incident.mergedInto === undefined) return stored;
    id = stored?.incident.mergedInto;
  }
  throw new Refused(`${incidentName(incident)} of ${runName(number)} is not here any more.`);
}
