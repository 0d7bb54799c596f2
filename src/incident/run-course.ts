import { Refused } from '../errors.ts';
import type { Instant } from './alert.ts';
import { later, moved, needs, type Run, type RunState, runName } from './run.ts';
import { hashOrder, isEnough } from './run-approval.ts';

/**
 * What becomes of a run by our own doing, each as the run that follows. Out of its order it is a fault of ours, and thrown
 * as one.
 */

export function newRun(
  asked: Pick<
    Run,
    | 'id'
    | 'number'
    | 'incident'
    | 'play'
    | 'order'
    | 'reason'
    | 'requestedBy'
    | 'requestedAt'
    | 'need'
    | 'because'
    | 'decideBy'
    | 'rehearsed'
  >,
): Run {
  return {
    ...asked,
    version: 1,
    changedAt: 1,
    hash: hashOrder(asked.order),
    state: 'requested',
    found: [],
    warning: '',
    approvals: [],
    breakGlass: undefined,
    ended: undefined,
    startedAt: undefined,
    endedAt: undefined,
    endsAt: undefined,
    reminded: false,
    says: '',
    outputs: [],
    undo: undefined,
    memory: undefined,
    handle: undefined,
    attempts: 0,
  };
}

/**
 * The look is done: people see what it comes to. What is known of the target by now may make more people have to say yes, and
 * never fewer. What a rule wants and nobody has to approve goes on at once.
 */
export function looked(
  run: Run,
  { facts, warning, memory }: { facts: Run['found']; warning: string; memory: unknown },
  weighed: Pick<Run, 'need' | 'because'> = run,
): Run {
  need(run, 'requested');
  const { need: wanted, because } = needs.indexOf(weighed.need) > needs.indexOf(run.need) ? weighed : run;
  const goesOn = wanted === 'own' && run.requestedBy.kind === 'rule';
  return moved(run, {
    need: wanted,
    because,
    state: goesOn ? 'approved' : 'awaiting-approval',
    found: facts,
    warning,
    memory,
    attempts: 0,
    says: '',
  });
}

/** From here on the far side may have done it. Looks once more that what is approved is what is to be done. */
export function begin(run: Run, at: Instant): Run {
  need(run, 'approved');
  const mayGo =
    run.need === 'own' || run.breakGlass !== undefined || isEnough(run.need, run.approvals, run.hash);
  if (!mayGo || hashOrder(run.order) !== run.hash)
    throw new Refused(`${runName(run.number)} is not what was approved. Ask for it anew.`);
  return moved(run, { state: 'running', startedAt: at, attempts: 0, handle: undefined, says: '' });
}

/** The far side is at it. */
export function wentOn(run: Run, { says, handle }: { says: string; handle: unknown }): Run {
  need(run, 'running', 'reversing');
  return moved(run, { says, handle, attempts: 0 });
}

/** A try failed and comes again. */
export function stumbled(run: Run, says: string): Run {
  return moved(run, { says, attempts: run.attempts + 1 });
}

export function succeeded(
  run: Run,
  { says, outputs, memory }: { says: string; outputs: Run['outputs']; memory: unknown },
  at: Instant,
): Run {
  need(run, 'running');
  const { minutes } = run.order;
  const endsAt = run.play.reverse && !run.rehearsed && minutes !== undefined ? later(at, minutes) : undefined;
  return moved(run, { state: 'succeeded', says, outputs, memory, handle: undefined, endedAt: at, endsAt });
}

export function failed(
  run: Run,
  { says, outputs = [], memory = run.memory }: { says: string; outputs?: Run['outputs']; memory?: unknown },
  at: Instant,
): Run {
  need(run, 'requested', 'approved', 'running');
  return moved(run, { state: 'failed', says, outputs, memory, handle: undefined, endedAt: at });
}

export function remind(run: Run): Run {
  return moved(run, { reminded: true });
}

export function undone(run: Run, says: string): Run {
  need(run, 'reversing');
  return moved(run, { state: 'reversed', says, endsAt: undefined, handle: undefined, attempts: 0 });
}

/** It still stands, and nobody takes it back by itself any more: a person has to. */
export function undoFailed(run: Run, failure: string): Run {
  need(run, 'reversing');
  const undo = run.undo && { ...run.undo, failure };
  return moved(run, {
    state: 'succeeded',
    undo,
    says: '',
    endsAt: undefined,
    handle: undefined,
    attempts: 0,
  });
}

/** What only we ourselves do happens in its order, or something is wrong with us. */
function need(run: Run, ...states: RunState[]): void {
  if (!states.includes(run.state)) throw new Error(`${runName(run.number)} is ${run.state}.`);
}

/** Nobody decided in time. */
export function expire(run: Run, at: Instant): Run {
  need(run, 'awaiting-approval');
  return moved(run, { state: 'expired', endedAt: at });
}
