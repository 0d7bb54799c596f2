import type { Instant } from '../incident/alert.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { glanceOf, isStanding, type Run, runName } from '../incident/run.ts';
import { stillNeeded } from '../incident/run-approval.ts';
import { bound, clean } from './clean.ts';
import { type Audience, hang } from './clearance.ts';
import type { RunButton, RunVerb, RunView } from './run-view.ts';
import { durationInWords, runStateInWords } from './run-words.ts';
import type { Fact } from './views.ts';

/** A run as one message, the same for Teams and Slack. Untrusted text is cleaned, masked for the audience and bounded here. */
export function drawRun(run: Run, incident: Incident, audience: Audience, now: Instant): RunView {
  const show = hang(incident, audience);
  const target = show(glanceOf(run).target, 80);
  const state = runStateInWords(glanceOf(run));
  const headline = bound(`${runName(run.number)} · ${run.play.title}: ${target} · ${state}`, 150);
  return {
    id: run.id,
    revision: run.version,
    tone: toneOf(run),
    headline,
    effect: isBefore(run) ? show(run.play.effect, 300) : '',
    facts: factsOf(run, show),
    warning: show(warningOf(run), 400),
    progress: show(progressOf(run), 300),
    outputs: run.outputs
      .slice(0, 3)
      .map((output) =>
        'url' in output
          ? { label: clean(output.label, 40), url: output.url }
          : { label: clean(output.label, 40), text: show(output.text, 1_500) },
      ),
    buttons: buttonsOf(run, now),
    fallback: bound(
      `${runName(run.number)} of ${incidentName(run.incident)}: ${run.play.title}, ${target}, ${state}. ${show(progressOf(run), 300)}`,
      500,
    ),
  };
}

/** Nothing is done yet: what it would come to is what counts. */
const isBefore = ({ state }: Run): boolean =>
  state === 'requested' || state === 'awaiting-approval' || state === 'approved' || state === 'running';

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

function factsOf(run: Run, show: (text: string, limit: number) => string): Fact[] {
  const { order, play, requestedBy, approvals, need, because, breakGlass } = run;
  const asked = requestedBy.kind === 'rule' ? `the rule "${clean(requestedBy.name, 60)}"` : requestedBy.name;
  const parameters = Object.entries(order.parameters).filter(([, value]) => value !== '');
  const lasts = order.minutes === undefined ? 'until somebody ends it' : durationInWords(order.minutes);
  const waits = run.state === 'awaiting-approval';
  const facts: (Fact | false)[] = [
    { label: 'Asked by', value: `${clean(asked, 80)}${run.reason ? `: ${show(run.reason, 200)}` : ''}` },
    ...parameters.map(([name, value]) => ({ label: clean(name, 40), value: show(value, 150) })),
    play.reverse !== undefined && isBefore(run) && { label: 'For', value: lasts },
    ...(isBefore(run)
      ? run.found
          .slice(0, 4)
          .map(({ label, value }) => ({ label: `Now: ${clean(label, 30)}`, value: show(value, 120) }))
      : []),
    isBefore(run) && {
      label: 'Taken back by',
      value: play.reverse
        ? `${play.reverse.title}: ${show(play.reverse.effect, 150)}`
        : 'nothing: it cannot be taken back',
    },
    waits && need !== 'own' && { label: 'Needs', value: clean(`${stillNeeded(run)} Why: ${because}.`, 200) },
    approvals.length > 0 && {
      label: 'Approved by',
      value: approvals.map(({ by }) => clean(by.name, 60)).join(', '),
    },
    breakGlass !== undefined && {
      label: 'Without approval',
      value: `${clean(breakGlass.by.name, 60)}: ${show(breakGlass.reason, 200)}`,
    },
    breakGlass?.review !== undefined && {
      label: 'Reviewed by',
      value: `${clean(breakGlass.review.by.name, 60)}: ${show(breakGlass.review.note, 200)}`,
    },
    waits && { label: 'Decide before', at: run.decideBy },
    isStanding(run) && run.endsAt !== undefined && { label: 'Ends by itself', at: run.endsAt },
  ];
  return facts.filter((fact) => fact !== false).slice(0, 12);
}

function warningOf(run: Run): string {
  if (run.undo?.failure)
    return `It could not be taken back: ${run.undo.failure} Take it back by hand, or try again.`;
  if (run.breakGlass && !run.breakGlass.review) return 'Run without approval. A lead has to look at it.';
  return isBefore(run) ? run.warning : '';
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
  ): RunButton => ({ verb, label: bound(label, 20), style, dialog });
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
        button('break-glass', 'Without approval', 'danger', true),
      ];
    case 'succeeded':
      if (!run.play.reverse) return reviewed;
      return [
        ...(run.endsAt ? [button('extend', 'Extend', 'plain', true)] : []),
        button('undo', run.play.reverse.title, 'primary'),
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
