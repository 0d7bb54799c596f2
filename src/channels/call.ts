import type { Instant } from '../incident/alert.ts';
import { isExercise } from '../incident/exercise.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import type { Limit } from '../incident/limits.ts';
import { runningLimit } from '../incident/limits-ahead.ts';
import { clean } from './clean.ts';
import type { Fact } from './fact.ts';
import { type PageButton, type PageView, say } from './page-view.ts';
import { durationInWords } from './run-words.ts';
import type { Deadline } from './views.ts';

/** Why somebody is called: a limit that is near or missed, a colleague who said so, or that nothing happens. */
export interface Occasion {
  about: Limit | 'quiet';
  /** When the limit is over, where it was by then. */
  missed: Instant | null;
  /** In somebody's words, after their name; empty where the time alone says it. */
  why: string;
  now: Instant;
}

/** To somebody in their direct chat. Text of alerts in it is veiled for them by whoever sends it. */
export function drawCall(incident: Incident, occasion: Occasion, reasons: string[]): PageView {
  const name = incidentName(incident.id);
  const isQuiet = occasion.about === 'quiet';
  const drill = isExercise(incident) ? 'Exercise: ' : '';
  const title =
    drill +
    (isQuiet
      ? `${drill ? 'are' : 'Are'} you still on ${name}?`
      : `${name} needs you: ${clean(incident.title, 100)}`);
  const because = becauseOf(incident, occasion);
  return {
    title,
    subtitle: because,
    tone: occasion.missed !== null ? 'urgent' : 'warning',
    facts: [
      ...(isQuiet ? [{ label: 'Title', value: clean(incident.title, 150) }] : []),
      { label: 'Severity', value: incident.severity },
      ...(reasons[0] ? [{ label: 'Why it matters', value: clean(reasons[0], 140) }] : []),
      { label: 'Owner', value: clean(incident.owner?.name ?? 'nobody', 60) },
      ...limitFacts(incident, occasion),
    ],
    sections: [],
    buttons: isQuiet ? quietButtons(name) : callButtons(incident, name),
    fallback: `${title}. ${because}`,
  };
}

/** Under its card, where everybody sees it: what it is about stands above. */
export function drawCallInThread(incident: Incident, occasion: Occasion, called: string[]): PageView {
  const name = incidentName(incident.id);
  const title = `${name}: ${clean(called.join(', '), 90) || 'this room'} ${called.length > 1 ? 'are' : 'is'} called`;
  const because = becauseOf(incident, occasion);
  return {
    title,
    subtitle: because,
    tone: occasion.missed !== null ? 'urgent' : 'warning',
    facts: limitFacts(incident, occasion),
    sections: [],
    buttons: callButtons(incident, name),
    fallback: `${title}. ${because}`,
  };
}

/** `Nobody has acknowledged it: 5 min left.` */
function becauseOf(incident: Incident, { about, missed, why, now }: Occasion): string {
  if (why) return clean(why, 300);
  if (about === 'quiet') {
    const last = incident.lastChange?.at;
    const since = last ? ` for ${apart(last, now)}` : '';
    return `Nobody has done anything about it${since}. Without an answer it goes back into the queue.`;
  }
  const what = about === 'acknowledge' ? 'Nobody has acknowledged it' : 'It is not closed';
  if (missed !== null) return `${what}: the limit was missed ${ago(missed, now)}.`;
  const limit = runningLimit(incident);
  return limit ? `${what}: ${left(limit.by, now)}.` : `${what}.`;
}

/** The limit of an incident and how it stands. Absolute times: nobody edits a card each minute. */
export function limitDeadlines(incident: Incident): Deadline[] {
  const running = runningLimit(incident);
  if (!running) return [];
  const missed = incident.escalation?.missed;
  if (missed?.limit === running.limit)
    return [{ text: `${labels[running.limit]} limit missed`, at: missed.at }];
  return [{ text: `${labels[running.limit]} by`, at: running.by }];
}

/** Who was called last about a limit that runs. */
export function calledFacts(incident: Incident): Fact[] {
  const last = incident.escalation?.last;
  return last && runningLimit(incident)
    ? [{ label: 'Called', value: clean(last.names.join(', '), 120) }]
    : [];
}

const labels = { acknowledge: 'Acknowledge', remediate: 'Remediate' } as const;

function limitFacts(incident: Incident, { missed, about }: Occasion): Fact[] {
  if (about === 'quiet') return [];
  if (missed !== null) return [{ label: `${labels[about]} limit was`, at: missed }];
  const running = runningLimit(incident);
  return running ? [{ label: `${labels[running.limit]} by`, at: running.by }] : [];
}

function callButtons({ status, owner }: Incident, name: string): PageButton[] {
  return [
    ...(owner ? [] : [say('Take it', `take ${name}`, { primary: true })]),
    ...(status === 'new' ? [say('Acknowledge', `ack ${name}`, { primary: owner !== undefined })] : []),
    say('Show it', `show ${name}`),
  ];
}

function quietButtons(name: string): PageButton[] {
  return [
    say('Still on it', `comment ${name} Still working on it.`, { primary: true }),
    say('Show it', `show ${name}`),
  ];
}

/** `12 min left` */
const left = (by: Instant, now: Instant): string => (by > now ? `${apart(now, by)} left` : 'no time is left');
/** `4 min ago` */
const ago = (at: Instant, now: Instant): string => (at < now ? `${apart(at, now)} ago` : 'just now');

function apart(from: Instant, to: Instant): string {
  const minutes = (Date.parse(to) - Date.parse(from)) / 60_000;
  return minutes < 1 ? 'less than a minute' : durationInWords(Math.floor(minutes));
}
