import { z } from 'zod';
import { runVerbs } from '../run-view.ts';
import { untilDue } from './deadline.ts';
import { drawDialog } from './dialog.ts';
import { type Rooms, type Told, tellAll } from './press.ts';
import { type Pressed, readPressed } from './pressed.ts';
import { sentenceOf } from './tell.ts';

/** Somebody pressed a button of a run. The message itself changes from the queue. */
export async function pressRun(
  rooms: Rooms,
  body: unknown,
  ack: () => Promise<void>,
  context: object,
): Promise<void> {
  const pressed = readPressed(body);
  const work = act(rooms, pressed, runButton.parse(pressed.action));
  await untilDue(work, context);
  await ack();
  await tellAll(rooms, pressed.where, await work);
}

async function act(
  { api, desk, users, log }: Rooms,
  { where, teamId, triggerId }: Pressed,
  { verb, run, revision, asksFirst }: z.infer<typeof runButton>,
): Promise<Told> {
  try {
    const user = await users.find(where.userId, teamId);
    if (!asksFirst) return { said: (await desk.pressRun(user, verb, run, revision)).told };
    const dialog = await desk.openRun(user, verb, run, revision);
    await api.openView(triggerId, drawDialog(dialog, where.conversation, where.thread));
    return { said: '' };
  } catch (error) {
    return { said: sentenceOf(error, log) };
  }
}

const runButton = z
  .object({ action_id: z.string(), value: z.string() })
  .transform(({ action_id, value }) => {
    const [run, revision, dialog] = value.split(':');
    return { verb: action_id.slice('run:'.length), run, revision, asksFirst: dialog === 'dialog' };
  })
  .pipe(
    z.object({
      verb: z.enum(runVerbs),
      run: z.uuid(),
      revision: z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
      asksFirst: z.boolean(),
    }),
  );
