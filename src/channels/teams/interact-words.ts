import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { ChatUser, Desk, Reply } from '../channel.ts';
import { longestWords } from '../page-view.ts';
import type { Turn } from './activity.ts';
import { drawDialog, type Typed } from './draw-dialog.ts';
import type { InvokeResult } from './invoke-response.ts';
import { readSpot } from './place.ts';
import { readCard } from './words.ts';

/** What a button of words carries. It comes through a client, and is worth as much as what anybody types. */
const carried = z.object({
  say: z.string().trim().min(1).max(longestWords),
  replaces: z.boolean().default(false),
});
const pressed = z.object({ action: z.object({ verb: z.literal('watchfloor/say'), data: carried }) });
const pressedByMessage = z.object({ verb: z.literal('say'), ...carried.shape });

const form = z.object({ data: z.looseObject({ verb: z.literal('say/form'), ...carried.shape }) });

/** Whether what was pressed stands for words. */
export function isOfWords(value: unknown): boolean {
  const byMessage = z.object({ verb: z.literal('say') });
  const byAction = z.object({ action: z.object({ verb: z.literal('watchfloor/say') }) });
  return safeParse(z.union([byMessage, byAction]), value).error === undefined;
}

/** Whether what is answered takes the place of what was pressed. */
export function isToReplace(value: unknown): boolean {
  return safeParse(pressed, value).data?.action.data.replaces ?? false;
}

/** Whoever presses has said the words, where the button stands. */
export function sayPressed(desk: Desk, user: ChatUser, turn: Turn): Promise<Reply> {
  const byMessage = safeParse(pressedByMessage, turn.value).data;
  const { say } = byMessage ?? parse(pressed, turn.value).action.data;
  const spot = readSpot(turn);
  return desk.say(user, say, spot.conversation, readCard(turn), spot);
}

/** Whether it is the form of words that is asked for or filled. */
export function isOfForm(value: unknown): boolean {
  return safeParse(z.object({ data: z.object({ verb: z.literal('say/form') }) }), value).error === undefined;
}

/** A button of words that asks for more first. */
export async function openWordsForm(desk: Desk, user: ChatUser, turn: Turn): Promise<InvokeResult> {
  return showForm(desk, user, turn, parse(form, turn.value).data.say);
}

/** The form filled: shown again with what was typed and what to mend, or answered as the words would have been. */
export async function submitWordsForm(
  desk: Desk,
  user: ChatUser,
  turn: Turn,
): Promise<{ again: InvokeResult } | Reply> {
  const { verb: _verb, say, ...inputs } = parse(form, turn.value).data;
  const texts = Object.entries(inputs).filter(
    (input): input is [string, string] => typeof input[1] === 'string',
  );
  const values = Object.fromEntries(texts);
  const spot = readSpot(turn);
  const result = await desk.submitForm(user, say, values, spot.conversation, spot);
  if (!('faults' in result)) return result;
  return { again: await showForm(desk, user, turn, say, { values, faults: result.faults }) };
}

async function showForm(
  desk: Desk,
  user: ChatUser,
  turn: Turn,
  words: string,
  typed?: Typed,
): Promise<InvokeResult> {
  const view = await desk.openForm(user, words, readSpot(turn).conversation);
  const asksPerson = view.fields.some((field) => field.kind === 'person');
  const people = asksPerson ? await desk.suggest(user, '', 'people') : [];
  return { kind: 'dialog', title: view.title, card: drawDialog(view, people, typed) };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = safeParse(schema, value);
  if (!error) return data;
  throw new Malformed(`Teams sent words that are not of our pages: ${z.prettifyError(error)}`);
}
