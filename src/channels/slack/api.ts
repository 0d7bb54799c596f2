import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../../log.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { CallFarSide } from '../../telemetry.ts';
import { isBrokenOff, isTokenRefused, toFarSide } from './failure.ts';
import { refuseHome, refuseMessage, refuseView } from './limits.ts';
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
    // A redirect would take the message along, wherever it leads.
    fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
  } satisfies WebClientOptions;
}

export function createApi(options: {
  botToken: Secret;
  apiUrl: string;
  log: Log;
  callFarSide?: CallFarSide | undefined;
}) {
  const { withClient } = createClients(options);
  const { callFarSide = (_side, _call, work) => work() } = options;
  const call = <Answer>(method: string, send: (client: WebClient) => Promise<Answer>): Promise<Answer> =>
    callFarSide('slack', method, async () => {
      try {
        return await withClient(send);
      } catch (error) {
        throw toFarSide(method, error);
      }
    });

  /** For what changes nothing: asked once more where the connection broke, as one that was kept open may at any time. */
  const look = <Answer>(method: string, send: (client: WebClient) => Promise<Answer>): Promise<Answer> =>
    call(method, async (client) => {
      try {
        return await send(client);
      } catch (error) {
        if (!isBrokenOff(error)) throw error;
        return send(client);
      }
    });

  return {
    authTest: () => look('auth.test', (client) => client.auth.test()),

    /** `isLoud` shows what is in a thread in the room as well: one message in two places, edited and pressed in both. */
    post(
      conversation: string,
      message: Message,
      more: { mark?: string; thread?: string; isLoud?: boolean } = {},
    ) {
      refuseMessage(message);
      return call('chat.postMessage', (client) =>
        client.chat.postMessage({
          channel: conversation,
          ...message,
          unfurl_links: false,
          unfurl_media: false,
          ...placeOf(more),
          ...(more.mark ? { metadata: metadataOf(more.mark) } : {}),
        }),
      );
    },

    // One that the room sees as well stays so; chat.update refuses to say so again (no_dual_broadcast_content_update).
    update(conversation: string, ts: string, message: Message) {
      refuseMessage(message);
      return call('chat.update', (client) => client.chat.update({ channel: conversation, ts, ...message }));
    },

    postEphemeral(conversation: string, user: string, message: Message, thread?: string) {
      refuseMessage(message);
      return call('chat.postEphemeral', (client) =>
        client.chat.postEphemeral({
          channel: conversation,
          user,
          ...message,
          ...(thread ? { thread_ts: thread } : {}),
        }),
      );
    },

    /** The direct chat with one person; the same each time. */
    openDirect: (user: string) =>
      look('conversations.open', (client) => client.conversations.open({ users: user })),

    openView(triggerId: string, view: ModalView) {
      refuseView(view);
      return call('views.open', (client) => client.views.open({ trigger_id: triggerId, view }));
    },

    publishHome(user: string, view: HomeView) {
      refuseHome(view);
      return call('views.publish', (client) => client.views.publish({ user_id: user, view }));
    },

    /** Newest first. */
    history: (conversation: string, cursor: string | undefined) =>
      look('conversations.history', (client) =>
        client.conversations.history({ channel: conversation, ...page(cursor) }),
      ),

    /** Oldest first, the parent before them. */
    replies: (conversation: string, parent: string, cursor: string | undefined) =>
      look('conversations.replies', (client) =>
        client.conversations.replies({ channel: conversation, ts: parent, ...page(cursor) }),
      ),

    /** Where to send the bytes of a file to, and the id it will have. */
    beginUpload: (filename: string, length: number) =>
      call('files.getUploadURLExternal', (client) => client.files.getUploadURLExternal({ filename, length })),

    /** Shows a file whose bytes were sent. */
    endUpload(
      file: { id: string; title: string },
      {
        conversation,
        thread,
        blocks,
      }: { conversation: string; thread: string | undefined; blocks: KnownBlock[] },
    ) {
      refuseMessage({ text: file.title, blocks, attachments: [] });
      const place = { channel_id: conversation, ...(thread && { thread_ts: thread }) };
      return call('files.completeUploadExternal', (client) =>
        client.files.completeUploadExternal({ files: [file], ...place, blocks }),
      );
    },

    /** Keeps a file whose bytes were sent, in no conversation. */
    keepUpload: (file: { id: string; title: string }) =>
      call('files.completeUploadExternal', (client) =>
        client.files.completeUploadExternal({ files: [file] }),
      ),

    user: (id: string) => look('users.info', (client) => client.users.info({ user: id })),
  };
}

/** A client for each bot token that is good: while one replaces the other, Slack takes the old, the new or both. */
function createClients({ botToken, apiUrl, log }: { botToken: Secret; apiUrl: string; log: Log }) {
  const options = { ...clientOptions(apiUrl), logger: slackLogger(log) };
  let held = new Map<string, WebClient>();
  const clients = () => {
    held = new Map(botToken.open().map((token) => [token, held.get(token) ?? new WebClient(token, options)]));
    return [...held.values()];
  };

  return {
    async withClient<Answer>(send: (client: WebClient) => Promise<Answer>): Promise<Answer> {
      const [newest = new WebClient(undefined, options)] = clients();
      try {
        return await send(newest);
      } catch (error) {
        // Nothing was done, so the same may be asked again with another token.
        if (!isTokenRefused(error)) throw error;
        await botToken.renew();
        const other = clients().find((client) => client !== newest);
        if (!other) throw error;
        return send(other);
      }
    },
  };
}

type Place = { thread_ts?: string } | { thread_ts: string; reply_broadcast: true };

function placeOf({ thread, isLoud }: { thread?: string; isLoud?: boolean }): Place {
  if (!thread) return {};
  return isLoud ? { thread_ts: thread, reply_broadcast: true } : { thread_ts: thread };
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
