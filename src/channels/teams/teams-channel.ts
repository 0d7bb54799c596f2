import type { Channel, Ref } from '../channel.ts';
import type { Connector } from './connector.ts';
import { createDirect } from './direct.ts';
import { drawCard } from './draw-card.ts';
import { drawLog } from './draw-log.ts';
import { drawQuestion } from './draw-question.ts';
import { drawSummary } from './draw-summary.ts';
import { cardMessage, type Message } from './message.ts';
import { isTeamChannel, readPlace, threadOf } from './place.ts';

/**
 * Cards, logs and summaries in Teams. The `Ref` of a card or a summary holds the channel and the thread's first
 * message; a log's holds the thread. There is no `find`: a bot may read back what it wrote only with further rights.
 */
export function createTeamsChannel(
  connector: Connector,
  serviceUrlOf: (room: string) => Promise<string>,
): Channel {
  async function post(conversation: string, message: Message): Promise<Ref> {
    const { room } = readPlace(conversation);
    const base = await serviceUrlOf(room);
    const id = isTeamChannel(room)
      ? await connector.start(base, room, message)
      : await connector.send(base, room, message);
    return { conversation: room, message: id };
  }

  async function edit(ref: Ref, message: Message): Promise<void> {
    const { room } = readPlace(ref.conversation);
    await connector.edit(await serviceUrlOf(room), threadOf(room, ref.message), ref.message, message);
  }

  return {
    name: 'teams',
    // 60 in 30 s and 1,800 in an hour for a conversation; 7 in one second is never reached at this pace.
    pace: 600,

    post: async (conversation, view) => post(conversation, cardMessage(drawCard(view), view.fallback)),
    update: async (ref, view) => edit(ref, cardMessage(drawCard(view), view.fallback)),
    postSummary: async (conversation, view) =>
      post(conversation, cardMessage(drawSummary(view), view.fallback)),
    updateSummary: async (ref, view) => edit(ref, cardMessage(drawSummary(view), view.fallback)),

    direct: createDirect(connector, serviceUrlOf),
    postQuestion: async (conversation, view) =>
      post(conversation, cardMessage(drawQuestion(view), view.fallback)),
    updateQuestion: async (ref, view) => edit(ref, cardMessage(drawQuestion(view), view.fallback)),

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
