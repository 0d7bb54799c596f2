import { type Args, flagArg, limitArg, neededArg, textArg } from '../args.ts';
import { bot } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Posted } from '../message.ts';
import { SlackRefusal } from '../refusal.ts';
import { type Conversation, repliesTo } from '../workspace.ts';
import type { Method } from './method.ts';
import { joinedRoomOf, roomOf, withoutMetadata } from './rooms.ts';

export const conversations: Record<string, Method> = {
  'conversations.info': ({ workspace }, args) => ({ channel: describe(roomOf(workspace, args)) }),

  /** Newest first, without replies save those that are broadcast. */
  'conversations.history': ({ workspace }, args) => {
    const room = joinedRoomOf(workspace, args);
    const top = room.messages.filter(
      ({ message: { ts, thread_ts, subtype } }) =>
        !thread_ts || thread_ts === ts || subtype === 'thread_broadcast',
    );
    return page(room, within(top, args).reverse(), args);
  },

  /** The parent, then its replies, oldest first. */
  'conversations.replies': ({ workspace }, args) => {
    const room = joinedRoomOf(workspace, args);
    const ts = neededArg(args, 'ts');
    const named = room.messages.find(({ message }) => message.ts === ts);
    if (!named) throw new SlackRefusal('thread_not_found');
    const root = named.message.thread_ts ?? ts;
    const parent = room.messages.filter(({ message }) => message.ts === root);
    return page(room, [...parent, ...within(repliesTo(room, root), args)], args);
  },

  'conversations.open': ({ workspace }, args) => {
    const named = textArg(args, 'users');
    if (!named) throw new SlackRefusal('users_list_not_supplied');
    const users = named.split(',');
    // Group chats are not part of the sandbox.
    if (users.length > 1) throw new SlackRefusal('too_many_users');
    if (users[0] === bot.user) throw new SlackRefusal('cannot_dm_bot');
    const direct = workspace.conversations.find(
      (one) => one.kind === 'direct' && one.members[0] === users[0],
    );
    if (!direct) throw new SlackRefusal('user_not_found');
    return {
      no_op: true,
      already_open: true,
      channel: flagArg(args, 'return_im') ? describe(direct) : { id: direct.id },
    };
  },

  'conversations.members': ({ workspace }, args) => ({
    members: roomOf(workspace, args).members,
    response_metadata: { next_cursor: '' },
  }),
};

function describe(room: Conversation): JsonObject {
  const joined = room.members.includes(bot.user);
  if (room.kind === 'direct')
    return { id: room.id, created: 1_700_000_000, is_im: true, is_org_shared: false, user: room.members[0] };
  return {
    id: room.id,
    name: room.name,
    name_normalized: room.name,
    created: 1_700_000_000,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_archived: room.archived ?? false,
    is_general: false,
    is_shared: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
    is_org_shared: false,
    is_member: joined,
    num_members: room.members.length,
  };
}

function within(messages: Posted[], args: Args): Posted[] {
  const oldest = Number(textArg(args, 'oldest') ?? 0);
  const latest = Number(textArg(args, 'latest') || Number.POSITIVE_INFINITY);
  const inclusive = flagArg(args, 'inclusive');
  return messages.filter(({ message }) => {
    const ts = Number(message.ts);
    return inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
  });
}

function page(room: Conversation, messages: Posted[], args: Args): JsonObject {
  const limit = limitArg(args, 'limit', 100, 999);
  const from = readCursor(textArg(args, 'cursor'));
  const more = messages.length > from + limit;
  const shown = messages.slice(from, from + limit).map(({ message }) => {
    const replies = repliesTo(room, message.ts);
    return {
      ...(flagArg(args, 'include_all_metadata') ? message : withoutMetadata(message)),
      ...(replies.length > 0 && {
        thread_ts: message.ts,
        reply_count: replies.length,
        latest_reply: replies.at(-1)?.message.ts,
      }),
    };
  });
  const cursor = more ? Buffer.from(`next:${from + limit}`).toString('base64') : '';
  return { messages: shown, has_more: more, ...(more && { response_metadata: { next_cursor: cursor } }) };
}

function readCursor(cursor: string | undefined): number {
  if (!cursor) return 0;
  const [, from] = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (from === undefined) throw new SlackRefusal('invalid_cursor');
  return Number(from);
}
