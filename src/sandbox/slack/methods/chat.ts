import { type Args, flagArg, neededArg, textArg } from '../args.ts';
import { type Draft, fallbackOf, readDraft, refuseEmpty, withAttachmentIds, withIds } from '../draft.ts';
import { bot, team } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import type { Posted } from '../message.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Conversation, Workspace } from '../workspace.ts';
import type { Method } from './method.ts';
import { postableRoomOf, roomOf, writableRoomOf } from './rooms.ts';

export const chat: Record<string, Method> = {
  'chat.postMessage': ({ workspace }, args) => {
    const room = postableRoomOf(workspace, args);
    const draft = readDraft(args, workspace.files);
    refuseEmpty(draft);
    const { text, warnings } = cut(fallbackOf(draft));
    const posted = post(workspace, room, { ...draft, text }, threadOf(room, args), {
      username: textArg(args, 'username'),
      isBroadcast: flagArg(args, 'reply_broadcast'),
    });
    return { channel: room.id, ts: posted.message.ts, message: posted.message, ...warnings };
  },

  'chat.update': ({ workspace }, args) => {
    const room = writableRoomOf(workspace, args);
    const posted = ownMessage(workspace, room, args, 'cant_update_message');
    const draft = readDraft(args, workspace.files);
    if (draft.text === undefined && !draft.blocks && !draft.attachments) throw new SlackRefusal('no_text');
    const isBroadcast = posted.message.subtype === 'thread_broadcast';
    if (flagArg(args, 'reply_broadcast') && !isBroadcast)
      throw new SlackRefusal('no_dual_broadcast_content_update');
    if ([...(draft.text ?? '')].length > limits.editedText) throw new SlackRefusal('msg_too_long');
    edit(workspace, posted, draft);
    const { ts, text } = posted.message;
    return { channel: room.id, ts, text, message: posted.message };
  },

  'chat.delete': ({ workspace }, args) => {
    const room = writableRoomOf(workspace, args);
    const { message } = ownMessage(workspace, room, args, 'cant_delete_message');
    workspace.remove(room, message.ts);
    return { channel: room.id, ts: message.ts };
  },

  'chat.postEphemeral': ({ workspace }, args) => {
    const room = writableRoomOf(workspace, args);
    const user = neededArg(args, 'user');
    if (!room.members.includes(user)) throw new SlackRefusal('user_not_in_channel');
    const draft = readDraft(args, workspace.files);
    refuseEmpty(draft);
    const ts = whisper(workspace, room, user, draft, threadOf(room, args));
    return { message_ts: ts };
  },

  'chat.getPermalink': ({ workspace }, args) => {
    const room = roomOf(workspace, args);
    const ts = neededArg(args, 'message_ts');
    if (!workspace.message(room.id, ts)) throw new SlackRefusal('message_not_found');
    return {
      channel: room.id,
      permalink: `https://${team.domain}.slack.com/archives/${room.id}/p${ts.replace('.', '')}`,
    };
  },
};

/** Posts in the bot's name. A reply that is broadcast is seen in the room as well; outside a thread it is what others are. */
export function post(
  workspace: Workspace,
  room: Conversation,
  draft: Draft,
  thread: string | undefined,
  { username, isBroadcast }: { username?: string | undefined; isBroadcast?: boolean } = {},
): Posted {
  const metadata = draft.metadata && Object.keys(draft.metadata).length > 0 ? draft.metadata : undefined;
  const posted: Posted = {
    writes: 1,
    message: defined({
      type: 'message' as const,
      subtype: thread && isBroadcast ? ('thread_broadcast' as const) : undefined,
      ts: workspace.nextTs(),
      thread_ts: thread,
      team: team.id,
      user: bot.user,
      username,
      bot_id: bot.id,
      app_id: bot.app,
      text: fallbackOf(draft),
      blocks: withIds(draft.blocks),
      attachments: withAttachmentIds(draft.attachments),
      metadata,
    }),
  };
  room.messages.push(posted);
  workspace.changed();
  return posted;
}

/** A new text without blocks takes the blocks away; attachments and metadata stay until replaced by empty ones. */
export function edit(workspace: Workspace, posted: Posted, draft: Draft): void {
  const old = posted.message;
  const metadata = draft.metadata ?? old.metadata;
  posted.writes += 1;
  posted.message = defined({
    ...old,
    text: draft.text ?? (draft.blocks ? fallbackOf(draft) : old.text),
    blocks: draft.blocks || draft.text !== undefined ? withIds(draft.blocks) : old.blocks,
    attachments: draft.attachments ? withAttachmentIds(draft.attachments) : old.attachments,
    metadata: metadata && Object.keys(metadata).length > 0 ? metadata : undefined,
    edited: { user: bot.user, ts: workspace.nextTs() },
  });
  workspace.changed();
}

/** A message that one person sees, until they reload. */
export function whisper(
  workspace: Workspace,
  room: Conversation,
  user: string,
  draft: Draft,
  thread?: string,
): string {
  const ts = workspace.nextTs();
  const whispered = defined({
    user,
    channel: room.id,
    thread_ts: thread,
    ts,
    text: fallbackOf(draft),
    blocks: withIds(draft.blocks),
    attachments: withAttachmentIds(draft.attachments),
  });
  workspace.ephemerals = [...workspace.ephemerals, whispered].slice(-200);
  workspace.changed();
  return ts;
}

export function threadOf(room: Conversation, args: Args): string | undefined {
  const ts = textArg(args, 'thread_ts');
  if (!ts) return undefined;
  const parent = room.messages.find(({ message }) => message.ts === ts);
  if (!parent) throw new SlackRefusal('thread_not_found');
  return parent.message.thread_ts ?? ts;
}

function ownMessage(workspace: Workspace, room: Conversation, args: Args, refusal: string): Posted {
  const posted = workspace.message(room.id, neededArg(args, 'ts'));
  if (!posted || posted.message.subtype === 'tombstone') throw new SlackRefusal('message_not_found');
  if (posted.message.bot_id !== bot.id) throw new SlackRefusal(refusal);
  return posted;
}

/** Slack cuts a text that is too long and says so in a warning. */
function cut(text: string): { text: string; warnings: JsonObject } {
  const characters = [...text];
  if (characters.length <= limits.postedText) return { text, warnings: {} };
  const warning = 'message_truncated';
  return {
    text: characters.slice(0, limits.postedText).join(''),
    warnings: { warning, response_metadata: { warnings: [warning] } },
  };
}

/** Without the keys that hold nothing: an absent part is absent in what Slack sends. */
function defined<T extends object>(value: T): T {
  for (const key of Object.keys(value))
    if (Reflect.get(value, key) === undefined) Reflect.deleteProperty(value, key);
  return value;
}
