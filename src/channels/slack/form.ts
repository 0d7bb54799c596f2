import type { FieldFaults } from '../channel.ts';
import { untilDue } from './deadline.ts';
import { drawForm } from './dialog.ts';
import { type Rooms, type Told, tellAll } from './press.ts';
import { readSaid, type Said, spotOf } from './press-words.ts';
import { type Pressed, readPressed } from './pressed.ts';
import type { WordsSubject } from './subject.ts';
import { sentenceOf } from './tell.ts';
import { illustrated } from './words.ts';

/** Somebody pressed a button of words that asks for more first. */
export async function openForm(
  rooms: Rooms,
  body: unknown,
  ack: () => Promise<void>,
  context: object,
): Promise<void> {
  const pressed = readPressed(body);
  const work = open(rooms, pressed, readSaid(pressed));
  await untilDue(work, context);
  await ack();
  await tellAll(rooms, pressed.where, await work);
}

async function open({ api, desk, users, log }: Rooms, pressed: Pressed, words: string): Promise<Told> {
  const { where, triggerId } = pressed;
  const { conversation } = where;
  const spot = spotOf(pressed);
  try {
    const user = await users.find(where.userId, pressed.teamId);
    const form = await desk.openForm(user, words, conversation);
    const place = spot ? { ...(spot.thread && { thread: spot.thread }) } : { alone: true as const };
    await api.openView(triggerId, drawForm(form, { words: form.words, conversation, ...place }));
    return { said: '' };
  } catch (error) {
    return { said: sentenceOf(error, log) };
  }
}

/** That form, filled: answered where the words would have been. Throws as the desk does. */
export async function submitWords(
  { desk, users, illustrate }: Pick<Rooms, 'desk' | 'users' | 'illustrate'>,
  { words, conversation, thread, alone }: WordsSubject,
  { userId, teamId, fields }: { userId: string; teamId: string; fields: Record<string, string> },
): Promise<Said | FieldFaults> {
  const user = await users.find(userId, teamId);
  const spot = alone ? undefined : { conversation, thread };
  const reply = await desk.submitForm(user, words, fields, conversation, spot);
  return 'faults' in reply ? reply : { ...(await illustrated(illustrate, reply)), spot };
}
