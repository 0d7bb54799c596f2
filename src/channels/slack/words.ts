import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { describe, FarSideError } from '../../errors.ts';
import type { Ref, Reply, Spot } from '../channel.ts';
import { untilDue } from './deadline.ts';
import type { WhoAmI } from './identity.ts';
import { type Illustrated, sendIllustrated } from './illustrate.ts';
import type { Message } from './message.ts';
import type { Rooms } from './press.ts';
import { drawSentence } from './reply.ts';
import { sentenceOf } from './tell.ts';
import { asTyped, withoutMention } from './typed.ts';

export type CommandAck = (answer?: Message & { response_type: 'ephemeral' }) => Promise<void>;

/** `/soc …`: answered to the person alone, in the receipt itself when that is in time. */
export async function command(rooms: Rooms, body: unknown, ack: CommandAck, context: object): Promise<void> {
  const typed = commandBody.parse(body);
  const work = answerTo(rooms, {
    userId: typed.user_id,
    // Slack names the person's workspace nowhere in a command; users.info does.
    teamId: '',
    text: asTyped(typed.text).trim(),
    conversation: typed.channel_id,
    card: undefined,
    // Nobody else sees `/soc`, nor what comes of it.
    spot: undefined,
  });
  const inTime = await untilDue(work, context);
  // Slack does not tell whether it took what came with the receipt, and pictures it may refuse.
  if (inTime?.answer && !inTime.answer.inWords)
    return ack({ response_type: 'ephemeral', ...inTime.answer.message });
  await ack();
  if (inTime && !inTime.answer) return;
  const { answer } = await work;
  const where = { userId: typed.user_id, conversation: typed.channel_id, responseUrl: typed.response_url };
  if (answer) await rooms.tell(where, answer.message, answer.inWords);
}

/**
 * `@Watchfloor …` in a room, answered in the thread, or to the person alone where nothing came of it or nobody else
 * is to read it; anything in a direct chat, answered there.
 * @throws FarSideError where Slack does not tell who we are: nothing was done, and Slack is to send it again
 */
export async function mention(rooms: Rooms, event: unknown, whoAmI: WhoAmI): Promise<void> {
  const { data: said } = messageEvent.safeParse(event);
  // Joins, edits, and whatever a bot says (ourselves too) are nothing asked of us.
  if (!said || said.bot_id || said.subtype) return;
  if (said.type === 'message' && said.channel_type !== 'im') return;
  const { botUserId } = await whoAmI.ask();
  const { user: userId, channel: conversation, thread_ts: thread } = said;
  const isDirect = said.type === 'message';
  const inThread = thread ?? (isDirect ? undefined : said.ts);
  const { answer, isPrivate } = await answerTo(rooms, {
    userId,
    teamId: said.user_team ?? said.team ?? '',
    text: asTyped(withoutMention(said.text, botUserId)),
    conversation,
    card: thread ? { conversation, message: thread } : undefined,
    spot: { conversation, thread: inThread },
  });
  if (!answer) return;
  // Slack shows what one person sees only in threads that exist.
  if (isPrivate && !isDirect) {
    const where = { userId, conversation, ...(thread && { thread }) };
    return rooms.tell(where, answer.message, answer.inWords);
  }
  await postAnswer(rooms, answer, { conversation, thread: inThread });
}

/** For everybody there to read. Never throws: what was done is done, whether or not anybody reads of it. */
export async function postAnswer(
  rooms: Rooms,
  answer: Illustrated,
  { conversation, thread }: Spot,
): Promise<void> {
  try {
    await sendIllustrated(answer, (message) => postPatiently(rooms, conversation, message, thread));
  } catch (error) {
    rooms.log.warn({ conversation, error: describe(error) }, 'could not answer words in Slack');
  }
}

interface Asked {
  userId: string;
  teamId: string;
  text: string;
  conversation: string;
  card: Ref | undefined;
  spot: Spot | undefined;
}

export interface Answered {
  /** `undefined` where a message of its own follows. */
  answer: Illustrated | undefined;
  /** For whoever asked alone: what the product says is, and whatever nothing came of. */
  isPrivate: boolean;
}

/** Never throws. */
export async function answerTo({ desk, users, illustrate, log }: Rooms, asked: Asked): Promise<Answered> {
  try {
    const user = await users.find(asked.userId, asked.teamId);
    const reply = await desk.say(user, asked.text, asked.conversation, asked.card, asked.spot);
    return await illustrated(illustrate, reply);
  } catch (error) {
    return { answer: { message: drawSentence(sentenceOf(error, log)) }, isPrivate: true };
  }
}

export async function illustrated(
  illustrate: Rooms['illustrate'],
  { view, private: isPrivate }: Reply,
): Promise<Answered> {
  return { answer: view.kind === 'none' ? undefined : await illustrate(view), isPrivate };
}

const LONGEST_WAIT_MS = 10_000;

/** Cards of the same room may have used up its one message a second; a person's answer waits once for its turn. */
async function postPatiently(
  { api }: Rooms,
  conversation: string,
  answer: Message,
  thread?: string,
): Promise<void> {
  const more = thread ? { thread } : {};
  try {
    await api.post(conversation, answer, more);
  } catch (error) {
    if (!(error instanceof FarSideError) || error.reason !== 'rate-limited') throw error;
    await sleep(Math.min(error.retryAfter ?? 1_000, LONGEST_WAIT_MS));
    await api.post(conversation, answer, more);
  }
}

const commandBody = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  text: z.string().default(''),
  response_url: z.string(),
});
const messageEvent = z.object({
  type: z.enum(['message', 'app_mention']),
  user: z.string(),
  text: z.string(),
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
  team: z.string().optional(),
  user_team: z.string().optional(),
});
