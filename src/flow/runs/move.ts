import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { type Actor, type Incident, incidentName } from '../../incident/incident.ts';
import { glanceOf, type Run, type RunMove, runName } from '../../incident/run.ts';
import type { Db, Trx } from '../../store/database.ts';
import { openDraft, setAlone } from '../../store/draft.ts';
import { readIncident, type StoredIncident } from '../../store/incidents.ts';
import { enqueue } from '../../store/jobs.ts';
import { addRunPlaces, markRunMessages, type RunPlace } from '../../store/run-messages.ts';
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
  /** When something is to be done about it; what the run itself says where absent. */
  nextAt?: Instant;
}

/**
 * Moves a run as `step` says: the run, what its incident tells of it, its messages and the job that goes on with it are
 * written in one transaction, or nothing is. `step` may be asked again, on what is true then, where somebody else was
 * faster; it returns `undefined` where nothing is to be done. Throws what `step` throws.
 */
export async function moveRun(
  floor: Watchfloor,
  id: string,
  by: Actor,
  step: (run: Run, incident: Incident) => Turn | undefined | Promise<Turn | undefined>,
): Promise<Run> {
  const { run, turned } = await untilSaved(async () => {
    const before = await needRun(floor.db, id);
    const { incident } = await incidentOf(floor.db, before);
    const turn = await step({ ...before, incident: incident.id }, incident);
    if (!turn) return { run: before, turned: false };
    await write(floor, incident, by, turn, (trx, run, nextAt) => updateRun(trx, run, before.version, nextAt));
    return { run: turn.run, turned: true };
  });
  if (turned) ring(floor);
  return run;
}

/** A run that there was not before. Whether it is new: a rule may want the same twice. */
export async function startRun(floor: Watchfloor, run: Run): Promise<boolean> {
  const { incident } = await incidentOf(floor.db, run);
  const trace = currentTrace();
  const isNew = await floor.db.transaction().execute(async (trx) => {
    const nextAt = run.requestedAt;
    if (!(await insertRun(trx, run, { nextAt, trace }))) return false;
    await wake(floor, trx, run.id, nextAt);
    return true;
  });
  floor.log.info({ run: run.id, incident: incident.id, play: run.order.play }, 'run asked for');
  return isNew;
}

async function write(
  floor: Watchfloor,
  incident: Incident,
  by: Actor,
  { run, moves = [], places = [], ...turn }: Turn,
  store: (trx: Trx, run: Run, nextAt: Instant | undefined) => Promise<void>,
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
    await store(trx, run, nextAt);
    await addRunPlaces(trx, run.id, run.version, places);
    await markRunMessages(trx, run.id, run.version);
    if (nextAt) await wake(floor, trx, run.id, nextAt);
  });
}

/** The queue wakes us for it; by the database's clock, which may not be ours. */
async function wake(floor: Watchfloor, trx: Trx, id: string, at: Instant): Promise<void> {
  const inSeconds = Math.max(0, (Date.parse(at) - floor.now().getTime()) / 1_000);
  await enqueue(floor.boss, trx, 'run', { run: id }, { key: id, inSeconds: Math.ceil(inSeconds * 10) / 10 });
}

/** Wakes us for a run again, at its time. */
export async function wakeAgain(floor: Watchfloor, id: string, at: Instant): Promise<void> {
  await floor.db.transaction().execute((trx) => wake(floor, trx, id, at));
}

function ring(floor: Watchfloor): void {
  floor.ringRuns();
  floor.ringDeliver();
  floor.ringWriteBack();
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
