import { clean } from '../../channels/clean.ts';
import { durationInWords } from '../../channels/run-words.ts';
import { FarSideError as Far, type FarSideError, isRetryable, Refused } from '../../errors.ts';
import { type Actor, bot } from '../../incident/incident.ts';
import type { Run } from '../../incident/run.ts';
import {
  begin,
  expire,
  failed,
  looked,
  remind,
  stumbled,
  succeeded,
  undoFailed,
  undone,
  wentOn,
} from '../../incident/run-course.ts';
import { beginUndo } from '../../incident/run-decisions.ts';
import type { People } from '../../people/people.ts';
import type { Playbook, Step } from '../../playbooks/playbook.ts';
import { readAutomation, readDueRun } from '../../store/runs.ts';
import { inSpan } from '../../trace.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { moveRun, type Turn, wakeAgain } from './move.ts';
import { exactly } from './note.ts';
import { orderFor } from './order.ts';
import { placeOfRequester, placesOf } from './places.ts';
import { lookAgainMs, pauseMs } from './wake.ts';

/** One call of a playbook; its own calls are bound in time, too. */
const callMs = 60_000;
/** About a quarter of an hour of an outage; what is being taken back is tried for ever. */
const mostAttempts = 14;
/** Nobody waits longer to see what it would come to. */
const mostLooks = 5;
/** Clocks differ; a job that is early by less is not put off. */
const earlyMs = 250;

/**
 * Does what is to be done about a run now, one step. May run at any time, twice, and in two places: what it does is written
 * only where nobody else moved the run meanwhile, and a playbook finds what it began before.
 */
export async function advance(
  floor: Watchfloor,
  people: People,
  { run: id }: { run: string },
): Promise<void> {
  const due = await readDueRun(floor.db, id);
  if (!due) return;
  const { run, nextAt, trace } = due;
  if (nextAt && Date.parse(nextAt) > floor.now().getTime() + earlyMs) return wakeAgain(floor, id, nextAt);
  await inSpan(
    'run',
    { parent: trace, attributes: { run: id, play: run.order.play, state: run.state } },
    () => step(floor, people, run),
  );
}

async function step(floor: Watchfloor, people: People, run: Run): Promise<void> {
  switch (run.state) {
    case 'requested':
      return look(floor, people, run);
    case 'awaiting-approval':
      return expireRun(floor, run);
    case 'approved':
      return go(floor, run);
    case 'running':
      return act(floor, run);
    case 'succeeded':
      return run.reminded || !run.endsAt ? end(floor, run) : tellEnd(floor, people, run);
    case 'reversing':
      return undo(floor, run);
    case 'refused':
    case 'expired':
    case 'failed':
    case 'cancelled':
    case 'reversed':
      return;
  }
}

/** Sees how things are, and shows what it comes to; whoever may decide is shown it. */
async function look(floor: Watchfloor, people: People, run: Run): Promise<void> {
  try {
    const play = playOf(floor, run);
    const prospect = await play.look(await orderFor(floor, run), contextOf(floor));
    await turn(floor, run, async (now) => {
      const after = looked(now, {
        facts: prospect.facts
          .slice(0, 6)
          .map(({ label, value }) => ({ label: clean(label, 60), value: clean(value, 200) })),
        warning: clean(prospect.warning, 400),
        memory: prospect.memory,
      });
      const places = await placesOf(floor, people, after);
      return { run: after, places, moves: [{ move: 'requested', note: exactly(after) }] };
    });
  } catch (error) {
    const isPatient = error instanceof Far && isRetryable(error) && run.attempts < mostLooks;
    if (isPatient) return stumble(floor, run, error);
    const says = sentenceOf(floor, run, error);
    const places = await placesOf(floor, people, run);
    await turn(floor, run, (now) => ({
      run: failed(now, { says }, floor.now().toISOString()),
      places,
      moves: [{ move: 'failed', note: says }],
    }));
  }
}

async function expireRun(floor: Watchfloor, run: Run): Promise<void> {
  await turn(floor, run, (now) => ({
    run: expire(now, floor.now().toISOString()),
    moves: [{ move: 'expired', note: '' }],
  }));
}

/** From here on the far side may have done it, so this is written before anything is sent. */
async function go(floor: Watchfloor, run: Run): Promise<void> {
  const at = floor.now().toISOString();
  const { stoppedBy } = run.requestedBy.kind === 'rule' ? await readAutomation(floor.db) : {};
  if (stoppedBy) {
    const note = `Automation is stopped by ${stoppedBy.name}`;
    return turn(floor, run, (now) => ({
      run: failed(now, { says: `${note}; nothing was done.` }, at),
      moves: [{ move: 'failed', note }],
    }));
  }
  await turn(floor, run, (now) => {
    try {
      return { run: begin(now, at), moves: [{ move: 'started', note: '' }] };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return {
        run: failed(now, { says: error.message }, at),
        moves: [{ move: 'failed', note: error.message }],
      };
    }
  });
}

async function act(floor: Watchfloor, run: Run): Promise<void> {
  try {
    const step = await playOf(floor, run).act(await orderFor(floor, run), contextOf(floor));
    await turn(floor, run, (now) => afterAct(floor, now, step));
  } catch (error) {
    if (error instanceof Far && isRetryable(error) && run.attempts < mostAttempts)
      return stumble(floor, run, error);
    const says = sentenceOf(floor, run, error);
    await turn(floor, run, (now) => ({
      run: failed(now, { says }, floor.now().toISOString()),
      moves: [{ move: 'failed', note: says }],
    }));
  }
}

function afterAct(floor: Watchfloor, run: Run, step: Step): Turn {
  const at = floor.now();
  switch (step.state) {
    case 'under-way':
      return goOn(floor, run, step);
    case 'done': {
      const done = {
        says: clean(step.says, 300),
        outputs: outputsOf(step),
        memory: step.memory ?? run.memory,
      };
      const after = succeeded(run, done, at.toISOString());
      const ends = after.endsAt
        ? ` It ends by itself at ${after.endsAt.slice(0, 16).replace('T', ' ')} UTC.`
        : '';
      return { run: after, moves: [{ move: 'succeeded', note: `${done.says}${ends}` }] };
    }
    case 'failed': {
      const says = clean(step.says, 300);
      const after = failed(
        run,
        { says, outputs: outputsOf(step), memory: step.memory ?? run.memory },
        at.toISOString(),
      );
      return { run: after, moves: [{ move: 'failed', note: says }] };
    }
  }
}

async function undo(floor: Watchfloor, run: Run): Promise<void> {
  try {
    const play = playOf(floor, run);
    if (!play.undo) throw new Refused(`Nothing takes back "${play.title}" any more.`);
    const step = await play.undo(await orderFor(floor, run), contextOf(floor));
    await turn(floor, run, (now) => {
      if (step.state === 'under-way') return goOn(floor, now, step);
      const says = clean(step.says, 300);
      return step.state === 'done'
        ? { run: undone(now, says), moves: [{ move: 'undone', note: says }] }
        : { run: undoFailed(now, says), moves: [{ move: 'undo-failed', note: says }] };
    });
  } catch (error) {
    // What stands is taken back however long it takes.
    if (error instanceof Far && isRetryable(error)) return stumble(floor, run, error);
    const says = sentenceOf(floor, run, error);
    await turn(floor, run, (now) => ({
      run: undoFailed(now, says),
      moves: [{ move: 'undo-failed', note: says }],
    }));
  }
}

function goOn(
  floor: Watchfloor,
  run: Run,
  { says, handle, againMs }: Extract<Step, { state: 'under-way' }>,
): Turn {
  const now = floor.now().getTime();
  const since =
    now - Date.parse((run.state === 'reversing' ? run.undo?.at : run.startedAt) ?? run.requestedAt);
  const nextAt = new Date(now + lookAgainMs(since, againMs)).toISOString();
  return { run: wentOn(run, { says: clean(says, 300), handle }), nextAt };
}

/** Whoever asked is told in time to say that it has to go on. */
async function tellEnd(floor: Watchfloor, people: People, run: Run): Promise<void> {
  const places = await placeOfRequester(floor, people, run);
  const note = `at ${run.endsAt?.slice(0, 16).replace('T', ' ')} UTC. Extend it, or end it now`;
  await turn(floor, run, (now) => ({ run: remind(now), places, moves: [{ move: 'reminded', note }] }));
}

/** Its time is over: it is taken back as it was asked for. */
async function end(floor: Watchfloor, run: Run): Promise<void> {
  const at = floor.now().toISOString();
  if (!run.endsAt || run.endsAt > at) return;
  const lasted = run.order.minutes === undefined ? '' : ` after ${durationInWords(run.order.minutes)}`;
  await turn(floor, run, (now) => ({
    run: beginUndo(now, 'its end', at),
    moves: [{ move: 'undo-started', note: `its time is over${lasted}` }],
  }));
}

async function stumble(floor: Watchfloor, run: Run, error: FarSideError): Promise<void> {
  const pause = pauseMs(run.attempts, error.retryAfter);
  floor.log.warn({ run: run.id, reason: error.reason, detail: error.message, pause }, 'run goes on later');
  const says = `${reasonInWords(error)} Trying again in ${durationInWords(Math.max(1, pause / 60_000))}.`;
  await turn(floor, run, (now) => ({
    run: stumbled(now, says),
    nextAt: new Date(floor.now().getTime() + pause).toISOString(),
  }));
}

/** Moves the run, unless somebody else has moved it since it was read: then whoever did has woken somebody for it. */
async function turn(floor: Watchfloor, run: Run, next: (now: Run) => Turn | Promise<Turn>): Promise<void> {
  const by: Actor = bot;
  await moveRun(floor, run.id, by, (now) => (now.version === run.version ? next(now) : undefined));
}

function playOf({ plays }: Watchfloor, { order }: Run): Playbook {
  const play = plays.all.get(order.play);
  if (!play) throw new Refused(`There is no playbook "${order.play}" any more. Do it by hand.`);
  return play;
}

const contextOf = (floor: Watchfloor) => ({ now: floor.now(), signal: AbortSignal.timeout(callMs) });

const outputsOf = ({ outputs = [] }: Extract<Step, { state: 'done' | 'failed' }>): Run['outputs'] =>
  outputs
    .slice(0, 3)
    .map((output) =>
      'url' in output
        ? { label: clean(output.label, 60), url: output.url }
        : { label: clean(output.label, 60), text: clean(output.text, 4_000) },
    );

/** What a person can do about it. A fault of ours is thrown on, and tried again by the queue. */
function sentenceOf(floor: Watchfloor, run: Run, error: unknown): string {
  if (error instanceof Refused) return clean(error.message, 300);
  if (!(error instanceof Far)) throw error;
  const play = floor.plays.all.get(run.order.play);
  const cure = error.reason === 'auth' && play ? ` It needs ${play.permission}; an admin grants it.` : '';
  return clean(`${reasonInWords(error)}${cure} ${error.message}`, 300);
}

function reasonInWords({ reason }: FarSideError): string {
  switch (reason) {
    case 'auth':
      return 'I am not allowed to do that.';
    case 'not-found':
      return 'It is not there any more.';
    case 'rejected':
      return 'Azure refuses it.';
    case 'conflict':
      return 'Somebody else is changing it.';
    case 'rate-limited':
      return 'Azure wants us to wait.';
    case 'unavailable':
    case 'timeout':
      return 'Azure does not answer.';
  }
}
