import type { ModalView } from '@slack/types';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../../log.ts';
import type { CallFarSide } from '../../telemetry.ts';
import { toFarSide } from './failure.ts';
import { refuseMessage, refuseView } from './limits.ts';
import type { Message } from './message.ts';
import { slackLogger } from './slack-logger.ts';

/**
 * The Web API calls we make. Nothing over Slack's limits leaves, nothing unfurls, nothing is retried here.
 * Every call throws `FarSideError`.
 */
export type Api = ReturnType<typeof createApi>;

// The longest a call may take: a trigger and a press live three seconds, the queue has its own patience.
const TIMEOUT_MS = 5_000;

export function clientOptions(apiUrl: string) {
  return {
    slackApiUrl: apiUrl,
    timeout: TIMEOUT_MS,
    // The client's own retries post twice after a lost answer, and one 429 would hold up every conversation.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
  } satisfies WebClientOptions;
}

export function createApi(options: {
  botToken: string;
  apiUrl: string;
  log: Log;
  callFarSide?: CallFarSide | undefined;
}) {
  const client = new WebClient(options.botToken, {
    ...clientOptions(options.apiUrl),
    logger: slackLogger(options.log),
  });

  const { callFarSide = (_side, _call, work) => work() } = options;
  const call = <Answer>(method: string, send: () => Promise<Answer>): Promise<Answer> =>
    callFarSide('slack', method, async () => {
      try {
        return await send();
      } catch (error) {
        throw toFarSide(method, error);
      }
    });

  return {
    authTest: () => call('auth.test', () => client.auth.test()),

    post(conversation: string, message: Message, more: { mark?: string; thread?: string } = {}) {
      refuseMessage(message);
      return call('chat.postMessage', () =>
        client.chat.postMessage({
          channel: conversation,
          ...message,
          unfurl_links: false,
          unfurl_media: false,
          ...(more.thread ? { thread_ts: more.thread } : {}),
          ...(more.mark ? { metadata: metadataOf(more.mark) } : {}),
        }),
      );
    },

    update(conversation: string, ts: string, message: Message) {
      refuseMessage(message);
      return call('chat.update', () => client.chat.update({ channel: conversation, ts, ...message }));
    },

    postEphemeral(conversation: string, user: string, message: Message, thread?: string) {
      refuseMessage(message);
      return call('chat.postEphemeral', () =>
        client.chat.postEphemeral({
          channel: conversation,
          user,
          ...message,
          ...(thread ? { thread_ts: thread } : {}),
        }),
      );
    },

    openView(triggerId: string, view: ModalView) {
      refuseView(view);
      return call('views.open', () => client.views.open({ trigger_id: triggerId, view }));
    },

    /** Newest first. */
    history: (conversation: string, cursor: string | undefined) =>
      call('conversations.history', () =>
        client.conversations.history({ channel: conversation, ...page(cursor) }),
      ),

    /** Oldest first, the parent before them. */
    replies: (conversation: string, parent: string, cursor: string | undefined) =>
      call('conversations.replies', () =>
        client.conversations.replies({ channel: conversation, ts: parent, ...page(cursor) }),
      ),

    user: (id: string) => call('users.info', () => client.users.info({ user: id })),
  };
}

const EVENT_TYPE = 'watchfloor_card';

/** Everybody with access to the conversation can read it: a mark and nothing else. */
const metadataOf = (mark: string) => ({ event_type: EVENT_TYPE, event_payload: { mark } });

/** The mark of a message that carries one of ours. */
export function markOf(
  metadata: { event_type?: string; event_payload?: object } | undefined,
): string | undefined {
  if (metadata?.event_type !== EVENT_TYPE || !metadata.event_payload) return undefined;
  const mark: unknown = Object.entries(metadata.event_payload).find(([key]) => key === 'mark')?.[1];
  return typeof mark === 'string' ? mark : undefined;
}

const page = (cursor: string | undefined) => ({
  include_all_metadata: true,
  limit: 200,
  ...(cursor ? { cursor } : {}),
});
