import { readPlace } from './place.ts';

/** Which service URL a conversation was last heard from. */
export interface Conversations {
  remember(id: string, serviceUrl: string): Promise<void>;
  recall(id: string): Promise<string | undefined>;
}

/** Which regional Bot Connector serves a room: learnt from what we hear from there. */
export function createServiceUrls(conversations: Conversations, fallback: string) {
  // Rooms rarely move; writing the same row for every message would be a write a message.
  const known = new Map<string, string>();

  return {
    async learn(conversation: string, serviceUrl: string): Promise<void> {
      const { room } = readPlace(conversation);
      if (known.get(room) === serviceUrl) return;
      await conversations.remember(room, serviceUrl);
      known.set(room, serviceUrl);
    },
    async of(room: string): Promise<string> {
      return known.get(room) ?? (await conversations.recall(room)) ?? fallback;
    },
  };
}
