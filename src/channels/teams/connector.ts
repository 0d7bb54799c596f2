import type { TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { FarSideError } from '../../errors.ts';
import type { CallFarSide } from '../../telemetry.ts';
import { asFarSideError, refusal } from './far-side.ts';
import type { Message } from './message.ts';
import { isConnector } from './service-url.ts';

/** The calls of the Bot Connector that we make. Each is made once: retrying is the queue's business. */
export interface Connector {
  /** Sends into a conversation or a thread of it; gives the message's id. */
  send(serviceUrl: string, conversation: string, message: Message): Promise<string>;
  /** Starts a thread in a team's channel; gives the first message's id. */
  start(serviceUrl: string, channel: string, message: Message): Promise<string>;
  /** Opens the direct chat with somebody of the directory, by their object id; gives the chat's id, the same each time. */
  open(serviceUrl: string, userId: string): Promise<string>;
  edit(serviceUrl: string, conversation: string, id: string, message: Message): Promise<void>;
  remove(serviceUrl: string, conversation: string, id: string): Promise<void>;
}

export interface ConnectorOptions {
  appId: string;
  tenantId: string;
  credential: TokenCredential;
  /** The configured service URL; its origin is trusted beside Microsoft's. */
  serviceUrl: string;
  callFarSide?: CallFarSide | undefined;
}

/** What a token for the Bot Connector is asked for. */
export const connectorScope = 'https://api.botframework.com/.default';
const timeout = 10_000;

// Not botframework-connector's client: it repeats a POST after 502 and 504, which posts a card twice.
export function createConnector(options: ConnectorOptions): Connector {
  const { appId, tenantId, credential, serviceUrl } = options;
  const { callFarSide = (_side, _call, work) => work() } = options;
  const http = createDefaultHttpClient();

  const call = (method: Method, base: string, path: string, body?: object): Promise<unknown> =>
    callFarSide('teams', method, () => ask(method, base, path, body));

  async function ask(method: Method, base: string, path: string, body?: object): Promise<unknown> {
    if (!isConnector(base, serviceUrl)) {
      const sentence = `${base} is no Bot Connector; nothing is sent there.`;
      throw new FarSideError('teams', 'rejected', sentence, { isOurs: true });
    }
    try {
      const token = await credential.getToken(connectorScope, { requestOptions: { timeout } });
      if (!token) {
        throw new FarSideError('teams', 'auth', 'There is no token for the Bot Connector.', { isOurs: true });
      }
      const answer = await http.sendRequest(
        createPipelineRequest({
          url: new URL(`v3/conversations${path}`, base.endsWith('/') ? base : `${base}/`).href,
          method,
          timeout,
          headers: createHttpHeaders({
            authorization: `Bearer ${token.token}`,
            'content-type': 'application/json; charset=utf-8',
          }),
          ...(body && { body: JSON.stringify(body) }),
          // Only the sandbox is spoken to without TLS; `isConnector` lets nothing else through.
          allowInsecureConnection: base.startsWith('http:'),
        }),
      );
      if (answer.status >= 300) throw refusal(answer.status, answer.headers, answer.bodyAsText);
      return answer.bodyAsText ? JSON.parse(answer.bodyAsText) : {};
    } catch (error) {
      throw asFarSideError(error);
    }
  }

  return {
    async send(base, conversation, message) {
      const path = `/${encodeURIComponent(conversation)}/activities`;
      return posted.parse(await call('POST', base, path, message)).id;
    },
    async start(base, channel, message) {
      const body = {
        isGroup: true,
        bot: { id: `28:${appId}` },
        tenantId,
        channelData: { channel: { id: channel }, tenant: { id: tenantId } },
        activity: message,
      };
      return started.parse(await call('POST', base, '', body)).activityId;
    },
    async open(base, userId) {
      const body = {
        isGroup: false,
        bot: { id: `28:${appId}` },
        members: [{ id: userId }],
        tenantId,
        channelData: { tenant: { id: tenantId } },
      };
      return posted.parse(await call('POST', base, '', body)).id;
    },
    async edit(base, conversation, id, message) {
      const path = `/${encodeURIComponent(conversation)}/activities/${encodeURIComponent(id)}`;
      await call('PUT', base, path, { ...message, id });
    },
    async remove(base, conversation, id) {
      await call('DELETE', base, `/${encodeURIComponent(conversation)}/activities/${encodeURIComponent(id)}`);
    },
  };
}

type Method = 'POST' | 'PUT' | 'DELETE';

const posted = z.object({ id: z.string().min(1) });
const started = z.object({ activityId: z.string().min(1) });
