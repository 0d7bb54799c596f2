import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { SandboxPerson } from '../people.ts';
import { actingAs, type FarSide, viewFor } from './far-side.ts';
import { bot, team, VERIFICATION_TOKEN } from './ids.ts';
import type { JsonObject } from './json.ts';
import { channelOf, envelope } from './payload.ts';
import { type Answer, asForm, FORM } from './product.ts';
import { ControlRefusal } from './refusal.ts';
import type { Conversation } from './workspace.ts';

/** How long a forged press waits, after its answer, for the view that the product opens with it. */
const VIEW_MS = 300;
/** A workspace that has not installed the app. */
const FOREIGN_TEAM = { id: 'T0ELSEWHERE', domain: 'elsewhere' };

const common = {
  as: z.string(),
  channel: z.string(),
  /** As if it came from a workspace that is not ours. */
  elsewhere: z.boolean().default(false),
};

/**
 * What no message offers and no open view holds, sent all the same and signed as Slack signs: what would come of a
 * client that is not Slack's. The room need not be one that the person is in.
 */
export const forgery = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), ...common, text: z.string() }),
  z.object({
    kind: z.literal('press'),
    ...common,
    ts: z.string().default(''),
    action_id: z.string(),
    value: z.string(),
  }),
  z.object({
    kind: z.literal('submit'),
    ...common,
    callback_id: z.string(),
    private_metadata: z.string(),
    /** What is filled in, by block. */
    values: z.record(z.string(), z.string()).default({}),
    view_id: z.string().default(''),
  }),
]);
type Forgery = z.infer<typeof forgery>;

export async function forge(far: FarSide, asked: Forgery): Promise<object> {
  const person = actingAs(asked.as);
  const room = far.workspace.conversation(asked.channel);
  if (!room) throw new ControlRefusal(`No conversation "${asked.channel}".`, 404);
  switch (asked.kind) {
    case 'command':
      return type(far, person, room, asked);
    case 'press':
      return press(far, person, room, asked);
    case 'submit':
      return submit(far, person, asked);
  }
}

async function type(
  far: FarSide,
  person: SandboxPerson,
  room: Conversation,
  { text, elsewhere }: Extract<Forgery, { kind: 'command' }>,
): Promise<Answer> {
  const { id: channel_id, name: channel_name } = channelOf(room);
  const { id: team_id, domain: team_domain } = elsewhere ? FOREIGN_TEAM : team;
  const body = {
    ...{ token: VERIFICATION_TOKEN, team_id, team_domain, channel_id, channel_name },
    ...{ user_id: person.slackId, user_name: person.id, command: '/soc', text },
    ...{ api_app_id: bot.app, is_enterprise_install: 'false' },
    response_url: far.responseUrls.issue({ user: person.slackId, room }),
    trigger_id: far.triggers.issue(person.slackId).id,
  };
  return far.product.ask('Typing what nobody typed', asForm(body), FORM);
}

async function press(
  far: FarSide,
  person: SandboxPerson,
  room: Conversation,
  { ts, action_id, value, elsewhere }: Extract<Forgery, { kind: 'press' }>,
): Promise<object> {
  const trigger = far.triggers.issue(person.slackId);
  const { status, body } = await send(far, 'Pressing what is not there', {
    ...envelope('block_actions', person),
    ...(elsewhere && { team: FOREIGN_TEAM }),
    container: { type: 'message', message_ts: ts, channel_id: room.id, is_ephemeral: false },
    channel: channelOf(room),
    trigger_id: trigger.id,
    response_url: far.responseUrls.issue({ user: person.slackId, room, ts }),
    actions: [{ type: 'button', action_id, block_id: 'forged', action_ts: far.workspace.nextTs(), value }],
  });
  const opened = trigger.used.then(() => far.workspace.topView(person.slackId));
  const top = status === 200 ? await Promise.race([opened, sleep(VIEW_MS, undefined)]) : undefined;
  // Nobody looks at it.
  if (top) {
    const open = viewFor(far.workspace, top.id, person);
    far.workspace.views = far.workspace.views.filter((one) => one !== open);
  }
  return { status, body, ...(top && { view: top.view }) };
}

async function submit(
  far: FarSide,
  person: SandboxPerson,
  asked: Extract<Forgery, { kind: 'submit' }>,
): Promise<Answer> {
  const { callback_id, private_metadata, view_id, values, elsewhere } = asked;
  const held = Object.entries(values).map(([id, value]) => [
    id,
    { forged: { type: 'plain_text_input', value } },
  ]);
  return send(far, 'Submitting what was not open', {
    ...envelope('view_submission', person),
    ...(elsewhere && { team: FOREIGN_TEAM }),
    trigger_id: far.triggers.issue(person.slackId).id,
    view: {
      ...{ id: view_id, type: 'modal', app_id: bot.app, callback_id, private_metadata },
      blocks: Object.keys(values).map((id) => ({ type: 'input', block_id: id })),
      state: { values: Object.fromEntries(held) },
    },
    response_urls: [],
  });
}

function send(far: FarSide, what: string, payload: JsonObject): Promise<Answer> {
  return far.product.ask(what, asForm({ payload: JSON.stringify(payload) }), FORM);
}
