import { randomUUID } from 'node:crypto';
import { clean } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import type { Owner } from '../incident/alert.ts';
import { isRunning } from '../incident/clock.ts';
import { mayBeAsked } from '../incident/entrust.ts';
import { bot, type Incident, incidentName } from '../incident/incident.ts';
import { isDirect, type Question } from '../incident/question.ts';
import { isAlive } from '../incident/run.ts';
import type { Draft } from '../store/draft.ts';
import { change } from './change.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * Questions that are open on the part, which merges into the whole, are asked anew there, until the same time as
 * before: their messages end with the part. What cannot be asked there is told. `part` as it was before it merged.
 */
export function carryQuestions(floor: Watchfloor, draft: Draft, whole: Incident, part: Incident): Incident {
  const open = part.inquiries.filter(({ outcome }) => outcome === undefined);
  return open.reduce((into, { question }) => carry(floor, draft, into, part, question), whole);
}

/** What playbooks do or did about the part is told of the whole from now on, and ends there. */
export function carryRuns(floor: Watchfloor, draft: Draft, whole: Incident, part: Incident): Incident {
  const alive = (part.runs ?? []).filter(isAlive);
  const note = `from ${incidentName(part.id)}`;
  return alive.reduce(
    (into, run) => change(floor, draft, into, { type: 'move-run', run, move: 'carried', note }, bot),
    whole,
  );
}

/** A law does not care which of our numbers stands for what happened: clocks of the part go on in the whole. */
export function carryClocks(floor: Watchfloor, draft: Draft, whole: Incident, part: Incident): Incident {
  const running = (part.clocks ?? []).filter(isRunning);
  return running.reduce(
    (into, clock) => change(floor, draft, into, { type: 'carry-clock', clock, from: part.id }, bot),
    whole,
  );
}

function carry(
  floor: Watchfloor,
  draft: Draft,
  whole: Incident,
  part: Incident,
  question: Question,
): Incident {
  const again = { type: 'ask', question: { ...question, id: randomUUID() } } as const;
  // Nobody decided that the person is to hear of a whole that is for named people only.
  const mayKnow = mayBeAsked(part, question) && (!whole.restrictedTo || part.restrictedTo !== undefined);
  try {
    if (mayKnow) return change(floor, draft, whole, again, bot);
  } catch (error) {
    // Closed, or enough people are asked there already.
    if (!(error instanceof Refused)) throw error;
  }
  const whom = isDirect(question) ? 'them' : addressOf(question.about);
  const text = `${addressOf(question.asked)} was asked on ${incidentName(part.id)} whether it was ${whom}; that question ended with the merge: ask again here.`;
  return change(floor, draft, whole, { type: 'comment', text }, bot);
}

/** Rooms that are shown no names know an address by its form; the whole does not know the people by name. */
function addressOf({ upn, name }: Owner): string {
  return clean(upn || name, 120);
}
