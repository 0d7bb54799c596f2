import { FarSideError } from '../../errors.ts';
import type { Channel, Ref } from '../channel.ts';
import { type Api, markOf } from './api.ts';
import { drawCard } from './card.ts';
import type { WhoAmI } from './identity.ts';
import { drawLog } from './log.ts';
import { drawPage } from './page.ts';
import { drawQuery } from './query.ts';
import { drawQuestion } from './question.ts';
import { drawRun } from './run.ts';
import { drawSummary } from './summary.ts';
import type { SendFile } from './upload.ts';

/** Slack as the rest of the product sees it: post, edit, look for a post in doubt. */
export function createChannel(options: {
  api: Api;
  whoAmI: WhoAmI;
  direct: Channel['direct'];
  sendFile: SendFile;
}): Channel {
  const { api, whoAmI, direct, sendFile } = options;
  return {
    name: 'slack',
    // chat.postMessage: one a second a conversation.
    pace: 1_050,
    async post(conversation, view, mark) {
      return toRef(await api.post(conversation, drawCard(view), { mark }));
    },
    async update(ref, view) {
      await api.update(ref.conversation, ref.message, drawCard(view));
    },
    async postLog(card, view, mark) {
      return toRef(await api.post(card.conversation, drawLog(view), { mark, thread: card.message }));
    },
    async updateLog(ref, view) {
      await api.update(ref.conversation, ref.message, drawLog(view));
    },
    async postSummary(conversation, view, mark) {
      return toRef(await api.post(conversation, drawSummary(view), { mark }));
    },
    async updateSummary(ref, view) {
      await api.update(ref.conversation, ref.message, drawSummary(view));
    },
    direct,
    async postQuestion(conversation, view, mark) {
      return toRef(await api.post(conversation, drawQuestion(view), { mark }));
    },
    async updateQuestion(ref, view) {
      await api.update(ref.conversation, ref.message, drawQuestion(view));
    },
    async postQuery({ conversation, thread }, view, mark) {
      return toRef(await api.post(conversation, drawQuery(view), { mark, ...(thread && { thread }) }));
    },
    async updateQuery(ref, view) {
      await api.update(ref.conversation, ref.message, drawQuery(view));
    },
    async postRun({ conversation, thread }, view, mark, isLoud) {
      return toRef(await api.post(conversation, drawRun(view), { mark, ...(thread && { thread, isLoud }) }));
    },
    async updateRun(ref, view) {
      await api.update(ref.conversation, ref.message, drawRun(view));
    },
    async postPage({ conversation, thread }, page, mark, to) {
      return toRef(await api.post(conversation, drawPage(page, to), { mark, ...(thread && { thread }) }));
    },
    async updatePage(ref, page, to) {
      await api.update(ref.conversation, ref.message, drawPage(page, to));
    },
    // Whoever is in the thread sees it.
    sendFile: (spot, _userId, file) => sendFile(spot, file),
    async find(conversation, mark, card) {
      const { botId, botUserId } = await whoAmI.ask();
      // A channel id of the card is Slack's own; a configured one may be a name.
      const room = card?.conversation ?? conversation;
      for await (const found of messagesIn(api, room, card)) {
        const ours = found.bot_id === botId || found.user === botUserId;
        if (ours && found.ts && markOf(found.metadata) === mark)
          return { conversation: room, message: found.ts };
      }
      return undefined;
    },
  };
}

function toRef(answer: { channel?: string; ts?: string }): Ref {
  if (!answer.channel || !answer.ts)
    throw new FarSideError(
      'slack',
      'unavailable',
      'Slack chat.postMessage: the answer does not say where the message is.',
    );
  return { conversation: answer.channel, message: answer.ts };
}

// A thousand messages are at least a quarter of an hour of a busy room; a post in doubt is looked for sooner.
const PAGES = 5;

async function* messagesIn(api: Api, conversation: string, card: Ref | undefined) {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = card
      ? await api.replies(conversation, card.message, cursor)
      : await api.history(conversation, cursor);
    yield* answer.messages ?? [];
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return;
  }
}
