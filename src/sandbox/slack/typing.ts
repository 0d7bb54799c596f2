import { sendEvent } from './events.ts';
import { actingAs, type FarSide, roomFor } from './far-side.ts';
import { bot, team, teamOf, VERIFICATION_TOKEN } from './ids.ts';
import { isObject } from './json.ts';
import type { Posted } from './message.ts';
import { channelOf } from './payload.ts';
import { asForm, FORM } from './product.ts';
import { ControlRefusal, SlackRefusal } from './refusal.ts';
import { respond } from './response-urls.ts';

/** Typing `/soc …`. A leading `/soc` in `text` is not sent twice. The answer shows to that person, or in the room. */
export async function command(
  far: FarSide,
  asked: { as: string; channel: string; text: string },
): Promise<{ status: number; body: unknown }> {
  const person = actingAs(asked.as);
  const room = roomFor(far.workspace, asked.channel, person);
  const place = { user: person.slackId, room };
  const channel = channelOf(room);
  const raw = asForm({
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: person.slackId,
    user_name: person.id,
    command: '/soc',
    text: asTyped(asked.text.replace(/^\/soc\s*/, '')),
    api_app_id: bot.app,
    is_enterprise_install: 'false',
    response_url: far.responseUrls.issue(place),
    trigger_id: far.triggers.issue(person.slackId).id,
  });
  const { status, body } = await far.product.ask(`/soc ${asked.text}`, raw, FORM);
  const shown = isObject(body) ? body : typeof body === 'string' && body ? { text: body } : undefined;
  if (status !== 200 || !shown || Object.keys(shown).length === 0) return { status, body };
  try {
    respond(far.workspace, place, shown);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    far.workspace.note(`Slack refuses the answer to /soc ${asked.text}: ${error.error}.`);
  }
  return { status, body };
}

/** Writing in a room, a thread or a direct chat. The product hears of it where it is mentioned or written to. */
export async function say(
  far: FarSide,
  asked: { as: string; channel: string; text: string; thread_ts?: string },
): Promise<{ status: number; ts: string }> {
  const person = actingAs(asked.as);
  const room = roomFor(far.workspace, asked.channel, person);
  if (asked.thread_ts && !far.workspace.message(room.id, asked.thread_ts))
    throw new ControlRefusal(`No message ${asked.thread_ts} in ${room.name}.`, 404);

  const ts = far.workspace.nextTs();
  const text = asTyped(asked.text);
  const thread = asked.thread_ts ? { thread_ts: asked.thread_ts } : {};
  const from = { user: person.slackId, team: teamOf(person.slackId), ...(person.kind === 'bot' && robot) };
  const posted: Posted = { writes: 1, message: { type: 'message', ...from, text, ts, ...thread } };
  room.messages.push(posted);
  far.workspace.changed();

  const direct = room.kind === 'direct';
  if (!direct && !text.includes(`<@${bot.user}>`)) return { status: 200, ts };
  const event = {
    ...posted.message,
    type: direct ? 'message' : 'app_mention',
    ...(direct && { channel_type: 'im' }),
    channel: room.id,
    event_ts: ts,
  };
  return { status: await sendEvent(far, event), ts };
}

/** What another app's message says of its sender. */
const robot = { bot_id: 'B0ROBO', app_id: 'A0ROBO' };

/** What Slack makes of typed text: three characters escaped, the bot's name a mention, addresses links. */
const asTyped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@watchfloor\b/gi, `<@${bot.user}>`)
    .replaceAll(`&lt;@${bot.user}&gt;`, `<@${bot.user}>`)
    .replaceAll(/\bhttps?:\/\/[^\s<>|]+/g, (url) => `<${url}>`)
    .replaceAll(/(?<![\w/:<@.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, (mail) => `<mailto:${mail}|${mail}>`);
