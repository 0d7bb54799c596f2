import type { Alert, Closing, Instant, Owner, Severity, SourceName, Status } from './alert.ts';
import { type Clock, withClock } from './clock.ts';
import { type Escalation, type EscalationFact, follow } from './escalation.ts';
import type { FollowUp, Lessons } from './follow-up.ts';
import type { Answer, Inquiry, Question } from './question.ts';
import { isAlive, type RunGlance, type RunMove } from './run.ts';
import type { Silenced, WhyUnsilenced } from './silenced.ts';
import { type Noted, renote, type WorkingNote } from './working-note.ts';
import type { Learned } from './worth.ts';

/** Our unit of work: alerts that belong together; one owner, one status, one card per destination. */
export interface Incident {
  id: number;
  /** Number of the last event; 0 before the first. */
  version: number;
  /** Hash of the last event, which covers all before it; empty before the first. The store keeps it. */
  head: string;
  title: string;
  status: Status;
  severity: Severity;
  /** The severity that somebody decided on, here or at a source; alerts alone do not decide. */
  decidedSeverity: Severity | undefined;
  owner: Owner | undefined;
  acknowledgedAt: Instant | undefined;
  closing: Closing | undefined;
  closedAt: Instant | undefined;
  mergedInto: number | undefined;
  /** Only these people see more of it than that it exists. */
  restrictedTo: Owner[] | undefined;
  /** Why nothing of it may be removed; a legal hold. */
  hold: string | undefined;
  /** The newest `keptInquiries`, oldest first. */
  inquiries: Inquiry[];
  openedAt: Instant;
  /** The first alerts in order of joining, at most `keptAlerts`, as their sources last showed them. */
  alerts: Alert[];
  alertCount: number;
  firstActivityAt: Instant;
  lastActivityAt: Instant;
  /** What enrichers told that makes it weigh more; absent of incidents from before anybody was asked. */
  learned?: Learned[];
  /** What whoever works on it thinks, does next and waits for; absent where nobody said. */
  note?: WorkingNote;
  /** Runs of playbooks, the last moved last: what is open or stands, and the newest of the rest. Absent where there was none. */
  runs?: RunGlance[];
  /** Absent while it is shown like any other. */
  silenced?: Silenced | undefined;
  /** Legal clocks, the last changed last; absent where none was started. */
  clocks?: Clock[];
  /** What the team wants to remember of it; absent until somebody wrote it down. */
  lessons?: Lessons;
  /** Its limits and who was called; absent where nothing limits it. */
  escalation?: Escalation;
  /** What was done about it, oldest first; the newest `keptDeeds`. */
  deeds: Deed[];
  deedCount: number;
  lastChange:
    | { at: Instant; by: Actor; what: Exclude<IncidentFact['type'], 'worth-learned' | 'escalation-begun'> }
    | undefined;
}

/** Who did this very thing. A `source` is somebody in the portal or a vendor's automation. */
export type Actor =
  | { kind: 'person'; id: string; name: string; upn: string }
  | { kind: 'bot' }
  | { kind: 'source'; source: SourceName; name: string };

export const bot: Actor = { kind: 'bot' };

export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.name;
    case 'bot':
      return 'Watchfloor';
    case 'source':
      return actor.name;
  }
}

/** What happened, in the past tense. Stored for ever: change a shape only by adding a new type. */
export type IncidentEvent = IncidentFact & { at: Instant; by: Actor };

/** What somebody did or said about the incident, as opposed to what its alerts did. */
export type Deed = { version: number } & Extract<
  IncidentEvent,
  {
    type:
      | 'acknowledged'
      | 'released'
      | 'assigned'
      | 'severity-changed'
      | 'commented'
      | 'closed'
      | 'reopened'
      | 'merged'
      | 'restricted'
      | 'unrestricted'
      | 'revealed'
      | 'held'
      | 'hold-lifted'
      | 'asked'
      | 'answered'
      | 'unanswered'
      | 'evidence-pinned'
      | 'run-moved'
      | 'silenced'
      | 'unsilenced'
      | 'noted'
      | 'handed-over'
      | 'clock-started'
      | 'clock-stopped'
      | 'clock-ran-out'
      | 'update-sent'
      | 'follow-up-agreed'
      | 'follow-up-done'
      | 'lessons-written'
      | 'escalated'
      | 'reminded';
  }
>;

export type IncidentFact =
  | { type: 'opened'; alert: Alert }
  | { type: 'alert-joined'; alert: Alert }
  | { type: 'alert-changed'; alert: Alert }
  /** All that is known by now, and what it made of the priority. */
  | { type: 'worth-learned'; learned: Learned[]; priority: { before: number; after: number } }
  | { type: 'acknowledged' }
  | { type: 'released' }
  | { type: 'assigned'; owner: Owner | undefined }
  | { type: 'severity-changed'; severity: Severity }
  | { type: 'commented'; text: string }
  | { type: 'closed'; closing: Closing }
  | { type: 'reopened' }
  | { type: 'merged'; into: number }
  /** Named people only from now on. */
  | { type: 'restricted'; to: Owner[] }
  | { type: 'unrestricted' }
  /** Somebody was shown what cards mask. */
  | { type: 'revealed' }
  | { type: 'held'; reason: string }
  | { type: 'hold-lifted' }
  | { type: 'asked'; question: Question }
  /** `confirmed` by a fresh sign-in. */
  | { type: 'answered'; question: string; about: Owner; answer: Answer; note: string; confirmed: boolean }
  | { type: 'unanswered'; question: string; asked: Owner; why: 'late' | 'unreachable' }
  | { type: 'evidence-pinned'; evidence: Evidence }
  /** `note` says what exactly: parameters, reason, result. */
  | { type: 'run-moved'; run: RunGlance; move: RunMove; note: string }
  | ({ type: 'silenced' } & Silenced)
  | { type: 'unsilenced'; silence: string; why: WhyUnsilenced }
  /** What was said anew; what was not stands. */
  | ({ type: 'noted' } & Noted)
  /** At a shift's end, signed by both. `from` is whoever had it, `handover` the number of what they signed. */
  | { type: 'handed-over'; from: Owner | undefined; to: Owner; handover: number }
  /** `from` is the incident that was merged into this one, where the clock ran there before. */
  | { type: 'clock-started'; clock: Clock; from?: number }
  | { type: 'clock-stopped'; clock: Clock; note: string }
  /** Its time is over, and nobody has stopped it. */
  | { type: 'clock-ran-out'; clock: Clock }
  /** `text` as it was sent: without what that audience is not shown. */
  | { type: 'update-sent'; audience: string; text: string }
  | { type: 'follow-up-agreed'; followUp: FollowUp }
  | { type: 'follow-up-done'; followUp: FollowUp }
  | { type: 'lessons-written'; lessons: Lessons }
  | EscalationFact;

/** What logs said, as the story tells of it; the rows themselves are kept beside, under the same id. */
export interface Evidence {
  /** UUID. */
  id: string;
  title: string;
  /** KQL, on one line, at most 300 code points. */
  query: string;
  rows: number;
  from: Instant;
  to: Instant;
  /** Names of workspaces, or the resource. */
  place: string;
  ranBy: string;
  /** SHA-256, hexadecimal, of the copy that is kept. */
  sha256: string;
}

/** In a storm hundreds of alike alerts join one incident; its state and its card need only the first few. */
export const keptAlerts = 10;

/** Enough for a shift to follow; the whole history is in the events. */
export const keptDeeds = 30;

/** A screen shows a few; the events have every one. */
const keptRuns = 10;

/** Few people are asked about one incident; the events have every one. */
export const keptInquiries = 10;

/** Spoken name: `INC-1042`. */
export function incidentName(id: number): string {
  return `INC-${id}`;
}

export function emptyIncident(id: number): Incident {
  return {
    id,
    version: 0,
    head: '',
    title: '',
    status: 'new',
    severity: 'informational',
    decidedSeverity: undefined,
    owner: undefined,
    acknowledgedAt: undefined,
    closing: undefined,
    closedAt: undefined,
    mergedInto: undefined,
    restrictedTo: undefined,
    hold: undefined,
    inquiries: [],
    openedAt: '',
    alerts: [],
    alertCount: 0,
    firstActivityAt: '',
    lastActivityAt: '',
    deeds: [],
    deedCount: 0,
    lastChange: undefined,
  };
}

/** The incident after an event; the one place where state changes. */
export function evolve(incident: Incident, event: IncidentEvent): Incident {
  const after = apply(incident, event);
  return {
    ...after,
    ...follow(incident, after, event),
    ...(isDeed(event) && {
      deeds: [...incident.deeds, { ...event, version: incident.version + 1 }].slice(-keptDeeds),
      deedCount: incident.deedCount + 1,
    }),
    version: incident.version + 1,
    // Nobody did anything: what somebody did last is what people want to read.
    lastChange:
      event.type === 'worth-learned' || event.type === 'escalation-begun'
        ? incident.lastChange
        : { at: event.at, by: event.by, what: event.type },
  };
}

function isDeed(event: IncidentEvent): event is Omit<Deed, 'version'> & IncidentEvent {
  return tellsOfDeed(event.type);
}

/** Whether somebody did or said something, as opposed to what alerts do by themselves. */
export function tellsOfDeed(type: IncidentFact['type']): boolean {
  switch (type) {
    case 'opened':
    case 'alert-joined':
    case 'alert-changed':
    case 'worth-learned':
    case 'escalation-begun':
      return false;
    case 'acknowledged':
    case 'released':
    case 'assigned':
    case 'severity-changed':
    case 'commented':
    case 'closed':
    case 'reopened':
    case 'merged':
    case 'restricted':
    case 'unrestricted':
    case 'revealed':
    case 'held':
    case 'hold-lifted':
    case 'asked':
    case 'answered':
    case 'unanswered':
    case 'evidence-pinned':
    case 'run-moved':
    case 'silenced':
    case 'unsilenced':
    case 'noted':
    case 'handed-over':
    case 'clock-started':
    case 'clock-stopped':
    case 'clock-ran-out':
    case 'update-sent':
    case 'follow-up-agreed':
    case 'follow-up-done':
    case 'lessons-written':
    case 'escalated':
    case 'reminded':
      return true;
  }
}

/** Whether alerts are others afterwards, or say something else. A reopened one is asked about again. */
export function bringsAlerts(type: IncidentFact['type']): boolean {
  return ['opened', 'alert-joined', 'alert-changed', 'reopened'].includes(type);
}

/** Whether a rule of the settings may want something done about it. */
export function concernsRules(type: IncidentFact['type']): boolean {
  return type === 'worth-learned' || type === 'closed' || bringsAlerts(type);
}

/** Whether its sources are told: what alerts do they know, and who may see what is between us. */
export function concernsSources(type: IncidentFact['type']): boolean {
  switch (type) {
    case 'acknowledged':
    case 'released':
    case 'assigned':
    case 'severity-changed':
    case 'commented':
    case 'closed':
    case 'reopened':
    case 'asked':
    case 'answered':
    case 'unanswered':
    case 'evidence-pinned':
    case 'run-moved':
    case 'noted':
    case 'handed-over':
      return true;
    case 'opened':
    case 'alert-joined':
    case 'alert-changed':
    case 'worth-learned':
    case 'merged':
    case 'restricted':
    case 'unrestricted':
    case 'revealed':
    case 'held':
    case 'hold-lifted':
    case 'silenced':
    case 'unsilenced':
    case 'clock-started':
    case 'clock-stopped':
    case 'clock-ran-out':
    case 'update-sent':
    case 'follow-up-agreed':
    case 'follow-up-done':
    case 'lessons-written':
    case 'escalation-begun':
    case 'escalated':
    case 'reminded':
      return false;
  }
}

function apply(incident: Incident, event: IncidentEvent): Incident {
  switch (event.type) {
    case 'opened':
      return {
        ...incident,
        title: event.alert.title,
        severity: event.alert.severity,
        openedAt: event.at,
        alerts: [event.alert],
        alertCount: 1,
        firstActivityAt: event.alert.firstActivityAt,
        lastActivityAt: event.alert.lastActivityAt,
      };
    case 'alert-joined':
      return {
        ...incident,
        alerts: keep([...incident.alerts, event.alert]),
        alertCount: incident.alertCount + 1,
        ...activity(incident, event.alert),
        // A Sentinel incident names the whole; a Defender alert only one part of it.
        title: event.alert.source === 'sentinel' ? event.alert.title : incident.title,
        severity: worse(incident.severity, event.alert.severity),
      };
    case 'alert-changed':
      return {
        ...incident,
        alerts: incident.alerts.map((a) => (a.sourceId === event.alert.sourceId ? event.alert : a)),
        title: namesIncident(incident, event.alert) ? event.alert.title : incident.title,
        ...activity(incident, event.alert),
      };
    case 'worth-learned':
      return { ...incident, learned: event.learned };
    case 'acknowledged':
      return { ...incident, status: 'active', acknowledgedAt: incident.acknowledgedAt ?? event.at };
    case 'released':
      return { ...incident, status: 'new', acknowledgedAt: undefined };
    case 'assigned':
      return { ...incident, owner: event.owner };
    case 'severity-changed':
      return { ...incident, severity: event.severity, decidedSeverity: event.severity };
    case 'commented':
      return incident;
    case 'closed':
      return {
        ...withdraw(incident, event.at),
        status: 'closed',
        closing: event.closing,
        closedAt: event.at,
      };
    case 'reopened':
      return { ...incident, status: 'active', closing: undefined, closedAt: undefined };
    case 'merged':
      return {
        ...withdraw(incident, event.at),
        status: 'closed',
        mergedInto: event.into,
        closedAt: event.at,
      };
    case 'restricted':
      return { ...incident, restrictedTo: event.to };
    case 'unrestricted':
      return { ...incident, restrictedTo: undefined };
    case 'revealed':
    case 'evidence-pinned':
    case 'escalation-begun':
    case 'escalated':
    case 'reminded':
      return incident;
    case 'update-sent':
    case 'follow-up-agreed':
    case 'follow-up-done':
      return incident;
    case 'run-moved':
      return { ...incident, runs: keepRuns(incident.runs ?? [], event.run) };
    case 'silenced': {
      const { silence, until, reason } = event;
      return { ...incident, silenced: { silence, until, reason } };
    }
    case 'unsilenced':
      return { ...incident, silenced: undefined };
    case 'noted':
      return { ...incident, note: renote(incident.note, event) };
    case 'handed-over':
      // Whose it is now the next fact tells: it is assigned.
      return incident;
    case 'clock-started':
    case 'clock-ran-out':
      return { ...incident, clocks: withClock(incident.clocks, event.clock) };
    case 'clock-stopped': {
      const stopped = { at: event.at, by: actorName(event.by), note: event.note };
      return { ...incident, clocks: withClock(incident.clocks, { ...event.clock, stopped }) };
    }
    case 'lessons-written':
      return { ...incident, lessons: event.lessons };
    case 'held':
      return { ...incident, hold: event.reason };
    case 'hold-lifted':
      return { ...incident, hold: undefined };
    case 'asked': {
      const inquiry = { question: event.question, askedBy: actorName(event.by), outcome: undefined };
      return { ...incident, inquiries: keepNewest([...incident.inquiries, inquiry]) };
    }
    case 'answered':
      return settle(incident, event.question, event);
    case 'unanswered':
      return settle(incident, event.question, {
        answer: event.why === 'late' ? 'none' : 'unreachable',
        note: '',
        confirmed: false,
        at: event.at,
      });
  }
}

/** What nobody has to know of goes first: whoever closes the incident has to see what still stands. */
function keepRuns(known: RunGlance[], moved: RunGlance): RunGlance[] {
  const runs = [...known.filter(({ id }) => id !== moved.id), moved];
  if (runs.length <= keptRuns) return runs;
  const over = runs.findIndex((run) => !isAlive(run));
  return over < 0 ? runs : runs.toSpliced(over, 1);
}

/** What is settled goes first: an open question must be there when its answer comes. */
function keepNewest(inquiries: Inquiry[]): Inquiry[] {
  if (inquiries.length <= keptInquiries) return inquiries;
  const settled = inquiries.findIndex(({ outcome }) => outcome !== undefined);
  return inquiries.toSpliced(Math.max(settled, 0), 1);
}

/** Nobody needs to answer once the incident is over. */
function withdraw(incident: Incident, at: Instant): Incident {
  const outcome = { answer: 'withdrawn', note: '', confirmed: false, at } as const;
  const inquiries = incident.inquiries.map((inquiry) =>
    inquiry.outcome === undefined ? { ...inquiry, outcome } : inquiry,
  );
  return { ...incident, inquiries };
}

function settle(
  incident: Incident,
  id: string,
  { answer, note, confirmed, at }: NonNullable<Inquiry['outcome']>,
): Incident {
  const inquiries = incident.inquiries.map((inquiry) =>
    inquiry.question.id === id ? { ...inquiry, outcome: { answer, note, confirmed, at } } : inquiry,
  );
  return { ...incident, inquiries };
}

/** The first few, and the Sentinel incident in any case: it names the whole and holds the link to it. */
function keep(alerts: Alert[]): Alert[] {
  if (alerts.length <= keptAlerts) return alerts;
  const whole = alerts.findLast((alert) => alert.source === 'sentinel');
  const first = alerts.slice(0, keptAlerts);
  return whole && !first.includes(whole) ? [...first.slice(0, -1), whole] : first;
}

/** A Sentinel incident names the whole; among Defender alerts the first does. */
function namesIncident(incident: Incident, alert: Alert): boolean {
  const sentinel = incident.alerts.find((a) => a.source === 'sentinel');
  return (sentinel ?? incident.alerts[0])?.sourceId === alert.sourceId;
}

function activity(incident: Incident, alert: Alert): Pick<Incident, 'firstActivityAt' | 'lastActivityAt'> {
  return {
    firstActivityAt:
      alert.firstActivityAt < incident.firstActivityAt ? alert.firstActivityAt : incident.firstActivityAt,
    lastActivityAt:
      alert.lastActivityAt > incident.lastActivityAt ? alert.lastActivityAt : incident.lastActivityAt,
  };
}

const rank: Record<Severity, number> = { high: 3, medium: 2, low: 1, informational: 0 };

/** The more severe of two. */
export function worse(a: Severity, b: Severity): Severity {
  return rank[a] >= rank[b] ? a : b;
}
