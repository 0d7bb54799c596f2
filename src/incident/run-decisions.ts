import { Refused } from '../errors.ts';
import type { Instant, Owner } from './alert.ts';
import {
  type Approval,
  isStanding,
  later,
  moved,
  type Need,
  type PlayGlance,
  type Run,
  type RunOrder,
  type RunState,
  runName,
} from './run.ts';
import { hashOrder, isEnough, stillNeeded } from './run-approval.ts';

/**
 * What people decide about a run, each as the run that follows. `Refused` where it cannot be now, with what to do instead.
 * Who may is looked at before, never here; that nobody approves their own is a rule of the run.
 */

/** Somebody else says yes to exactly this order. */
export function approve(run: Run, approval: Approval): Run {
  refuseLate(run, approval.at);
  if (run.need === 'own')
    throw new Refused(`${runName(run.number)} needs no approval: whoever asked runs it.`);
  if (isRequester(run, approval.by))
    throw new Refused('You asked for it; somebody else has to approve. They see it in the same place.');
  if (approval.hash !== run.hash)
    throw new Refused('It was changed since you saw it. Look at what is asked now, then decide.');
  if (run.approvals.some(({ by }) => by.id === approval.by.id))
    throw new Refused(`You have approved it already. ${stillNeeded(run)}`);
  if (run.need === 'lead' && !approval.asLead)
    throw new Refused(`${runName(run.number)} needs a lead's yes: ${run.because}.`);
  const approvals = [...run.approvals, approval];
  const state = isEnough(run.need, approvals, run.hash) ? 'approved' : run.state;
  return moved(run, { approvals, state });
}

/** Whoever asked says it once more, having seen what it comes to. */
export function confirm(run: Run, by: Owner, hash: string, at: Instant): Run {
  refuseLate(run, at);
  if (!isRequester(run, by)) throw new Refused('Whoever asked for it runs it. Ask for it yourself with Act.');
  if (run.need !== 'own') throw new Refused(`It has to be approved first. ${stillNeeded(run)}`);
  if (hash !== run.hash) throw new Refused('It was changed since you saw it. Look at what is asked now.');
  return moved(run, { state: 'approved' });
}

/** Without the approval that it needs; a lead looks at it afterwards. */
export function breakGlass(run: Run, by: Owner, reason: string, at: Instant): Run {
  refuseLate(run, at);
  if (run.need === 'own') throw new Refused('There is no glass to break: whoever asked runs it.');
  return moved(run, { state: 'approved', breakGlass: { by, at, reason, review: undefined } });
}

export function review(run: Run, by: Owner, note: string, at: Instant): Run {
  if (!run.breakGlass) throw new Refused(`${runName(run.number)} went its usual way.`);
  if (run.breakGlass.review) throw new Refused(`${run.breakGlass.review.by.name} has looked at it already.`);
  if (run.breakGlass.by.id === by.id || isRequester(run, by))
    throw new Refused('Somebody else has to look at what you did.');
  return moved(run, { breakGlass: { ...run.breakGlass, review: { by, at, note } } });
}

/** Whoever asked wants something else: what was approved is not that. */
export function reorder(
  run: Run,
  by: Owner,
  changed: { order: RunOrder; play: PlayGlance; need: Need; because: string; decideBy: Instant },
): Run {
  refuseStarted(run);
  if (!isRequester(run, by)) throw new Refused('Whoever asked for it may change it. Refuse it and say why.');
  const hash = hashOrder(changed.order);
  if (hash === run.hash) throw new Refused('Nothing was changed.');
  return moved(run, {
    ...changed,
    hash,
    changedAt: run.version + 1,
    approvals: [],
    state: 'requested',
    memory: undefined,
    attempts: 0,
  });
}

export function refuse(run: Run, by: Owner, note: string, at: Instant): Run {
  refuseStarted(run);
  return moved(run, { state: 'refused', ended: { by: by.name, note }, endedAt: at });
}

/** Before it has begun nothing is left of it. */
export function cancel(run: Run, by: string, note: string, at: Instant): Run {
  if (run.state === 'running')
    throw new Refused(
      run.play.reverse
        ? `${runName(run.number)} has begun. Take it back instead.`
        : `${runName(run.number)} has begun and cannot be stopped.`,
    );
  refuseStarted(run);
  return moved(run, { state: 'cancelled', ended: { by, note }, endedAt: at });
}

/** It stands for so many minutes longer, or for good. */
export function extend(run: Run, minutes: number | undefined, at: Instant): Run {
  if (run.state !== 'succeeded' || !isStanding(run))
    throw new Refused(`${runName(run.number)} does not stand.`);
  const from = run.endsAt && run.endsAt > at ? run.endsAt : at;
  const endsAt = minutes === undefined ? undefined : later(from, minutes);
  return moved(run, { endsAt, reminded: false });
}

/** Half of it may be done where it failed or is still under way: that is taken back, too. */
export function beginUndo(run: Run, by: string, at: Instant): Run {
  if (!run.play.reverse) throw new Refused(`Nothing takes back "${run.play.title}".`);
  if (run.rehearsed)
    throw new Refused(`${runName(run.number)} was rehearsed; there is nothing to take back.`);
  switch (run.state) {
    case 'running':
    case 'succeeded':
    case 'failed': {
      if (run.state === 'failed' && run.startedAt === undefined)
        throw new Refused(`${runName(run.number)} did nothing; there is nothing to take back.`);
      const undo = { by, at, failure: '' };
      return moved(run, { state: 'reversing', undo, says: '', handle: undefined, attempts: 0 });
    }
    case 'reversing':
      throw new Refused(`${runName(run.number)} is being taken back already.`);
    case 'reversed':
      throw new Refused(`${runName(run.number)} was taken back already.`);
    case 'requested':
    case 'awaiting-approval':
    case 'approved':
      throw new Refused(`${runName(run.number)} has not begun. Withdraw it instead.`);
    case 'refused':
    case 'expired':
    case 'cancelled':
      throw new Refused(`${runName(run.number)} did nothing; there is nothing to take back.`);
  }
}

function isRequester({ requestedBy }: Run, { id }: Owner): boolean {
  return requestedBy.kind === 'person' && requestedBy.id === id;
}

const endings: Partial<Record<RunState, string>> = {
  refused: 'was refused',
  expired: 'was not decided in time',
  cancelled: 'was withdrawn',
  failed: 'failed',
};

function refuseStarted(run: Run): void {
  if (run.state === 'requested' || run.state === 'awaiting-approval') return;
  throw new Refused(`${runName(run.number)} ${endings[run.state] ?? 'has been decided'} already.`);
}

function refuseLate(run: Run, at: Instant): void {
  if (run.state === 'requested')
    throw new Refused(`${runName(run.number)} is still being looked at. Try again in a moment.`);
  refuseStarted(run);
  if (at > run.decideBy) throw new Refused('The time to decide is over. Ask for it anew.');
}
