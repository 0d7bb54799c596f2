import { FarSideError } from '../../errors.ts';
import type { Api } from './api.ts';

/**
 * Finds the direct chat with a person. Slack gives the same one each time, so it is asked once a process.
 * The function throws `FarSideError`: `auth` where Slack lets us open none, for a person who is not there,
 * is deactivated or is a bot; `isOurs` where it is our own token that is not taken.
 */
export function createDirect(api: Api): (userId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (userId) => {
    const kept = known.get(userId);
    if (kept) return kept;
    const answer = await api.openDirect(userId).catch(closed);
    const conversation = answer.channel?.id;
    if (!conversation)
      throw new FarSideError('slack', 'unavailable', 'Slack conversations.open: the answer names no chat.');
    known.set(userId, conversation);
    return conversation;
  };
}

/** Ids of direct chats begin so. https://docs.slack.dev/reference/objects/conversation-object */
export function isDirect(conversation: string): boolean {
  return conversation.startsWith('D');
}

/** A person who is gone is a chat that cannot be opened: no message of ours is missing. */
function closed(error: unknown): never {
  if (error instanceof FarSideError && error.reason === 'not-found')
    throw new FarSideError('slack', 'auth', error.message);
  throw error;
}
