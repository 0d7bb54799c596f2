import { clockTime, durationInWords, runStateInWords } from '../../channels/run-words.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { isExercise } from '../../incident/exercise.ts';
import { bot, incidentName } from '../../incident/incident.ts';
import { glanceOf, type Run, runName } from '../../incident/run.ts';
import { begin, expire, failed, remind } from '../../incident/run-course.ts';
import { beginUndo } from '../../incident/run-decisions.ts';
import type { People } from '../../people/people.ts';
import { claimRuns, type DueRun, findHolding, readAutomation, releaseRun } from '../../store/runs.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { actOf, lookOf, undoOf } from './deeds.ts';
import { askFarSide } from './far-side.ts';
import { incidentOf, type Turn, turnRun } from './move.ts';
import { placeOfRequester } from './places.ts';
import { rehearseAct, rehearseLook } from './rehearse.ts';

/** Longer than one call of a playbook and what is written of it take together. */
const leaseSeconds = 90;
/** Nothing rings when it is time: what is due is found within this. */
const sweepMs = 1_000;

/**
 * Finds runs about which something is to be done now, and does one step of each. What it does is written only where nobody
 * else moved the run meanwhile, and a playbook finds what it began before: a step may be done twice.
 */
export function openAdvancing(floor: Watchfloor, people: People, ending: AbortSignal): Look {
  const lease = { leaseSeconds, replica: floor.replica.id };
  return async (room) => {
    const found = await claimRuns(floor.db, { limit: room, by: floor.now().toISOString(), ...lease });
    const tasks = found.map((due) => () => advance(floor, people, due, ending));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

/** A fault of ours or of the database leaves the lease standing, which is a pause as good as any. */
async function advance(
  floor: Watchfloor,
  people: People,
  { run, trace }: DueRun,
  ending: AbortSignal,
): Promise<void> {
  const attributes = { run: run.id, play: run.order.play, state: run.state };
  await inSpan('run', { parent: trace, attributes }, () => step(floor, people, run, ending));
  await releaseRun(floor.db, run.id, floor.replica.id);
  floor.ringRuns();
}

async function step(floor: Watchfloor, people: People, run: Run, ending: AbortSignal): Promise<void> {
  // Asked again at every step, whatever the run says of itself: nothing real is ever done for what is made up.
  const { incident } = await incidentOf(floor.db, run);
  if (run.rehearsed || isExercise(incident)) return rehearse(floor, people, run);
  switch (run.state) {
    case 'requested':
      return askFarSide(floor, run, lookOf(floor, people, run), ending);
    case 'awaiting-approval':
      return expireRun(floor, run);
    case 'approved':
      return go(floor, run);
    case 'running':
      return askFarSide(floor, run, actOf(floor), ending);
    case 'succeeded':
      return run.reminded ? end(floor, run) : tellEnd(floor, people, run);
    case 'reversing':
      return askFarSide(floor, run, undoOf(floor), ending);
    case 'refused':
    case 'expired':
    case 'failed':
    case 'cancelled':
    case 'reversed':
      return;
  }
}

/** A run of an exercise goes the same way, and asks no far side for anything. */
async function rehearse(floor: Watchfloor, people: People, run: Run): Promise<void> {
  if (run.state === 'requested') return rehearseLook(floor, people, run);
  if (run.state === 'awaiting-approval') return expireRun(floor, run);
  if (run.state === 'approved') return go(floor, run);
  if (run.state === 'running') return rehearseAct(floor, run);
}

async function expireRun(floor: Watchfloor, run: Run): Promise<void> {
  const at = floor.now().toISOString();
  await turnRun(floor, run, bot, (now) => ({ run: expire(now, at), moves: [{ move: 'expired', note: '' }] }));
}

/** From here on the far side may have done it, so this is written before anything is sent. */
async function go(floor: Watchfloor, run: Run): Promise<void> {
  const at = floor.now().toISOString();
  const isRules = run.requestedBy.kind === 'rule';
  const { stoppedBy } = isRules ? await readAutomation(floor.db) : {};
  await turnRun(floor, run, bot, async (now): Promise<Turn> => {
    try {
      // Each of the two would take back what the other believes to stand.
      const other = now.rehearsed ? undefined : await findHolding(floor.db, now);
      if (other) throw new Refused(`${sameIn(other, at)} Extend or end that one; nothing was done.`);
      if (stoppedBy) throw new Refused(`Automation is stopped by ${stoppedBy.name}; nothing was done.`);
      return { run: begin(now, at), moves: [{ move: 'started', note: '' }] };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { message: says } = error;
      return { run: failed(now, { says }, at), moves: [{ move: 'failed', note: says }] };
    }
  });
}

function sameIn(other: Run, now: Instant): string {
  const where = `${runName(other.number)} of ${incidentName(other.incident)}`;
  return `${where} does just that and ${runStateInWords(glanceOf(other), now)}.`;
}

/** Whoever asked is told in time to say that it has to go on. */
async function tellEnd(floor: Watchfloor, people: People, run: Run): Promise<void> {
  const placesAnew = await placeOfRequester(floor, people, run);
  const at = run.endsAt ? `at ${clockTime(run.endsAt, floor.now().toISOString())}. ` : '';
  const note = `${at}Extend it, or end it now`;
  await turnRun(floor, run, bot, (now) => ({
    run: remind(now),
    placesAnew,
    moves: [{ move: 'reminded', note }],
  }));
}

/** Its time is over: it is taken back as it was asked for. */
async function end(floor: Watchfloor, run: Run): Promise<void> {
  const lasted = run.order.minutes === undefined ? '' : ` after ${durationInWords(run.order.minutes)}`;
  await turnRun(floor, run, bot, (now) => ({
    run: beginUndo(now, 'its end', floor.now().toISOString()),
    moves: [{ move: 'undo-started', note: `its time is over${lasted}` }],
  }));
}
