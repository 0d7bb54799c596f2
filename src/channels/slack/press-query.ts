import { z } from 'zod';
import type { Reply, Spot } from '../channel.ts';
import { queryVerbs } from '../query-view.ts';
import { untilDue } from './deadline.ts';
import { drawDialog } from './dialog.ts';
import { isDirect } from './direct.ts';
import { type Rooms, type Told, tellAll } from './press.ts';
import { type Pressed, readPressed } from './pressed.ts';
import { asksFirst } from './query-button.ts';
import { sentenceOf } from './tell.ts';

/** Somebody pressed a button of a query. The message itself changes from the queue. */
export async function pressQuery(
  rooms: Rooms,
  body: unknown,
  ack: () => Promise<void>,
  context: object,
): Promise<void> {
  const press = readPressed(body);
  const carried = queryButton.parse(press.action);
  const work = act(rooms, press, carried);
  await untilDue(work, context);
  await ack();
  await tellAll(rooms, press.where, await work);
}

async function act({ api, desk, users, log }: Rooms, press: Pressed, carried: Carried): Promise<Told> {
  const { where, triggerId } = press;
  const { verb, query, argument } = carried;
  try {
    const user = await users.find(where.userId, press.teamId);
    if (argument !== asksFirst) return { said: (await desk.pressQuery(user, verb, query, argument)).told };
    const dialog = await desk.openQuery(user, verb, query);
    await api.openView(triggerId, drawDialog(dialog, where.conversation, where.thread));
    return { said: '' };
  } catch (error) {
    return { said: sentenceOf(error, log) };
  }
}

/** Somebody pressed Run beside a hunt that was offered. */
export async function runHunt(
  rooms: Rooms,
  body: unknown,
  ack: () => Promise<void>,
  context: object,
): Promise<void> {
  const press = readPressed(body);
  const { value: hunt } = huntButton.parse(press.action);
  const work = run(rooms, press, hunt);
  await untilDue(work, context);
  await ack();
  await tellAll(rooms, press.where, await work);
}

async function run(rooms: Rooms, press: Pressed, hunt: string): Promise<Told> {
  const { where, message, isPrivate } = press;
  const { conversation, thread } = where;
  try {
    const user = await rooms.users.find(where.userId, press.teamId);
    const card = thread ? { conversation, message: thread } : undefined;
    // What was offered to one person alone is answered to them alone.
    const spot: Spot = isPrivate
      ? { conversation: await rooms.direct(where.userId), thread: undefined }
      : { conversation, thread: thread ?? (isDirect(conversation) ? undefined : message) };
    const reply: Reply = await rooms.desk.runHunt(user, hunt, conversation, card, spot);
    return { said: '', reply: reply.view };
  } catch (error) {
    return { said: sentenceOf(error, rooms.log) };
  }
}

type Carried = z.infer<typeof queryButton>;

const queryButton = z
  .object({ action_id: z.string(), value: z.string() })
  .transform(({ action_id, value }) => {
    const cut = value.indexOf(':');
    return {
      verb: action_id.slice('query:'.length),
      query: value.slice(0, cut),
      argument: value.slice(cut + 1),
    };
  })
  .pipe(z.object({ verb: z.enum(queryVerbs), query: z.uuid(), argument: z.string() }));
const huntButton = z.object({ value: z.string().min(1) });
