import type { FieldFaults, RunOutcome } from '../../channels/channel.ts';
import { written } from '../../channels/clean.ts';
import { named } from '../../channels/clearance.ts';
import { drawRun } from '../../channels/run.ts';
import type { RunDialogView, RunVerb } from '../../channels/run-view.ts';
import { durationInWords } from '../../channels/run-words.ts';
import { Denied, Refused } from '../../errors.ts';
import type { Actor } from '../../incident/incident.ts';
import { type Run, type RunMove, runName } from '../../incident/run.ts';
import { stillNeeded } from '../../incident/run-approval.ts';
import {
  approve,
  beginUndo,
  breakGlass,
  cancel,
  confirm,
  extend,
  refuse,
  reorder,
  review,
} from '../../incident/run-decisions.ts';
import type { Caller } from '../../people/people.ts';
import { admit, playbookRisks } from '../../people/permissions.ts';
import { readFor } from '../reader.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { drawRunDialog, readMinutes, readOrder } from './dialogs.ts';
import { incidentOf, moveRun, needRun, type Turn } from './move.ts';
import { leadRoles } from './places.ts';
import { decision, glanceAt } from './request.ts';

/** A button of a run's message, or the filled dialog that it opened. `fields` are empty of what acts at once. */
export async function decideRun(
  floor: Watchfloor,
  caller: Caller,
  verb: RunVerb,
  { id, revision, fields }: { id: string; revision: number | undefined; fields: Record<string, string> },
): Promise<RunOutcome | FieldFaults> {
  const seen = await admitToRun(floor, caller, verb, id);
  const missing = missingField(verb, fields);
  if (missing) return missing;
  let told = '';
  const by: Actor = { kind: 'person', id: caller.id, name: caller.name, upn: caller.upn };
  const after = await moveRun(floor, id, by, (now, incident) => {
    refuseChanged(now, verb, revision);
    const turn = turnOf(floor, now, caller, verb, fields, (target) =>
      decision(floor, incident, { ...target, by: now.requestedBy }),
    );
    told = turn.told;
    return turn;
  });
  const { incident } = await incidentOf(floor.db, after);
  floor.log.info({ run: seen.id, verb, by: caller.id }, 'run decided on');
  return { told, view: drawRun(after, incident, named, floor.now().toISOString()) };
}

export async function openRunDialog(
  floor: Watchfloor,
  caller: Caller,
  verb: RunVerb,
  { id, revision }: { id: string; revision: number },
): Promise<RunDialogView> {
  const run = await admitToRun(floor, caller, verb, id);
  refuseChanged(run, verb, revision);
  return drawRunDialog(floor, run, verb);
}

/** Who may press it at all; whether the run is so that it can be pressed the run itself says. */
async function admitToRun(floor: Watchfloor, caller: Caller, verb: RunVerb, id: string): Promise<Run> {
  const run = await needRun(floor.db, id);
  const { incident } = await incidentOf(floor.db, run);
  await readFor(floor, caller, incident.id);
  switch (verb) {
    case 'confirm':
    case 'change':
      admitToPlay(caller, run);
      break;
    case 'approve':
    case 'refuse':
      admit(caller, 'approve');
      break;
    case 'break-glass':
      admit(caller, 'break-glass');
      admitToPlay(caller, run);
      break;
    case 'cancel':
      admit(caller, 'act');
      refuseOthers(caller, run);
      break;
    case 'extend':
    case 'undo':
      admit(caller, 'undo');
      break;
    case 'review':
      admit(caller, 'review');
      break;
  }
  return run;
}

/** Throws `Denied` for whoever may run no playbook of this risk. */
export function admitToPlay(caller: Caller, { play }: { play: Pick<Run['play'], 'title' | 'risk'> }): void {
  admit(caller, 'act');
  const allowed = playbookRisks[play.risk].run;
  if (caller.roles.some((role) => (allowed as readonly string[]).includes(role))) return;
  throw new Denied(
    'role',
    `"${play.title}" is of ${play.risk} risk, which is for ${allowed.join(', ')}. Ask one of them.`,
  );
}

function refuseOthers(caller: Caller, { requestedBy, number }: Run): void {
  const isTheirs = requestedBy.kind === 'person' && requestedBy.id === caller.id;
  if (isTheirs || isLead(caller)) return;
  const whose = requestedBy.kind === 'person' ? requestedBy.name : 'a rule';
  throw new Denied('role', `${whose} asked for ${runName(number)}. Refuse it and say why, or ask a lead.`);
}

const isLead = ({ roles }: Caller): boolean => roles.some((role) => leadRoles.includes(role));

/** A yes is to what was read: where the order was changed since, its message is a newer one. */
function refuseChanged(run: Run, verb: RunVerb, revision: number | undefined): void {
  if (verb !== 'approve' && verb !== 'confirm' && verb !== 'break-glass') return;
  if (revision === undefined || revision >= run.changedAt) return;
  throw new Refused('It was changed since you saw it. Look at what is asked now, then decide.');
}

const wanted: Partial<Record<RunVerb, string>> = {
  refuse: 'Say why, so that whoever asked knows what to do instead.',
  'break-glass': 'Say why it cannot wait. A lead reads it.',
  review: 'Say what you make of it.',
};

function missingField(verb: RunVerb, { note = '' }: Record<string, string>): FieldFaults | undefined {
  const fault = wanted[verb];
  return fault && !note.trim() ? { faults: { note: fault } } : undefined;
}

type Told = Turn & { told: string };
type Decide = (target: {
  play: NonNullable<ReturnType<Watchfloor['plays']['all']['get']>>;
  target: Run['order']['target'];
}) => Pick<Run, 'need' | 'because' | 'decideBy'>;

function turnOf(
  floor: Watchfloor,
  run: Run,
  caller: Caller,
  verb: RunVerb,
  fields: Record<string, string>,
  decide: Decide,
): Told {
  const at = floor.now().toISOString();
  const by = { id: caller.id, name: caller.name, upn: caller.upn };
  const note = written(fields.note ?? '', 500);
  const name = runName(run.number);
  const said = (after: Run, move: RunMove, told: string, more = note): Told => ({
    run: after,
    moves: [{ move, note: more }],
    told,
  });
  switch (verb) {
    case 'confirm':
      return { run: confirm(run, by, run.hash, at), told: `${name} goes.` };
    case 'approve': {
      const after = approve(run, { by, at, hash: run.hash, asLead: isLead(caller) });
      const told = after.state === 'approved' ? `Approved: ${name} goes.` : `Approved. ${stillNeeded(after)}`;
      return said(after, 'approved', told);
    }
    case 'refuse':
      return said(refuse(run, by, note, at), 'refused', `${name} is refused.`);
    case 'break-glass':
      return said(
        breakGlass(run, by, note, at),
        'broke-glass',
        `${name} goes without approval. A lead will look at it.`,
      );
    case 'review':
      return said(review(run, by, note, at), 'reviewed', 'Thank you; it is on record.');
    case 'cancel':
      return said(cancel(run, caller.name, note, at), 'withdrawn', `${name} is withdrawn.`);
    case 'extend': {
      const minutes = readMinutes(fields.minutes);
      const longer = minutes === undefined ? 'until somebody ends it' : `by ${durationInWords(minutes)}`;
      const after = extend(run, minutes, at);
      return said(after, 'extended', `${name} stands ${longer}.`, longer);
    }
    case 'undo':
      return said(beginUndo(run, caller.name, at), 'undo-started', `${name} is being taken back.`);
    case 'change': {
      const play = floor.plays.all.get(run.order.play);
      if (!play) throw new Refused(`There is no playbook "${run.order.play}" any more.`);
      const order = readOrder(play, run, fields);
      const changed = { order, play: glanceAt(play, order), ...decide({ play, target: order.target }) };
      return said(
        reorder(run, by, changed),
        'changed',
        `${name} is changed; whoever approved has to say so again.`,
        '',
      );
    }
  }
}
