import type { HomeView } from '@slack/types';
import { z } from 'zod';
import { describe } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import { drawHomeTab, drawSaidTab } from './home-tab.ts';
import type { Rooms } from './press.ts';
import { readSaid } from './press-words.ts';
import { readPressed } from './pressed.ts';
import { sentenceOf } from './tell.ts';
import { postAnswer } from './words.ts';

/** Somebody opened their Home tab: it is drawn anew each time. */
export async function openHome(rooms: Rooms, event: unknown): Promise<void> {
  const { data: opened } = safeParse(homeOpened, event);
  if (opened?.tab === 'home') await showHome(rooms, { userId: opened.user, teamId: '' }, '');
}

/** Whether something was pressed in a Home tab, which is in no conversation. */
export function isAtHome(body: unknown): boolean {
  return safeParse(atHome, body).error === undefined;
}

/** Whoever presses there has said the words, in their direct chat. The tab is drawn anew, with what they are told. */
export async function pressAtHome(rooms: Rooms, body: unknown, ack: () => Promise<void>): Promise<void> {
  const pressed = readPressed(body);
  const who = { userId: pressed.where.userId, teamId: pressed.teamId };
  await ack();
  const words = readSaid(pressed);
  await showHome(rooms, who, words === refresh ? '' : await say(rooms, who, words));
}

interface Who {
  userId: string;
  teamId: string;
}

/** To refresh is to show it, and that alone. */
const refresh = 'dashboard';
const elsewhere = 'I have answered in our direct chat, under Messages.';

/** The sentence that came of it; what is more than a sentence is posted into the direct chat. Never throws. */
async function say(rooms: Rooms, { userId, teamId }: Who, words: string): Promise<string> {
  try {
    const user = await rooms.users.find(userId, teamId);
    const conversation = await rooms.direct(userId);
    const spot = { conversation, thread: undefined };
    const { view } = await rooms.desk.say(user, words, conversation, undefined, spot);
    if (view.kind === 'text') return view.text;
    if (view.kind !== 'none') await postAnswer(rooms, await rooms.illustrate(view), spot);
    return elsewhere;
  } catch (error) {
    return sentenceOf(error, rooms.log);
  }
}

/** Never throws: whoever opens it again sees it again. */
async function showHome(rooms: Rooms, { userId, teamId }: Who, said: string): Promise<void> {
  const { api, desk, users, log } = rooms;
  try {
    const user = await users.find(userId, teamId);
    await api.publishHome(userId, drawHomeTab(await desk.home(user), said));
  } catch (error) {
    await publishInstead(rooms, userId, drawSaidTab(sentenceOf(error, log)));
  }
}

async function publishInstead({ api, log }: Rooms, userId: string, view: HomeView): Promise<void> {
  try {
    await api.publishHome(userId, view);
  } catch (error) {
    log.warn({ user: userId, error: describe(error) }, 'could not show a Home tab');
  }
}

const homeOpened = z.object({ user: z.string(), tab: z.string() });
const atHome = z.object({ view: z.object({ type: z.literal('home') }) });
