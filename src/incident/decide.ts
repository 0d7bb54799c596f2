import { isDeepStrictEqual } from 'node:util';
import { Refused } from '../errors.ts';
import {
  type Alert,
  type Closing,
  type Handling,
  type Instant,
  isSameOwner,
  type Owner,
  reasonsOf,
  type Severity,
} from './alert.ts';
import { type Clock, type ClockKind, clockName, findRunning, newClock } from './clock.ts';
import { callInstead, mayBeAsked } from './entrust.ts';
import type { EscalationFact } from './escalation.ts';
import { isExercise } from './exercise.ts';
import type { FollowUp, Lessons } from './follow-up.ts';
import {
  type Actor,
  type Evidence,
  type Incident,
  type IncidentFact,
  incidentName,
  keptInquiries,
  worse,
} from './incident.ts';
import type { Answer, Question } from './question.ts';
import { type RunGlance, type RunMove, runName } from './run.ts';
import type { Silenced, WhyUnsilenced } from './silenced.ts';
import { type Noted, whatIsNew } from './working-note.ts';
import type { Learned } from './worth.ts';

/** What somebody wants. `observe` is a source telling how an alert is now, after it was `before`. */
export type Intent =
  | { type: 'open'; alert: Alert }
  | { type: 'join'; alert: Alert }
  | { type: 'observe'; before: Alert; now: Alert; othersOpen: number }
  | { type: 'merge'; into: number }
  /** Enrichers have told so much by now; `priority` is what follows for the incident's. */
  | { type: 'learn'; learned: Learned[]; priority: { before: number; after: number } }
  | { type: 'take'; as: Owner }
  | { type: 'acknowledge' }
  | { type: 'assign'; owner: Owner | undefined }
  | { type: 'set-severity'; severity: Severity }
  | { type: 'comment'; text: string }
  /** `contained` says what becomes of what playbooks changed and nobody has taken back yet. */
  | { type: 'close'; closing: Closing; contained?: 'keep' | 'undo' | undefined }
  | { type: 'reopen' }
  | { type: 'restrict'; to: Owner[] }
  | { type: 'unrestrict' }
  | { type: 'reveal' }
  | { type: 'hold'; reason: string }
  | { type: 'lift-hold' }
  | { type: 'ask'; question: Question }
  | { type: 'answer'; question: string; answer: Answer; note: string; confirmed: boolean }
  | { type: 'give-up-asking'; question: string; why: 'late' | 'unreachable' }
  | { type: 'pin'; evidence: Evidence }
  /** It happened to the run; here it is told. */
  | { type: 'move-run'; run: RunGlance; move: RunMove; note: string }
  | ({ type: 'silence' } & Silenced)
  | { type: 'unsilence'; why: WhyUnsilenced }
  | { type: 'note'; noted: Noted }
  /** At a shift's end; `handover` is the number of what both signed. */
  | { type: 'hand-over'; to: Owner; handover: number }
  /** It was closed with others alike, and that was a slip; `was` is how it stood before. */
  | { type: 'undo-close'; was: 'new' | 'active' }
  | { type: 'start-clock'; kind: ClockKind; startedAt: Instant; now: Instant }
  /** It runs on an incident that merges into this one. */
  | { type: 'carry-clock'; clock: Clock; from: number }
  | { type: 'stop-clock'; name: string; note: string }
  | { type: 'run-out-clock'; name: string }
  | { type: 'tell-audience'; audience: string; text: string }
  | { type: 'agree-follow-up'; followUp: FollowUp }
  | { type: 'end-follow-up'; followUp: FollowUp }
  | { type: 'write-lessons'; lessons: Lessons }
  /** Somebody is called, by a step of the chain or because somebody said so. */
  | { type: 'call'; call: Exclude<EscalationFact, { type: 'escalation-begun' }> }
  /** The next one is to be called, or somebody in particular. Who that is now, whoever asks knows: it becomes a `call`. */
  | { type: 'escalate'; to: Owner | undefined; why: string }
  /** Whoever has it does nothing and does not answer. */
  | { type: 'give-back' };

/**
 * What follows from an intent, as facts; none where it changes nothing. Throws `Refused` where the incident
 * does not allow it. Roles are checked before, never here.
 */
export function decide(incident: Incident, intent: Intent, by: Actor): IncidentFact[] {
  const facts = decideAlone(incident, intent, by);
  return [...facts, ...breaksSilence(incident, facts, by)];
}

function decideAlone(incident: Incident, intent: Intent, by: Actor): IncidentFact[] {
  switch (intent.type) {
    case 'open':
      return [{ type: 'opened', alert: intent.alert }, ...handlingAtStart(intent.alert)];
    case 'join':
      return join(incident, intent.alert);
    case 'observe':
      return observe(incident, intent.before, intent.now, intent.othersOpen);
    case 'merge':
      return incident.mergedInto === undefined ? [{ type: 'merged', into: intent.into }] : [];
    case 'learn': {
      const { learned, priority } = intent;
      return isDeepStrictEqual(whatCounts(incident.learned ?? []), whatCounts(learned))
        ? []
        : [{ type: 'worth-learned', learned, priority }];
    }
    case 'take':
      return take(incident, intent.as);
    case 'acknowledge':
      return acknowledge(incident, by);
    case 'assign':
      return assign(incident, intent.owner);
    case 'set-severity':
      refuseClosed(incident);
      return incident.severity === intent.severity
        ? []
        : [{ type: 'severity-changed', severity: intent.severity }];
    case 'comment':
      return [{ type: 'commented', text: intent.text }];
    case 'close':
      return close(incident, intent);
    case 'reopen':
      return reopen(incident);
    case 'restrict':
      refuseParting(incident, by);
      return isDeepStrictEqual(idsOf(incident.restrictedTo ?? []), idsOf(intent.to))
        ? []
        : [{ type: 'restricted', to: intent.to }];
    case 'unrestrict':
      refuseParting(incident, by);
      return incident.restrictedTo ? [{ type: 'unrestricted' }] : [];
    case 'reveal':
      return [{ type: 'revealed' }];
    case 'hold':
      return incident.hold === intent.reason ? [] : [{ type: 'held', reason: intent.reason }];
    case 'lift-hold':
      return incident.hold === undefined ? [] : [{ type: 'hold-lifted' }];
    case 'ask':
      return ask(incident, intent.question);
    case 'answer': {
      const { question, answer, note, confirmed } = intent;
      const { about } = openQuestion(incident, question);
      return [{ type: 'answered', question, about, answer, note, confirmed }];
    }
    case 'pin':
      refuseMerged(incident);
      return [{ type: 'evidence-pinned', evidence: intent.evidence }];
    case 'move-run':
      // A rule may want it just because it is closed.
      if (intent.move === 'requested' && by.kind === 'person') refuseClosed(incident);
      return [{ type: 'run-moved', run: intent.run, move: intent.move, note: intent.note }];
    case 'silence': {
      refuseClosed(incident);
      const { type: _, ...silenced } = intent;
      return isDeepStrictEqual(incident.silenced, silenced) ? [] : [{ type: 'silenced', ...silenced }];
    }
    case 'unsilence': {
      const { silenced } = incident;
      return silenced ? [{ type: 'unsilenced', silence: silenced.silence, why: intent.why }] : [];
    }
    case 'note': {
      refuseClosed(incident);
      const noted = whatIsNew(incident.note, intent.noted);
      return Object.keys(noted).length === 0 ? [] : [{ type: 'noted', ...noted }];
    }
    case 'hand-over': {
      const { to, handover } = intent;
      const assigned = assign(incident, to);
      return assigned.length === 0
        ? []
        : [{ type: 'handed-over', from: incident.owner, to, handover }, ...assigned];
    }
    case 'undo-close':
      return intent.was === 'new' ? [...reopen(incident), { type: 'released' }] : reopen(incident);
    case 'start-clock':
      return startClock(incident, intent);
    case 'carry-clock': {
      const here = findRunning(incident.clocks, intent.clock.name);
      // The law counts from when we first knew.
      if (here && here.dueAt <= intent.clock.dueAt) return [];
      return [{ type: 'clock-started', clock: intent.clock, from: intent.from }];
    }
    case 'stop-clock': {
      const clock = findRunning(incident.clocks, intent.name);
      if (!clock) throw new Refused(`No clock "${intent.name}" runs on ${incidentName(incident.id)}.`);
      return [{ type: 'clock-stopped', clock, note: intent.note }];
    }
    case 'run-out-clock': {
      const clock = findRunning(incident.clocks, intent.name);
      return clock && !clock.ranOut ? [{ type: 'clock-ran-out', clock: { ...clock, ranOut: true } }] : [];
    }
    case 'tell-audience':
      return [{ type: 'update-sent', audience: intent.audience, text: intent.text }];
    case 'agree-follow-up':
      refuseMerged(incident);
      return [{ type: 'follow-up-agreed', followUp: intent.followUp }];
    case 'end-follow-up':
      return [{ type: 'follow-up-done', followUp: intent.followUp }];
    case 'write-lessons':
      refuseMerged(incident);
      return isDeepStrictEqual(incident.lessons, intent.lessons)
        ? []
        : [{ type: 'lessons-written', lessons: intent.lessons }];
    case 'call':
      refuseClosed(incident);
      return [intent.call];
    case 'escalate':
      refuseClosed(incident);
      return [];
    case 'give-back':
      return giveBack(incident);
    case 'give-up-asking': {
      const open = findOpen(incident, intent.question);
      return open
        ? [{ type: 'unanswered', question: intent.question, asked: open.asked, why: intent.why }]
        : [];
    }
  }
}

/**
 * Nothing is kept quiet that somebody here deals with, or that becomes graver. What happens at its source by itself, a
 * close and a reopening, breaks no silence.
 */
function breaksSilence({ silenced, severity }: Incident, facts: IncidentFact[], by: Actor): IncidentFact[] {
  if (!silenced) return [];
  const breaks = facts.map((fact) => whyBroken(fact, severity, by)).find((why) => why !== undefined);
  return breaks ? [{ type: 'unsilenced', silence: silenced.silence, why: breaks }] : [];
}

function whyBroken(fact: IncidentFact, severity: Severity, by: Actor): WhyUnsilenced | undefined {
  const isPersons = by.kind === 'person';
  switch (fact.type) {
    case 'acknowledged':
    case 'reopened':
      return isPersons ? 'taken-up' : undefined;
    case 'assigned':
      return isPersons && fact.owner ? 'taken-up' : undefined;
    case 'severity-changed':
      return isGraver(fact.severity, severity) ? 'graver' : undefined;
    case 'alert-joined':
      return isGraver(fact.alert.severity, severity) ? 'graver' : undefined;
    default:
      return undefined;
  }
}

function isGraver(now: Severity, before: Severity): boolean {
  return now !== before && worse(now, before) === now;
}

/** A law counts what it takes for real: of what was closed as something else no clock runs. */
function startClock(
  incident: Incident,
  { kind, startedAt, now }: { kind: ClockKind; startedAt: Instant; now: Instant },
): IncidentFact[] {
  const name = incidentName(incident.id);
  refuseMerged(incident);
  const running = findRunning(incident.clocks, kind.name);
  if (running) throw new Refused(`${clockName(running)} runs on ${name} already.`);
  const { closing } = incident;
  if (closing && closing.classification !== 'true-positive')
    throw new Refused(`${name} is closed as ${closing.classification}. Reopen it first, if it is real.`);
  if (startedAt > now) throw new Refused('A clock starts when we came to know, which is not in the future.');
  return [{ type: 'clock-started', clock: newClock(kind, startedAt) }];
}

/** Far sides say the same in other words all day: `12 of 94 engines`, `13 of 94 engines`. */
function whatCounts(learned: Learned[]): Pick<Learned, 'mark' | 'subject'>[] {
  return learned.map(({ mark, subject }) => ({ mark, subject }));
}

function ask(incident: Incident, question: Question): IncidentFact[] {
  refuseClosed(incident);
  if (isExercise(incident))
    throw new Refused(`${incidentName(incident.id)} is made up: nobody is asked about what did not happen.`);
  if (!mayBeAsked(incident, question)) throw new Refused(callInstead(incident, question));
  const open = incident.inquiries.filter(({ outcome }) => outcome === undefined);
  const same = open.find(({ question: { about } }) => about.id === question.about.id);
  if (same) throw new Refused(`${same.question.asked.name} has been asked already and may still answer.`);
  // Beyond that the state would forget a question that somebody may still answer.
  if (open.length >= keptInquiries) {
    throw new Refused(`${open.length} people are asked already. Wait for their answers.`);
  }
  return [{ type: 'asked', question }];
}

const callUs = 'Call the security team if there is something to tell.';

/** The question, while it may be answered. Throws `Refused`, saying why not. */
function openQuestion(incident: Incident, id: string): Question {
  const open = findOpen(incident, id);
  if (open) return open;
  const outcome = incident.inquiries.find(({ question }) => question.id === id)?.outcome;
  switch (outcome?.answer) {
    case 'withdrawn':
      throw new Refused(`${incidentName(incident.id)} was closed meanwhile. ${callUs}`);
    case 'none':
    case 'unreachable':
      throw new Refused(`The time to answer is over. ${callUs}`);
    case 'yes':
    case 'no':
    case 'not-sure':
    case undefined:
      throw new Refused('This question is answered already. Call the security team if it was otherwise.');
  }
}

function findOpen({ inquiries }: Incident, id: string): Question | undefined {
  return inquiries.find(({ question, outcome }) => question.id === id && outcome === undefined)?.question;
}

function idsOf(people: Owner[]): string[] {
  return people.map(({ id }) => id).sort();
}

function take(incident: Incident, as: Owner): IncidentFact[] {
  refuseClosed(incident);
  if (incident.owner && incident.owner.id !== as.id) {
    throw new Refused(
      `${incident.owner.name} has ${incidentName(incident.id)}. Ask them, or assign it to yourself.`,
    );
  }
  const facts: IncidentFact[] = [];
  if (incident.status === 'new') facts.push({ type: 'acknowledged' });
  if (!incident.owner) facts.push({ type: 'assigned', owner: as });
  return facts;
}

function acknowledge(incident: Incident, by: Actor): IncidentFact[] {
  refuseClosed(incident);
  if (incident.status === 'new') return [{ type: 'acknowledged' }];
  const acknowledged = incident.deeds.findLast((deed) => deed.type === 'acknowledged');
  if (acknowledged && isSame(acknowledged.by, by)) return [];
  throw new Refused(`${incidentName(incident.id)} was acknowledged already${owned(incident)}.`);
}

function isSame(a: Actor, b: Actor): boolean {
  return a.kind === 'person' && b.kind === 'person' ? a.id === b.id : isDeepStrictEqual(a, b);
}

function owned(incident: Incident): string {
  return incident.owner ? ` and ${incident.owner.name} has it` : '';
}

function assign(incident: Incident, owner: Owner | undefined): IncidentFact[] {
  refuseClosed(incident);
  return incident.owner?.id === owner?.id ? [] : [{ type: 'assigned', owner }];
}

function giveBack(incident: Incident): IncidentFact[] {
  const facts: IncidentFact[] = [];
  if (incident.status === 'active') facts.push({ type: 'released' });
  if (incident.status !== 'closed' && incident.owner) facts.push({ type: 'assigned', owner: undefined });
  return facts;
}

function close(
  incident: Incident,
  { closing, contained }: { closing: Closing; contained?: 'keep' | 'undo' | undefined },
): IncidentFact[] {
  refuseMerged(incident);
  if (incident.status === 'closed') {
    throw new Refused(`${incidentName(incident.id)} is closed already. Reopen it to classify it anew.`);
  }
  const reasons = reasonsOf[closing.classification];
  if (reasons.length > 0 && (!closing.reason || !reasons.includes(closing.reason))) {
    throw new Refused(`${closing.classification} needs a reason: ${reasons.join(' or ')}.`);
  }
  if (reasons.length === 0 && closing.reason) {
    throw new Refused(`${closing.classification} goes without a reason.`);
  }
  refuseForgetting(incident, contained);
  return [{ type: 'closed', closing }];
}

/** What was cut off and is forgotten hurts the business later, when nobody knows why. */
function refuseForgetting({ id, runs = [] }: Incident, contained: 'keep' | 'undo' | undefined): void {
  const [first, ...others] = runs.filter(({ standing }) => standing);
  if (!first || contained) return;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  throw new Refused(
    `${first.target} is still contained (${runName(first.number)}, ${first.title}${more}). Say what becomes of it: close ${incidentName(id)} … --contained keep, or --contained undo.`,
  );
}

function reopen(incident: Incident): IncidentFact[] {
  refuseMerged(incident);
  if (incident.status !== 'closed') throw new Refused(`${incidentName(incident.id)} is open.`);
  return [{ type: 'reopened' }];
}

function refuseClosed(incident: Incident): void {
  refuseMerged(incident);
  if (incident.status === 'closed') {
    throw new Refused(`${incidentName(incident.id)} is closed. Reopen it first.`);
  }
}

function refuseMerged(incident: Incident): void {
  if (incident.mergedInto === undefined) return;
  throw new Refused(
    `${incidentName(incident.id)} was merged into ${incidentName(incident.mergedInto)}. Go on there.`,
  );
}

/** Whoever may see the whole may see its parts, and nobody else: people decide on the whole. */
function refuseParting(incident: Incident, by: Actor): void {
  if (by.kind !== 'bot') refuseMerged(incident);
}

/** An alert that joins brings how it is handled in the portal, where nobody here handles the incident yet. */
function join(incident: Incident, alert: Alert): IncidentFact[] {
  const facts: IncidentFact[] = [{ type: 'alert-joined', alert }];
  if (incident.status === 'closed' && alert.handling.status !== 'closed') facts.push({ type: 'reopened' });
  if (incident.status === 'new' && alert.handling.status === 'active') facts.push({ type: 'acknowledged' });
  if (!incident.owner && alert.handling.owner) facts.push({ type: 'assigned', owner: alert.handling.owner });
  return facts;
}

/** An alert that is already being handled in the portal opens an incident that says so. */
function handlingAtStart({ handling }: Alert): IncidentFact[] {
  const facts: IncidentFact[] = [];
  if (handling.status !== 'new') facts.push({ type: 'acknowledged' });
  if (handling.owner) facts.push({ type: 'assigned', owner: handling.owner });
  return facts;
}

/**
 * What a source's change means for the incident. A field counts only where the source changed it since we
 * last looked and where it differs from what the incident says: the echo of our own write back differs from
 * neither, so it yields nothing.
 */
function observe(incident: Incident, before: Alert, now: Alert, othersOpen: number): IncidentFact[] {
  const facts: IncidentFact[] = [];
  if (looksDifferent(before, now)) facts.push({ type: 'alert-changed', alert: now });
  if (incident.mergedInto !== undefined) return facts;
  if (before.severity !== now.severity && incident.severity !== now.severity) {
    facts.push({ type: 'severity-changed', severity: now.severity });
  }
  if (
    !isSameOwner(before.handling.owner, now.handling.owner) &&
    !isSameOwner(incident.owner, now.handling.owner)
  ) {
    facts.push({ type: 'assigned', owner: now.handling.owner });
  }
  const partOnly = now.source !== 'sentinel' && othersOpen > 0;
  facts.push(...newNotes(before, now), ...statusChange(incident, before.handling, now.handling, partOnly));
  return facts;
}

function newNotes(before: Alert, now: Alert): IncidentFact[] {
  const known = new Set(before.notes.map((note) => note.id));
  return now.notes
    .filter((note) => !known.has(note.id))
    .map((note) => ({ type: 'commented', text: note.by ? `${note.by}: ${note.text}` : note.text }));
}

function statusChange(
  incident: Incident,
  before: Handling,
  now: Handling,
  partOnly: boolean,
): IncidentFact[] {
  if (before.status === now.status || incident.status === now.status) return [];
  switch (now.status) {
    case 'new':
      return incident.status === 'closed' ? [{ type: 'reopened' }] : [{ type: 'released' }];
    case 'active':
      return incident.status === 'closed' ? [{ type: 'reopened' }] : [{ type: 'acknowledged' }];
    case 'closed':
      // One alert of several dismissed in the portal does not end the incident; the whole closed in Sentinel does.
      if (partOnly) return [];
      return [
        {
          type: 'closed',
          closing: now.closing ?? { classification: 'undetermined', reason: undefined, comment: '' },
        },
      ];
  }
}

/** Whether a reader of the card would see a difference, handling aside. */
function looksDifferent(before: Alert, now: Alert): boolean {
  const shown = ({ title, lastActivityAt, entities, contains, target }: Alert) => {
    return { title, lastActivityAt, entities, contains, target };
  };
  // Not by their JSON: jsonb gives keys back in another order.
  return !isDeepStrictEqual(shown(before), shown(now));
}
