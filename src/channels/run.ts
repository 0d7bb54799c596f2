import type { Instant } from '../incident/alert.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { glanceOf, isStanding, type Run, runName } from '../incident/run.ts';
import { stillNeeded } from '../incident/run-approval.ts';
import { bound, clean } from './clean.ts';
import { type Audience, type Curtain, existenceInWords, hang, isHidden } from './clearance.ts';
import type { Fact } from './fact.ts';
import type { RunButton, RunVerb, RunView } from './run-view.ts';
import { durationInWords, runStateInWords } from './run-words.ts';

/** A run as one message, the same for Teams and Slack. Untrusted text is cleaned, masked for the audience and bounded here. */
export function drawRun(run: Run, incident: Incident, audience: Audience, now: Instant): RunView {
  if (isHidden(incident, audience)) return drawExistence(run, incident);
  const show = hang(incident, audience);
  const name = runName(run.number);
  // Not after a colon: whatever follows "password:" is masked.
  const drill = run.rehearsed ? 'DRILL · ' : '';
  const what = `${drill}${run.play.title} · ${show(glanceOf(run).target, 80)}`;
  const state = stateOf(run, now);
  const progress = show(progressOf(run), 500);
  return {
    id: run.id,
    revision: run.version,
    tone: toneOf(run),
    headline: bound(`${name} · ${what} · ${state}`, 150),
    effect: isBefore(run) ? show(run.play.effect, 300) : '',
    facts: [
      // A lead is asked alone, far from its card.
      { label: 'Incident', value: `${incidentName(run.incident)} ${show(incident.title, 120)}` },
      ...factsOf(run, show),
    ],
    warning: show(warningOf(run), 600),
    progress,
    outputs: run.outputs
      .slice(0, 3)
      .map((output) =>
        'url' in output
          ? { label: clean(output.label, 40), url: output.url }
          : { label: clean(output.label, 40), text: show(output.text, 1_500) },
      ),
    buttons: buttonsOf(run, now),
    fallback: bound(`${name} of ${incidentName(run.incident)} ${state}: ${what}. ${progress}`.trim(), 500),
  };
}

/** In place of what was shown before it was hidden. */
function drawExistence({ id, version, number }: Run, incident: Incident): RunView {
  const headline = `${runName(number)} of ${incidentName(incident.id)}: ${existenceInWords(incident)}`;
  const nothing = { effect: '', facts: [], warning: '', progress: '', outputs: [], buttons: [] };
  return { id, revision: version, tone: 'over', headline, ...nothing, fallback: `${headline}.` };
}

/** Somebody has to decide, and has to know how things are. */
const isAsked = ({ state }: Run): boolean => state === 'requested' || state === 'awaiting-approval';

/** It is not done yet: what it comes to is what counts. */
const isBefore = (run: Run): boolean => isAsked(run) || run.state === 'approved' || run.state === 'running';

/** Whose turn it is, where it is somebody's. */
function stateOf(run: Run, now: Instant): string {
  const { state, need, requestedBy } = run;
  if (state === 'awaiting-approval' && need === 'own' && requestedBy.kind === 'person')
    return `waits for ${clean(requestedBy.name, 60)}`;
  return runStateInWords(glanceOf(run), now);
}

function toneOf(run: Run): RunView['tone'] {
  switch (run.state) {
    case 'awaiting-approval':
      return 'asks';
    case 'requested':
    case 'approved':
    case 'running':
    case 'reversing':
      return 'busy';
    case 'succeeded':
      if (run.undo?.failure) return 'failed';
      return isStanding(run) ? 'standing' : 'done';
    case 'failed':
      return 'failed';
    case 'reversed':
    case 'refused':
    case 'expired':
    case 'cancelled':
      return 'over';
  }
}

function factsOf(run: Run, show: Curtain): Fact[] {
  const { order, requestedBy, approvals, breakGlass, endsAt } = run;
  const asked = requestedBy.kind === 'rule' ? `the rule "${clean(requestedBy.name, 60)}"` : requestedBy.name;
  const parameters = Object.entries(order.parameters).filter(([, value]) => value !== '');
  const facts: (Fact | false)[] = [
    { label: 'Asked by', value: `${clean(asked, 80)}${run.reason ? `: ${show(run.reason, 200)}` : ''}` },
    ...parameters.map(([name, value]) => ({ label: titled(clean(name, 40)), value: show(value, 300) })),
    ...(isBefore(run) ? prospectOf(run, show) : []),
    approvals.length > 0 && {
      label: 'Approved by',
      value: approvals.map(({ by }) => clean(by.name, 60)).join(', '),
    },
    ...(run.state === 'awaiting-approval' ? decisionOf(run) : []),
    breakGlass !== undefined && {
      label: 'Not approved',
      value: `${clean(breakGlass.by.name, 60)}: ${show(breakGlass.reason, 200)}`,
    },
    breakGlass?.review !== undefined && {
      label: 'Reviewed by',
      value: `${clean(breakGlass.review.by.name, 60)}: ${show(breakGlass.review.note, 200)}`,
    },
    isStanding(run) && endsAt !== undefined && { label: 'Ends by itself', at: endsAt },
    isOver(run) && { label: 'Taken back by', value: clean(run.undo?.by ?? '', 60) },
  ];
  return facts.filter((fact) => fact !== false);
}

const isOver = ({ state }: Run): boolean => state === 'reversing' || state === 'reversed';
const titled = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** How it is now, how long it would be otherwise, and how it ends. */
function prospectOf(run: Run, show: Curtain): Fact[] {
  const { order, play } = run;
  const found = isAsked(run) ? run.found : [];
  const now = found.slice(0, 4).map(({ label, value }) => `${show(label, 30)}: ${show(value, 80)}`);
  const lasts = order.minutes === undefined ? 'until somebody ends it' : durationInWords(order.minutes);
  return [
    play.reverse
      ? { label: 'Lasts', value: `${lasts}. ${play.reverse.title}: ${show(play.reverse.effect, 150)}` }
      : { label: 'Undo', value: 'It cannot be taken back.' },
    ...(now.length > 0 ? [{ label: 'Now', value: bound(now.join(' · '), 300) }] : []),
  ];
}

/** Whose yes is missing, why theirs, and until when it helps. */
function decisionOf(run: Run): Fact[] {
  const { need, requestedBy, because, decideBy } = run;
  const own = requestedBy.kind === 'person' ? `${requestedBy.name} runs it; nobody has to approve.` : '';
  return [
    { label: 'Needs', value: clean(`${need === 'own' ? own : stillNeeded(run)} Why: ${because}.`, 200) },
    { label: 'Decide before', at: decideBy },
  ];
}

function warningOf(run: Run): string {
  if (run.undo?.failure)
    return `It could not be taken back: ${run.undo.failure} Take it back by hand, or try again.`;
  if (run.breakGlass && !run.breakGlass.review) return 'Run without approval. A lead has to look at it.';
  if (isStanding(run) && run.reminded && run.endsAt) return 'It ends soon. Extend it where it has to go on.';
  return isAsked(run) ? run.warning : '';
}

function progressOf(run: Run): string {
  switch (run.state) {
    case 'refused':
    case 'cancelled':
      return run.ended ? `${run.ended.by}${run.ended.note ? `: ${run.ended.note}` : ''}` : '';
    case 'expired':
      return 'Nobody decided in time; nothing was done.';
    case 'requested':
      return run.says || 'Looking at how things are; nothing is changed.';
    case 'reversing':
      return run.says || 'Taking it back.';
    case 'awaiting-approval':
    case 'approved':
    case 'running':
    case 'succeeded':
    case 'failed':
    case 'reversed':
      return run.says;
  }
}

function buttonsOf(run: Run, now: Instant): RunButton[] {
  const button = (
    verb: RunVerb,
    label: string,
    style: RunButton['style'] = 'plain',
    dialog = false,
  ): RunButton => ({ verb, label: bound(label, 30), style, dialog });
  const reviewed =
    run.breakGlass && !run.breakGlass.review ? [button('review', 'Review', 'plain', true)] : [];
  switch (run.state) {
    case 'awaiting-approval':
      if (run.decideBy < now) return [];
      if (run.need === 'own')
        return [
          button('confirm', 'Run it', run.play.risk === 'low' ? 'primary' : 'danger'),
          button('change', 'Change', 'plain', true),
          button('cancel', 'Withdraw'),
        ];
      return [
        button('approve', 'Approve', 'primary'),
        button('refuse', 'Refuse', 'plain', true),
        button('change', 'Change', 'plain', true),
        button('cancel', 'Withdraw'),
        button('break-glass', 'Run without approval', 'danger', true),
      ];
    case 'succeeded':
      if (!run.play.reverse || run.rehearsed) return reviewed;
      return [
        ...(run.endsAt ? [button('extend', 'Extend', 'plain', true)] : []),
        button('undo', run.play.reverse.title, 'danger'),
        ...reviewed,
      ];
    case 'failed':
      return run.play.reverse && run.startedAt
        ? [button('undo', 'Take back', 'plain'), ...reviewed]
        : reviewed;
    case 'running':
      return run.play.reverse ? [button('undo', 'Stop and take back'), ...reviewed] : reviewed;
    case 'requested':
    case 'approved':
    case 'reversing':
    case 'reversed':
    case 'refused':
    case 'expired':
    case 'cancelled':
      return reviewed;
  }
}
