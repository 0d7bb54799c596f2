import { z } from 'zod';
import type { Log } from '../../log.ts';
import type { Desk, Outcome } from '../channel.ts';
import type { ReplyView } from '../views.ts';
import type { Api } from './api.ts';
import { untilDue } from './deadline.ts';
import { drawDetailsModal } from './details.ts';
import { drawDialog } from './dialog.ts';
import type { Illustrate } from './illustrate.ts';
import { readPressed } from './pressed.ts';
import { drawSentence } from './reply.ts';
import { sentenceOf, type Tell, type Whereabouts } from './tell.ts';
import type { Users } from './users.ts';
import { buttonVerb } from './verbs.ts';

export interface Rooms {
  api: Api;
  desk: Desk;
  users: Users;
  /** The direct chat with a person. */
  direct(userId: string): Promise<string>;
  illustrate: Illustrate;
  tell: Tell;
  log: Log;
}

/**
 * Somebody pressed a button of a card. The work comes before the receipt, so that what Slack shows as done is
 * done; when it takes too long the receipt goes first and the person is told afterwards.
 */
export async function press(
  rooms: Rooms,
  body: unknown,
  ack: () => Promise<void>,
  context: object,
): Promise<void> {
  const pressed = readPress(body);
  const work = act(rooms, pressed);
  await untilDue(work, context);
  await ack();
  await tellAll(rooms, pressed.where, await work);
}

/** What the presser alone is to read. */
export interface Told {
  said: string;
  reply?: ReplyView;
}

export async function tellAll(rooms: Rooms, where: Whereabouts, { said, reply }: Told): Promise<void> {
  if (said) await rooms.tell(where, drawSentence(said));
  if (!reply || reply.kind === 'none') return;
  const { message, inWords } = await rooms.illustrate(reply);
  await rooms.tell(where, message, inWords);
}

export function toldOf({ told, reply }: Outcome): Told {
  return { said: told, ...(reply && { reply }) };
}

async function act({ api, desk, users, log }: Rooms, pressed: Press): Promise<Told> {
  const { verb, incident, version, where } = pressed;
  try {
    const user = await users.find(where.userId, pressed.teamId);
    if (verb === 'details') {
      const outcome = await desk.press(user, verb, incident, version);
      if (outcome.reply?.kind !== 'details') return toldOf(outcome);
      await api.openView(pressed.triggerId, drawDetailsModal(outcome.reply.details));
      return { said: '' };
    }
    if (!pressed.dialog) return toldOf(await desk.press(user, verb, incident, version));
    const dialog = await desk.open(user, verb, incident, version);
    await api.openView(pressed.triggerId, drawDialog(dialog, where.conversation));
    return { said: '' };
  } catch (error) {
    return { said: sentenceOf(error, log) };
  }
}

type Press = ReturnType<typeof readPress>;

function readPress(body: unknown) {
  const pressed = readPressed(body);
  const carried = pressed.action.value ?? pressed.action.selected_option?.value ?? '';
  const [incident, version, verb, dialog] = carried.split(':');
  return { ...pressed, ...parsed.parse({ incident, version, verb }), dialog: dialog === 'dialog' };
}

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const parsed = z.object({ incident: count, version: count, verb: buttonVerb });
