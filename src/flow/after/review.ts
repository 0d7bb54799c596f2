import Mustache from 'mustache';
import type { FileView } from '../../channels/channel.ts';
import type { Audience, Curtain } from '../../channels/clearance.ts';
import { isMasked } from '../../channels/clearance.ts';
import { inertMarkdown } from '../../channels/inert-markdown.ts';
import { durationInWords } from '../../channels/run-words.ts';
import { closingInWords } from '../../incident/alert.ts';
import { clockName } from '../../incident/clock.ts';
import { type Incident, type IncidentEvent, incidentName } from '../../incident/incident.ts';
import { eventInWords, type RunStory, runsIn, type Story, type Told, timesOf } from '../../incident/story.ts';
import { nameWithPlace, sourceNames } from '../../incident/summary.ts';
import type { StoredFollowUp } from '../../store/follow-ups.ts';
import { csvName } from '../queries/csv.ts';
import { reviewTemplate } from './review-template.ts';
import { linesOf, minute } from './timeline.ts';

/** All that a review is written from, as whoever reads it may read it. */
export interface ToReview {
  incident: Incident;
  story: Story;
  followUps: StoredFollowUp[];
  show: Curtain;
  audience: Pick<Audience, 'shows'>;
  /** Instant. */
  now: string;
}

/** A cell of a table, a line of a list. */
const longest = 2_000;
const mostDetected = 20;
/** An attack of a year still is a document that opens. */
const mostLines = 5_000;

/** The review as a file. `template` is the team's own; throws where it is none, saying what is wrong. */
export function writeReview(key: string, about: ToReview, template: string | undefined): FileView {
  const name = incidentName(about.incident.id);
  // Values are escaped once, so that `{{{three}}}` lets nothing through that `{{two}}` does not.
  const text = Mustache.render(template ?? reviewTemplate, valuesOf(about), {}, { escape: String });
  return {
    key,
    name: csvName(`${name} review`, about.now).replace(/csv$/, 'md'),
    type: 'text/markdown',
    content: Buffer.from(text),
    about: `Review of ${name}.`,
  };
}

function valuesOf({ incident, story, followUps, show, audience, now }: ToReview) {
  const say = (text: string) => inertMarkdown(show(text, longest));
  const told = ({ at: when, by, note }: Told) => ({ at: minute(when), by: say(by), note: say(note) });
  const { owner, closing, lessons, clocks = [] } = incident;
  const alerts = story.flatMap((event) => (isAlert(event) ? [event.alert] : []));
  return {
    rawName: incidentName(incident.id),
    name: say(incidentName(incident.id)),
    title: say(incident.title),
    severity: say(incident.severity),
    status: say(incident.status),
    ending: closing ? say(closingInWords(closing)) : '',
    owner: owner ? say(owner.name) : '',
    now: minute(now),
    masked: isMasked(audience),
    times: timeRows(story).map(({ what, took, when }) => ({
      what,
      took: say(took),
      at: when ? minute(when) : '',
    })),
    detected: alerts.slice(0, mostDetected).map((alert) => ({
      at: minute(alert.firstActivityAt),
      product: say(alert.product),
      source: say(sourceNames[alert.source]),
      rule: say(alert.type),
      hunt: alert.source === 'hunt',
      title: say(alert.title),
    })),
    moreAlerts: Math.max(0, alerts.length - mostDetected) || '',
    wentWell: say(lessons?.wentWell ?? ''),
    failed: say(lessons?.failed ?? ''),
    guardRail: say(lessons?.guardRail ?? ''),
    decisions: story.flatMap((event, index) =>
      isDecision(event) ? [{ at: minute(event.at), text: say(eventInWords(event, index + 1)) }] : [],
    ),
    runs: runsIn(story, ({ by }) => nameWithPlace(by)).map((run) => ({
      name: say(run.name),
      title: say(run.title),
      target: say(run.target),
      asked: run.asked && told(run.asked),
      approved: run.approved.map(told),
      withoutApproval: run.withoutApproval && told(run.withoutApproval),
      ended: say(endOf(run)),
    })),
    evidence: story.flatMap((event) =>
      event.type === 'evidence-pinned'
        ? [
            {
              title: say(event.evidence.title),
              rows: event.evidence.rows,
              place: say(event.evidence.place),
              from: minute(event.evidence.from),
              to: minute(event.evidence.to),
              ranBy: say(event.evidence.ranBy),
              // Hexadecimal and of our own making: between backticks it stands as it is.
              sha256: event.evidence.sha256,
            },
          ]
        : [],
    ),
    clocks: clocks.map((clock) => ({
      name: say(clockName(clock)),
      startedAt: minute(clock.startedAt),
      dueAt: minute(clock.dueAt),
      how: say(
        clock.stopped
          ? `stopped by ${clock.stopped.by} at ${minute(clock.stopped.at)}: ${clock.stopped.note}`
          : clock.ranOut
            ? 'RAN OUT, and was not stopped'
            : 'runs',
      ),
    })),
    updates: story.flatMap((event) =>
      event.type === 'update-sent'
        ? [
            {
              at: minute(event.at),
              by: say(nameWithPlace(event.by)),
              audience: say(event.audience),
              text: say(event.text),
            },
          ]
        : [],
    ),
    followUps: followUps.map(({ number, what, owner, dueAt, done }) => ({
      number,
      what: say(what),
      owner: say(owner.name),
      due: dueAt ? minute(dueAt) : '',
      state: say(done ? `done by ${done.by.name} at ${minute(done.at)}` : 'open'),
    })),
    timeline: linesOf(story.slice(0, mostLines), show, longest).map((line) => ({
      at: minute(line.at),
      by: inertMarkdown(line.by),
      text: inertMarkdown(line.text),
    })),
  };
}

function isAlert(event: IncidentEvent): event is Extract<IncidentEvent, { type: 'opened' | 'alert-joined' }> {
  return event.type === 'opened' || event.type === 'alert-joined';
}

/** Rows of the table of times, also what it did not come to. */
export function timeRows(story: Story): { what: string; took: string; when: string | undefined }[] {
  const { acknowledge, contain, remediate } = timesOf(story);
  const [opened] = story;
  const row = (what: string, took: number | undefined) => ({
    what,
    took: took === undefined ? 'not yet' : durationInWords(took / 60_000),
    when: took === undefined || !opened ? undefined : new Date(Date.parse(opened.at) + took).toISOString(),
  });
  return [row('acknowledged', acknowledge), row('contained', contain), row('remediated', remediate)];
}

/** Somebody answered for it. */
function isDecision(event: IncidentEvent): boolean {
  switch (event.type) {
    case 'run-moved':
      return [
        'approved',
        'broke-glass',
        'reviewed',
        'refused',
        'withdrawn',
        'extended',
        'undo-started',
      ].includes(event.move);
    case 'severity-changed':
    case 'closed':
    case 'reopened':
    case 'restricted':
    case 'unrestricted':
    case 'held':
    case 'hold-lifted':
    case 'clock-started':
    case 'clock-stopped':
    case 'update-sent':
      return true;
    default:
      return false;
  }
}

function endOf({ done, failed, undone, stands }: RunStory): string {
  const said = [
    done && `done at ${minute(done)}`,
    failed && `FAILED at ${minute(failed.at)}${failed.note ? ` (${failed.note})` : ''}`,
    undone && !stands && `taken back at ${minute(undone.at)} by ${undone.by}`,
    stands && 'STILL STANDS',
  ].filter(Boolean);
  return said.length > 0 ? said.join('; ') : 'it did not come to that';
}
