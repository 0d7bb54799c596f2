import { z } from 'zod';
import type { Spot } from '../channel.ts';
import { longestWords } from '../page-view.ts';
import { untilDue } from './deadline.ts';
import { isDirect } from './direct.ts';
import type { Rooms } from './press.ts';
import { type Pressed, readPressed } from './pressed.ts';
import type { Whereabouts } from './tell.ts';
import { type Answered, answerTo, postAnswer } from './words.ts';

/** Somebody pressed a button that stands for words: they have said them, and are answered as if they had typed them there. */
export async function pressWords(
  rooms: Rooms,
  body: unknown,
  ack: () => Promise<void>,
  context: object,
): Promise<void> {
  const pressed = readPressed(body);
  const work = say(rooms, pressed, readSaid(pressed));
  await untilDue(work, context);
  await ack();
  await giveSaid(rooms, pressed.where, await work);
}

async function say(rooms: Rooms, pressed: Pressed, text: string): Promise<Said> {
  const { userId, conversation, thread } = pressed.where;
  const spot = spotOf(pressed);
  const card = thread ? { conversation, message: thread } : undefined;
  const said = { userId, teamId: pressed.teamId, text, conversation, card, spot };
  return { ...(await answerTo(rooms, said)), spot };
}

/** What is answered, and where everybody may read it; `undefined` where nobody else is to. */
export interface Said extends Answered {
  spot: Spot | undefined;
}

/** In the thread of the message. What only one person sees has none: they alone are answered, as after `/soc`. */
export function spotOf({ where, message, isPrivate }: Pressed): Spot | undefined {
  const { conversation, thread } = where;
  if (isPrivate) return undefined;
  return { conversation, thread: thread ?? (isDirect(conversation) ? undefined : message) };
}

export async function giveSaid(
  rooms: Rooms,
  where: Whereabouts,
  { answer, isPrivate, spot }: Said,
): Promise<void> {
  if (!answer) return;
  const isForThem = isPrivate && !isDirect(where.conversation);
  if (!spot || isForThem) return rooms.tell(where, answer.message, answer.inWords);
  await postAnswer(rooms, answer, spot);
}

/** What comes back is worth as much as what anybody types. */
export function readSaid({ action }: Pressed): string {
  return sayButton.parse(action).value;
}

const sayButton = z.object({ value: z.string().min(1).max(longestWords) });
