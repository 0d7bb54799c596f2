import type { Channel, Ref, Spot } from '../channel.ts';
import type { Connector } from './connector.ts';
import { createDirect } from './direct.ts';
import { drawCard } from './draw-card.ts';
import { drawLog } from './draw-log.ts';
import { drawPage } from './draw-page.ts';
import { drawQuery } from './draw-query.ts';
import { drawQuestion } from './draw-question.ts';
import { drawRun } from './draw-run.ts';
import { drawSummary } from './draw-summary.ts';
import { consentMessage } from './file.ts';
import { cardMessage, type Message } from './message.ts';
import { isTeamChannel, readPlace, threadOf } from './place.ts';

/**
 * Cards, logs, summaries, queries, runs and pages in Teams. The `Ref` of a card or a summary holds the channel and the thread's first
 * message; that of what stands in a thread holds the thread. There is no `find`: a bot may read back what it wrote only
 * with further rights.
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
    const { room, root } = readPlace(ref.conversation);
    const conversation = root === undefined ? threadOf(room, ref.message) : ref.conversation;
    await connector.edit(await serviceUrlOf(room), conversation, ref.message, message);
  }

  async function sendTo(spot: Spot, message: Message): Promise<Ref> {
    const { room } = readPlace(spot.conversation);
    if (spot.thread === undefined) return post(room, message);
    const thread = threadOf(room, spot.thread);
    return { conversation: thread, message: await connector.send(await serviceUrlOf(room), thread, message) };
  }

  const direct = createDirect(connector, serviceUrlOf);

  return {
    name: 'teams',
    // 60 in 30 s and 1,800 in an hour for a conversation; 7 in one second is never reached at this pace.
    pace: 600,

    post: async (conversation, view) => post(conversation, cardMessage(drawCard(view), view.fallback)),
    update: async (ref, view) => edit(ref, cardMessage(drawCard(view), view.fallback)),
    postSummary: async (conversation, view) =>
      post(conversation, cardMessage(drawSummary(view), view.fallback)),
    updateSummary: async (ref, view) => edit(ref, cardMessage(drawSummary(view), view.fallback)),

    direct,
    postQuestion: async (conversation, view) =>
      post(conversation, cardMessage(drawQuestion(view), view.fallback)),
    updateQuestion: async (ref, view) => edit(ref, cardMessage(drawQuestion(view), view.fallback)),

    postQuery: async (spot, view) => sendTo(spot, cardMessage(drawQuery(view), view.fallback)),
    updateQuery: async (ref, view) => edit(ref, cardMessage(drawQuery(view), view.fallback)),

    // `isLoud` has nothing to add here: a thread that is answered in comes up in its channel by itself.
    postRun: async (spot, view) => sendTo(spot, cardMessage(drawRun(view), view.fallback)),
    updateRun: async (ref, view) => edit(ref, cardMessage(drawRun(view), view.fallback)),

    postPage: async (spot, page, _mark, to) => sendTo(spot, cardMessage(drawPage(page, to), page.fallback)),
    updatePage: async (ref, page, to) => edit(ref, cardMessage(drawPage(page, to), page.fallback)),

    async sendFile(_spot, userId, file) {
      await post(await direct(userId), consentMessage(file));
    },

    postLog: async (card, view) =>
      sendTo(
        { conversation: card.conversation, thread: card.message },
        cardMessage(drawLog(view), view.fallback),
      ),
    updateLog: async (ref, view) => edit(ref, cardMessage(drawLog(view), view.fallback)),
  };
}
