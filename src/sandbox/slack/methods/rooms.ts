import { type Args, textArg } from '../args.ts';
import { bot } from '../ids.ts';
import type { SlackMessage } from '../message.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Conversation, Workspace } from '../workspace.ts';

/** The conversation a call names, by its id. Throws `channel_not_found`. */
export function roomOf(workspace: Workspace, args: Args): Conversation {
  const room = workspace.conversation(textArg(args, 'channel') ?? '');
  if (!room) throw new SlackRefusal('channel_not_found');
  return room;
}

/** As roomOf, and the bot has to be in it. Throws `not_in_channel`. */
export function joinedRoomOf(workspace: Workspace, args: Args): Conversation {
  const room = roomOf(workspace, args);
  if (!room.members.includes(bot.user)) throw new SlackRefusal('not_in_channel');
  return room;
}

/** As joinedRoomOf, and it has to be open to writing. Throws `is_archived`. */
export function writableRoomOf(workspace: Workspace, args: Args): Conversation {
  const room = joinedRoomOf(workspace, args);
  if (room.archived) throw new SlackRefusal('is_archived');
  return room;
}

/** As writableRoomOf; posting also takes a user's id for the direct chat with that user. */
export function postableRoomOf(workspace: Workspace, args: Args): Conversation {
  const user = textArg(args, 'channel') ?? '';
  const direct = workspace.conversations.find((one) => one.kind === 'direct' && one.members[0] === user);
  return direct ?? writableRoomOf(workspace, args);
}

/** A message as the Web API returns it; metadata only where it was asked for. */
export function withoutMetadata({ metadata: _metadata, ...message }: SlackMessage): SlackMessage {
  return message;
}
