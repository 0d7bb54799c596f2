import type { Channel } from '../channels/channel.ts';
import { drawQuestion } from '../channels/question.ts';
import { FarSideError, isRetryable, isInDoubt as mayHavePosted } from '../errors.ts';
import { consequencesOf } from '../incident/consequence.ts';
import { mayBeAsked } from '../incident/entrust.ts';
import { bot } from '../incident/incident.ts';
import { isDirect } from '../incident/question.ts';
import type { People } from '../people/people.ts';
import { alertsOf } from '../store/alerts.ts';
import { openDraft } from '../store/draft.ts';
import { readIncident } from '../store/incidents.ts';
import {
  beginAsking,
  claimQuestions,
  type DueQuestion,
  longestPauseSeconds,
  passPlace,
  postponeQuestion,
  recordAsked,
  recordEnded,
  releaseQuestion,
} from '../store/questions.ts';
import { save } from '../store/save.ts';
import { inSpan } from '../trace.ts';
import { prepareInstead } from './ask.ts';
import { change } from './change.ts';
import type { Look } from './lane.ts';
import { placesOf, type Reach } from './reach.ts';
import { send } from './send.ts';
import { untilSaved } from './until-saved.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Longer than opening a chat, looking for a post in doubt and posting take together. */
const leaseSeconds = 60;
/** So long after its time a question is tried to be shown as settled where we are not let in. */
const patienceMs = 24 * 3_600_000;
/** Where nothing rings, what another replica left, or whose time is over, is found within this. */
const sweepMs = 1_000;

/** Finds questions to be asked, given up, or shown as settled, and the work for each. */
export function openAsking(floor: Watchfloor, people: People): Look {
  return async (room) => {
    const lease = { leaseSeconds, replica: floor.replica.id, now: floor.now() };
    const found = await claimQuestions(floor.db, { limit: room, ...lease });
    const tasks = found.map((due) => () => traced(floor, people, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

function traced(floor: Watchfloor, people: People, due: DueQuestion): Promise<void> {
  const attributes = { incident: due.incidentId, channel: due.place?.channel ?? due.question.channel };
  return inSpan('ask', { parent: due.trace, attributes }, () => bringUpToDate(floor, people, due));
}

async function bringUpToDate(floor: Watchfloor, people: People, due: DueQuestion): Promise<void> {
  try {
    if (due.settled) await showSettled(floor, due);
    else if (due.question.dueAt <= floor.now().toISOString()) await giveUp(floor, people, due, lateness(due));
    else await ask(floor, people, due);
  } catch (error) {
    // A fault of ours or of the database leaves the lease standing, which is a pause as good as any.
    if (!(error instanceof FarSideError)) throw error;
    await recover(floor, due, error);
  }
}

/** Who never got the question cannot be late with an answer. */
function lateness({ ref }: DueQuestion): 'late' | 'unreachable' {
  return ref ? 'late' : 'unreachable';
}

/** Opens the direct chat and posts, or finds what was posted already. */
async function ask(floor: Watchfloor, people: People, due: DueQuestion): Promise<void> {
  const { question } = due;
  const posted = await findPosted(floor, due);
  if (posted) return recordAsked(floor.db, question.id, posted);

  const place = await nextPlace(floor, people, due);
  const channel = place && floor.channels.get(place.channel);
  if (!place || !channel || !(await mayStillBeAsked(floor, due)))
    return giveUp(floor, people, due, 'unreachable');
  try {
    const conversation = await channel.direct(place.userId);
    await beginAsking(floor.db, question.id, { channel: channel.name, conversation });
    const view = drawQuestion(due.incidentId, { question, askedBy: due.askedBy, outcome: undefined });
    await recordAsked(floor.db, question.id, await channel.postQuestion(conversation, view, question.id));
  } catch (error) {
    // Our own token is refused in every place alike: that is mended, or the time is over.
    if (!(error instanceof FarSideError) || isRetryable(error) || error.isOurs) throw error;
    const fields = { question: question.id, incident: due.incidentId, channel: channel.name };
    floor.log.warn(
      { ...fields, reason: error.reason, detail: error.message },
      'person cannot be reached there',
    );
    await passPlace(floor.db, question.id, keyOf(place));
    floor.ringQuestions();
  }
}

/** A post that may have happened is looked for before posting again. */
async function findPosted(floor: Watchfloor, { inDoubt, place, question }: DueQuestion) {
  const channel = place && floor.channels.get(place.channel);
  if (!inDoubt || !place || !channel) return undefined;
  const found = await channel.find?.(place.conversation, question.id, undefined);
  floor.telemetry.countInDoubt(channel.name, found ? 'found' : 'posted');
  return found;
}

/** Doubt may have come up since it was asked for: what was a good place then is looked at again. */
async function nextPlace(
  floor: Watchfloor,
  people: People,
  { question, incidentId, passed }: DueQuestion,
): Promise<Reach | undefined> {
  const alerts = await alertsOf(floor.db, incidentId);
  const places = await placesOf(floor, people, question.asked, alerts);
  const left = places.filter((place) => !passed.includes(keyOf(place)));
  return left.find(({ channel }) => channel === question.channel) ?? left[0];
}

/** Since it was asked for, the incident may have become one for named people only. */
async function mayStillBeAsked(floor: Watchfloor, { question, incidentId }: DueQuestion): Promise<boolean> {
  const stored = await readIncident(floor.db, incidentId);
  return stored !== undefined && mayBeAsked(stored.incident, question);
}

function keyOf({ channel, userId }: Reach): string {
  return `${channel} ${userId}`;
}

/** No answer: what the settings say follows, and the manager is asked once where the person was. One draft, all or nothing. */
async function giveUp(
  floor: Watchfloor,
  people: People,
  due: DueQuestion,
  why: 'late' | 'unreachable',
): Promise<void> {
  const { question, incidentId } = due;
  const instead = isDirect(question) ? await prepareInstead(floor, people, due, why) : undefined;
  const changed = await untilSaved(async () => {
    const stored = await readIncident(floor.db, incidentId);
    if (!stored) return false;
    const draft = openDraft(due.trace);
    const silence = { question: question.id, answer: 'none', confirmed: false, isNamed: false } as const;
    const intent = { type: 'give-up-asking', question: question.id, why } as const;
    let incident = change(floor, draft, stored.incident, intent, bot);
    if (incident === stored.incident) return false;
    for (const next of consequencesOf(floor.questions, incident, silence)) {
      incident = change(floor, draft, incident, next, bot);
    }
    if (instead && mayBeAsked(incident, instead)) {
      incident = change(floor, draft, incident, { type: 'ask', question: instead }, bot);
    }
    if (incident.severity !== stored.incident.severity) send(floor, draft, incident);
    await save(floor.db, draft);
    return true;
  });
  if (changed) {
    floor.log.info({ question: question.id, incident: incidentId, why }, 'question given up');
    floor.ringDeliver();
    floor.ringWriteBack();
  }
  await releaseQuestion(floor.db, question.id);
  floor.ringQuestions();
}

/** The message shows how it ended, and has nothing to press any more. */
async function showSettled(floor: Watchfloor, due: DueQuestion): Promise<void> {
  const { question, askedBy, incident } = due;
  const channel: Channel | undefined = due.place && floor.channels.get(due.place.channel);
  const ref = due.ref ?? (await findPosted(floor, due));
  if (channel && ref) {
    const known = incident.inquiries.find((inquiry) => inquiry.question.id === question.id);
    const over = { answer: 'withdrawn', note: '', confirmed: false, at: question.dueAt } as const;
    const inquiry = known ?? { question, askedBy, outcome: over };
    await channel.updateQuestion(ref, drawQuestion(incident.id, inquiry));
  }
  await recordEnded(floor.db, question.id);
}

async function recover(floor: Watchfloor, due: DueQuestion, error: FarSideError): Promise<void> {
  const { question, incidentId, attempts, settled } = due;
  const fields = { question: question.id, incident: incidentId, reason: error.reason, detail: error.message };
  if (settled && isHopeless(floor, due, error)) {
    // Nobody reads it there, and its buttons answer that it is over.
    floor.log.warn(fields, 'question cannot be shown as settled');
    return recordEnded(floor.db, question.id);
  }
  const pauseSeconds = Math.min(
    longestPauseSeconds,
    (error.retryAfter ?? 500 * 2 ** Math.min(attempts, 12)) / 1_000,
  );
  floor.log.warn({ ...fields, pauseSeconds }, 'question not asked yet');
  await postponeQuestion(floor.db, question.id, {
    pauseSeconds,
    maybePosted: due.inDoubt || mayHavePosted(error),
  });
  floor.ringQuestions(1_000 * pauseSeconds);
}

/** Deleted, or not to be changed by us; or not let in for so long that nobody mends it. */
function isHopeless({ now }: Watchfloor, { question }: DueQuestion, error: FarSideError): boolean {
  if (isRetryable(error)) return false;
  if (error.reason !== 'auth' && !error.isOurs) return true;
  return now().getTime() > Date.parse(question.dueAt) + patienceMs;
}
