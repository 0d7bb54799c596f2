import type { Spot } from '../channel.ts';

/** A conversation id taken apart: Teams writes a thread as `19:…@thread.tacv2;messageid=1700000000000`. */
export interface Place {
  /** The channel or chat. */
  room: string;
  /** The thread's first message; `undefined` outside a thread. */
  root: string | undefined;
}

export function readPlace(conversation: string): Place {
  const [room = conversation, root] = conversation.split(';messageid=');
  return { room, root };
}

export function threadOf(room: string, root: string): string {
  return isTeamChannel(room) ? `${room};messageid=${root}` : room;
}

/** Only channels of a team have threads; group and personal chats are one stream. */
export function isTeamChannel(room: string): boolean {
  return /^19:.+@thread\.(tacv2|skype)$/.test(room);
}

/** Where an answer goes that follows as a message of its own: the thread of what was said, where rooms have threads. */
export function readSpot({ conversation, id }: { conversation: { id: string }; id: string }): Spot {
  const { room, root } = readPlace(conversation.id);
  return { conversation: room, thread: isTeamChannel(room) ? (root ?? id) : undefined };
}
