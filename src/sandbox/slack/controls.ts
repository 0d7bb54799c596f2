import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import { pictureTypeOf } from './check-pictures.ts';
import { rotation } from './credentials.ts';
import type { FarSide } from './far-side.ts';
import { forge, forgery } from './forge.ts';
import { openHomeTab } from './home.ts';
import { bot } from './ids.ts';
import { changeMembership, membershipChange } from './membership.ts';
import { press } from './press.ts';
import { ControlRefusal } from './refusal.ts';
import { type SlackState, stateOf } from './state.ts';
import { close, submit } from './submit.ts';
import { suggest } from './suggest.ts';
import { command, say } from './typing.ts';

const as = z.string();
/** A message by channel and ts, or an open view. */
const place = { channel: z.string().optional(), ts: z.string().optional(), view_id: z.string().optional() };
const values = z.record(z.string(), z.record(z.string(), z.unknown()));

const bodies = {
  press: z.looseObject({
    as,
    ...place,
    action_id: z.string(),
    block_id: z.string().optional(),
    value: z.unknown().optional(),
    values: values.optional(),
  }),
  suggest: z.object({ as, ...place, block_id: z.string(), action_id: z.string(), value: z.string() }),
  submit: z.object({ as, view_id: z.string(), values: values.default({}) }),
  home: z.object({ as }),
  close: z.object({ as, view_id: z.string() }),
  command: z.object({ as, channel: z.string(), text: z.string().default('') }),
  rooms: z.object({ count: z.number().int().min(1).max(100) }),
  room: z.object({ channel: z.string(), change: z.enum(['invite', 'remove', 'archive', 'unarchive']) }),
  mention: z.object({ as, channel: z.string(), text: z.string(), thread_ts: z.string().optional() }),
};

/** `/api/slack…`: what people do in Slack, as docs/sandbox.md lists it. */
export function mountControls(plain: Server, far: FarSide): void {
  const control = <T>(path: string, body: z.ZodType<T>, act: (far: FarSide, asked: T) => Promise<object>) =>
    plain.post(`/api/slack/${path}`, async (request: Request, response: Response) => {
      const asked = body.safeParse(request.body ?? {});
      if (!asked.success) return send(response, 400, { error: z.prettifyError(asked.error) });
      await answer(response, () => act(far, asked.data));
    });

  control('press', bodies.press, press);
  control('suggest', bodies.suggest, suggest);
  control('submit', bodies.submit, submit);
  control('home', bodies.home, openHomeTab);
  control('close', bodies.close, close);
  control('command', bodies.command, command);
  control('mention', bodies.mention, say);
  control('forge', forgery, forge);
  control('rooms', bodies.rooms, async ({ workspace }, { count }) => ({ rooms: workspace.openRooms(count) }));
  control('room', bodies.room, changeRoom);
  control('rotate', rotation, async ({ credentials }, asked) => credentials.rotate(asked));
  control('membership', membershipChange, changeMembership);

  plain.get('/api/slack', async (_request: Request, response: Response) => {
    send(response, 200, stateOf(far.workspace) satisfies SlackState);
  });
  plain.get('/api/slack/files/:id', async (request: Request, response: Response) => {
    const content = far.workspace.files.get(String(request.params.id));
    if (!content) return send(response, 404, { error: 'There is no such file.' });
    // Whatever else is in it, no browser is to run it.
    response.sendRaw(200, content, {
      'content-type': pictureTypeOf(content) ?? 'application/octet-stream',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
    });
  });
  plain.del('/api/slack/messages/:channel/:ts', async (request: Request, response: Response) => {
    await answer(response, async () => {
      const { channel, ts } = request.params;
      const room = far.workspace.conversation(channel);
      if (!room || !far.workspace.message(channel, ts))
        throw new ControlRefusal(`No message ${ts} in ${channel}.`, 404);
      far.workspace.remove(room, ts);
      return {};
    });
  });
}

/** What a person does to a room: takes the bot out and invites it again, archives it and brings it back. */
async function changeRoom(
  { workspace }: FarSide,
  { channel, change }: z.infer<typeof bodies.room>,
): Promise<object> {
  const room = workspace.conversation(channel);
  if (!room) throw new ControlRefusal(`No conversation "${channel}".`, 404);
  const others = room.members.filter((member) => member !== bot.user);
  switch (change) {
    case 'invite':
      room.members = [...others, bot.user];
      break;
    case 'remove':
      room.members = others;
      break;
    case 'archive':
    case 'unarchive':
      room.archived = change === 'archive';
  }
  workspace.changed();
  return { channel, joined: room.members.includes(bot.user), archived: room.archived ?? false };
}

async function answer(response: Response, act: () => Promise<object>): Promise<void> {
  try {
    send(response, 200, await act());
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    send(response, error.status, { error: error.message });
  }
}

function send(response: Response, status: number, body: object): void {
  response.send(status, body);
}
