import { z } from 'zod';
import type { Answered, ChatUser, Ref } from '../channels/channel.ts';
import { written } from '../channels/clean.ts';
import { drawQuestion } from '../channels/question.ts';
import type { ReplyView } from '../channels/views.ts';
import { Denied, Refused } from '../errors.ts';
import { needsSignIn } from '../incident/consequence.ts';
import { isInDoubt } from '../incident/doubt.ts';
import type { Answer, Question } from '../incident/question.ts';
import type { People } from '../people/people.ts';
import { alertsOf } from '../store/alerts.ts';
import { findOpenIn, readQuestion, type StoredQuestion } from '../store/questions.ts';
import { open, settle } from './settle.ts';
import type { SignInPurpose } from './sign-in.ts';
import type { Watchfloor } from './watchfloor.ts';

const longestNote = 500;

/** Whoever was asked presses a button. Nobody else may, whatever roles they have. */
export async function answerQuestion(
  floor: Watchfloor,
  people: People,
  user: ChatUser,
  id: string,
  given: { answer: Answer; note: string },
): Promise<Answered> {
  const stored = await findQuestion(floor, id);
  const { question, incidentId } = stored;
  await admitAsked(people, user, stored);
  const note = written(given.note, longestNote);
  const inDoubt = isInDoubt(await alertsOf(floor.db, incidentId), question.about);
  if (!stored.settled && needsSignIn(floor.questions, question, { answer: given.answer, inDoubt })) {
    const signIn = await beginSignIn(floor, question, note);
    if (signIn) return { told: signInToConfirm, view: drawQuestion(incidentId, open(stored)), signIn };
  }
  return settle(floor, people, stored, { answer: given.answer, note, confirmed: false });
}

const signInToConfirm = 'Sign in once more, so that we know it is you. Your answer counts then.';

/** The same in words, in the direct chat in which the question was put; `undefined` where the words are no answer. */
export async function answerInWords(
  floor: Watchfloor,
  people: People,
  user: ChatUser,
  text: string,
  where: { conversation: string; under: Ref | undefined },
): Promise<ReplyView | undefined> {
  const given = readAnswer(text);
  if (!given) return undefined;
  const waiting = await findOpenIn(floor.db, user.channel, where.conversation);
  const meant = waiting.find(({ ref }) => ref?.message === where.under?.message);
  const [only, another] = meant ? [meant] : waiting;
  if (!only) return undefined;
  if (another)
    throw new Refused('You were asked more than one thing. Press a button under the one that you mean.');
  const { told, signIn } = await answerQuestion(floor, people, user, only.question.id, given);
  return signIn ? { kind: 'link', text: told, label: 'Sign in', url: signIn } : { kind: 'text', text: told };
}

/** `yes, I was travelling` */
export function readAnswer(text: string): { answer: Answer; note: string } | undefined {
  const [, word = '', note = ''] =
    text
      .trim()
      .match(/^(not sure|unsure|don['’]?t know|yes|yeah|yep|no|nope)(?![\p{L}\p{N}-])[\s,.:;!–-]*(.*)$/isu) ??
    [];
  switch (word.toLowerCase()) {
    case '':
      return undefined;
    case 'yes':
    case 'yeah':
    case 'yep':
      return { answer: 'yes', note };
    case 'no':
    case 'nope':
      return { answer: 'no', note };
    default:
      return { answer: 'not-sure', note };
  }
}

/** They signed in anew to confirm their yes. Returns what the page tells them; throws `Refused`. */
export async function confirmAnswer(
  floor: Watchfloor,
  people: People,
  purpose: Extract<SignInPurpose, { kind: 'answer' }>,
): Promise<string> {
  const stored = await findQuestion(floor, purpose.question);
  if (stored.question.asked.id !== purpose.personId.toLowerCase()) throw notAsked(stored.question);
  const { told } = await settle(floor, people, stored, {
    answer: 'yes',
    note: purpose.note,
    confirmed: true,
  });
  return told;
}

async function findQuestion(floor: Watchfloor, id: string): Promise<StoredQuestion> {
  const stored = z.uuid().safeParse(id).success ? await readQuestion(floor.db, id) : undefined;
  if (!stored) throw new Refused('There is no such question any more.');
  return stored;
}

/** Throws `Denied` for everybody but the person who was asked, in the chat in which they were asked. */
async function admitAsked(
  people: People,
  user: ChatUser,
  { question, place }: StoredQuestion,
): Promise<void> {
  const person = await people.prove(user);
  if (person.id !== question.asked.id) throw notAsked(question);
  // It was asked there for a reason: another chat may be in another's hands.
  if (place?.channel !== user.channel) {
    throw new Denied('not-asked', 'Answer where you were asked: the answer counts in that chat alone.');
  }
}

function notAsked({ asked }: Question): Denied {
  return new Denied('not-asked', `Only ${asked.name} may answer this.`);
}

/** `undefined` where nobody can sign in here: then a yes is a note like any other. */
async function beginSignIn(
  { signIns }: Watchfloor,
  { id, asked }: Question,
  note: string,
): Promise<string | undefined> {
  try {
    return await signIns.begin({ kind: 'answer', question: id, note, personId: asked.id });
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
