import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { ChatUser, Desk, Reply } from '../channel.ts';
import { longestWords } from '../page-view.ts';
import type { Turn } from './activity.ts';
import { readSpot } from './place.ts';
import { readCard } from './words.ts';

/** What a button of words carries. It comes through a client, and is worth as much as what anybody types. */
const carried = z.object({ say: z.string().trim().min(1).max(longestWords) });
const pressed = z.object({ action: z.object({ verb: z.literal('watchfloor/say'), data: carried }) });
const pressedByMessage = z.object({ verb: z.literal('say'), ...carried.shape });

/** Whether what was pressed stands for words. */
export function isOfWords(value: unknown): boolean {
  const byMessage = z.object({ verb: z.literal('say') });
  const byAction = z.object({ action: z.object({ verb: z.literal('watchfloor/say') }) });
  return safeParse(z.union([byMessage, byAction]), value).error === undefined;
}

/** Whoever presses has said the words, where the button stands. */
export function sayPressed(desk: Desk, user: ChatUser, turn: Turn): Promise<Reply> {
  const byMessage = safeParse(pressedByMessage, turn.value).data;
  const { say } = byMessage ?? parse(pressed, turn.value).action.data;
  const spot = readSpot(turn);
  return desk.say(user, say, spot.conversation, readCard(turn), spot);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = safeParse(schema, value);
  if (!error) return data;
  throw new Malformed(`Teams sent words that are not of our pages: ${z.prettifyError(error)}`);
}
