import type { Channel, ChannelName, Ref } from '../../src/channels/channel.ts';
import type { PageView } from '../../src/channels/page-view.ts';
import { FarSideError } from '../../src/errors.ts';

/** A message that a room got, or a change of one. */
export interface Said {
  at: number;
  kind: 'card' | 'card edit' | 'log' | 'log edit' | 'summary' | 'summary edit' | 'page' | 'page edit';
  conversation: string;
  isDirect: boolean;
  /** Unique to the message. */
  mark: string;
  page: PageView | undefined;
  calls: string[];
}

/** A chat platform that takes everything while it is there, and remembers what it was given. */
export function openRooms(
  name: ChannelName,
  now: () => number,
  isOut: (at: number) => boolean,
): { channel: Channel; said: Said[] } {
  const said: Said[] = [];
  const take = (
    conversation: string,
    kind: Said['kind'],
    mark: string,
    page?: PageView,
    calls: string[] = [],
  ) => {
    if (isOut(now())) throw new FarSideError(name, 'unavailable', 'The platform does not answer.');
    said.push({ at: now(), kind, conversation, isDirect: conversation.startsWith('D'), mark, page, calls });
  };
  const post = async (
    conversation: string,
    kind: Said['kind'],
    mark: string,
    page?: PageView,
    calls?: string[],
  ) => {
    take(conversation, kind, mark, page, calls);
    return { conversation, message: mark };
  };
  const none = async () => {
    throw new Error('Nobody asks for that in this month.');
  };
  const channel: Channel = {
    name,
    pace: 0,
    post: (conversation, _view, mark) => post(conversation, 'card', mark),
    update: async (ref) => take(ref.conversation, 'card edit', ref.message),
    postLog: (card, _view, mark) => post(card.conversation, 'log', mark),
    updateLog: async (ref) => take(ref.conversation, 'log edit', ref.message),
    postSummary: (conversation, _view, mark) => post(conversation, 'summary', mark),
    updateSummary: async (ref) => take(ref.conversation, 'summary edit', ref.message),
    async direct(userId) {
      if (isOut(now())) throw new FarSideError(name, 'unavailable', 'The platform does not answer.');
      return `D ${userId}`;
    },
    postPage: ({ conversation }, page, mark, to) =>
      post(
        conversation,
        'page',
        mark,
        page,
        to.map(({ userId }) => userId),
      ),
    updatePage: async (ref: Ref, page: PageView) => take(ref.conversation, 'page edit', ref.message, page),
    find: async (conversation, mark) =>
      said.some((one) => one.conversation === conversation && one.mark === mark)
        ? { conversation, message: mark }
        : undefined,
    postQuestion: none,
    updateQuestion: none,
    postQuery: none,
    updateQuery: none,
    postRun: none,
    updateRun: none,
    sendFile: none,
  };
  return { channel, said };
}
