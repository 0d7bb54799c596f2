import type { Channel } from '../channel.ts';
import type { Connector } from './connector.ts';
import { drawCard } from './draw-card.ts';
import { drawLog } from './draw-log.ts';
import { cardMessage } from './message.ts';
import { isTeamChannel, readPlace, threadOf } from './place.ts';

/**
 * Cards and logs in Teams. A card's `Ref` holds the channel and the thread's first message; a log's holds
 * the thread. There is no `find`: a bot may read back what it wrote only with further rights.
 */
export function createTeamsChannel(
  connector: Connector,
  serviceUrlOf: (room: string) => Promise<string>,
): Channel {
  return {
    name: 'teams',
    // 60 in 30 s and 1,800 in an hour for a conversation; 7 in one second is never reached at this pace.
    pace: 600,

    async post(conversation, view) {
      const { room } = readPlace(conversation);
      const message = cardMessage(drawCard(view), view.fallback);
      const base = await serviceUrlOf(room);
      const id = isTeamChannel(room)
        ? await connector.start(base, room, message)
        : await connector.send(base, room, message);
      return { conversation: room, message: id };
    },

    async update(ref, view) {
      const { room } = readPlace(ref.conversation);
      const message = cardMessage(drawCard(view), view.fallback);
      await connector.edit(await serviceUrlOf(room), threadOf(room, ref.message), ref.message, message);
    },

    async postLog(card, view) {
      const { room } = readPlace(card.conversation);
      const thread = threadOf(room, card.message);
      const message = cardMessage(drawLog(view), view.fallback);
      return {
        conversation: thread,
        message: await connector.send(await serviceUrlOf(room), thread, message),
      };
    },

    async updateLog(ref, view) {
      const { room } = readPlace(ref.conversation);
      const message = cardMessage(drawLog(view), view.fallback);
      await connector.edit(await serviceUrlOf(room), ref.conversation, ref.message, message);
    },
  };
}
