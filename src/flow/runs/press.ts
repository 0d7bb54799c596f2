import type { FieldFaults, RunOutcome } from '../../channels/channel.ts';
import { written } from '../../channels/clean.ts';
import { hang, isHidden, type RoomClearance } from '../../channels/clearance.ts';
import { drawRun } from '../../channels/run.ts';
import type { RunDialogView, RunVerb } from '../../channels/run-view.ts';
import { durationInWords } from '../../channels/run-words.ts';
import { Denied, Refused } from '../../errors.ts';
import { type Actor, type Incident, incidentName } from '../../incident/incident.ts';
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
import { admitTo, type Caller } from '../../people/people.ts';
import { admit, isLead, playbookRisks } from '../../people/permissions.ts';
import { audienceOfDialog, audienceOfPress } from '../audience.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { drawRunDialog, readMinutes, readOrder } from './dialogs.ts';
import { incidentOf, moveRun, needRun, type Turn } from './move.ts';
import { decision, glanceAt, refuseTooLong } from './request.ts';

type Channel = RoomClearance['channel'];
/** What they pressed or typed. `revision` is that of the message they saw; `fields` are empty of what acts at once. */
interface Asked {
  id: string;
  revision: number | undefined;
  fields: Record<string, string>;
}

/** A button of a run's message, or the filled dialog that it opened. */
export async function pressRun(
  floor: Watchfloor,
  channel: Channel,
  caller: Caller,
  verb: RunVerb,
  asked: Asked,
): Promise<RunOutcome | FieldFaults> {
  const decided = await decideRun(floor, caller, verb, asked);
  if ('faults' in decided) return decided;
  const { run, incident, told } = decided;
  const audience = audienceOfPress(floor, caller, channel, incident);
  const at = floor.now().toISOString();
  return { told, view: isHidden(incident, audience) ? undefined : drawRun(run, incident, audience, at) };
}

/** What somebody decided about a run, as it is then. */
export async function decideRun(
  floor: Watchfloor,
  caller: Caller,
  verb: RunVerb,
  { id, revision, fields }: Asked,
): Promise<{ told: string; run: Run; incident: Incident } | FieldFaults> {
  await admitToRun(floor, caller, verb, id);
  const missing = missingField(verb, fields);
  if (missing) return missing;
  let told = '';
  const by: Actor = { kind: 'person', id: caller.id, name: caller.name, upn: caller.upn };
  const run = await moveRun(floor, id, by, (now, incident) => {
    // Who may see it, and that it is open, may have changed since they were let in.
    admitTo(caller, incident);
    refuseUnseen(now, verb, revision);
    refuseClosed(now, verb, incident);
    const turn = turnOf(floor, now, caller, verb, fields, (target) =>
      decision(floor, incident, { ...target, by: now.requestedBy }),
    );
    told = turn.told;
    return turn;
  });
  floor.log.info({ run: id, verb, by: caller.id }, 'run decided on');
  const { incident } = await incidentOf(floor.db, run);
  return { told, run, incident };
}

export async function openRunDialog(
  floor: Watchfloor,
  channel: Channel,
  caller: Caller,
  verb: RunVerb,
  { id, revision }: { id: string; revision: number },
): Promise<RunDialogView> {
  const { run, incident } = await admitToRun(floor, caller, verb, id);
  refuseUnseen(run, verb, revision);
  const show = hang(incident, audienceOfDialog(floor, caller, channel, incident));
  return drawRunDialog(floor, run, verb, show);
}

/** Who may press it at all; whether the run is so that it can be pressed the run itself says. */
async function admitToRun(
  floor: Watchfloor,
  caller: Caller,
  verb: RunVerb,
  id: string,
): Promise<{ run: Run; incident: Incident }> {
  const run = await needRun(floor.db, id);
  const { incident } = await incidentOf(floor.db, run);
  admitTo(caller, incident);
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
      admit(caller, 'review-run');
      break;
  }
  return { run, incident };
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

/** What sets it going. */
const yeses: readonly RunVerb[] = ['approve', 'confirm', 'break-glass'];

/** A yes is to what was read: where the order was changed since, its message is a newer one. Words are said to none. */
function refuseUnseen(run: Run, verb: RunVerb, revision = 1): void {
  if (!yeses.includes(verb) || revision >= run.changedAt) return;
  throw new Refused('It was changed since you saw it. Look at what its message asks now, then decide there.');
}

/** What a person wanted done about it; rules may want something just because it is closed. */
function refuseClosed({ requestedBy, number }: Run, verb: RunVerb, { id, status }: Incident): void {
  if (!yeses.includes(verb) || status !== 'closed' || requestedBy.kind === 'rule') return;
  throw new Refused(`${incidentName(id)} is closed. Reopen it first, or refuse ${runName(number)}.`);
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
      const longer = minutes === undefined ? 'until somebody ends it' : `${durationInWords(minutes)} longer`;
      const after = extend(run, minutes, at);
      refuseTooLong(floor.plays.all.get(run.order.play), after, at);
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
