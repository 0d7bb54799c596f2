import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import { answers } from '../../incident/question.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Answered, ChatUser, Desk } from '../channel.ts';
import { drawQuestion } from './draw-question.ts';
import type { InvokeResult } from './invoke-response.ts';

/** What a question's button carries, with what was typed beside it; never authority. */
const carried = z.object({
  question: z.uuid(),
  answer: z.enum(answers),
  note: z.string().max(2_000).default(''),
});
const pressed = z.object({ action: z.object({ verb: z.literal('watchfloor/answer'), data: carried }) });
const pressedByMessage = z.object({ verb: z.literal('answer'), ...carried.shape });

/** Whether a pressed button is one of a question, and not of an incident's card. */
export function isAnswer(value: unknown): boolean {
  const verb = z.object({ verb: z.literal('answer') });
  const execute = z.object({ action: z.object({ verb: z.literal('watchfloor/answer') }) });
  return z.union([verb, execute]).safeParse(value).success;
}

/** A button of "was this you?": answered with the question as it is then. */
export async function answerQuestion(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { told, view, signIn = '' } = await give(desk, user, parse(pressed, value).action.data);
  return { kind: 'card', card: drawQuestion(view, { text: told, signIn }) };
}

/** The same button in a client without `Action.Execute`: what is told is a message in that chat. */
export async function answerByMessage(desk: Desk, user: ChatUser, value: unknown): Promise<string> {
  const { told, signIn } = await give(desk, user, parse(pressedByMessage, value));
  return signIn ? `${told} ${signIn}` : told;
}

function give(
  desk: Desk,
  user: ChatUser,
  { question, answer, note }: z.infer<typeof carried>,
): Promise<Answered> {
  return desk.answer(user, question, answer, note);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = safeParse(schema, value);
  if (!error) return data;
  throw new Malformed(`Teams sent an answer that is not of our cards: ${z.prettifyError(error)}`);
}
