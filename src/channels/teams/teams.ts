import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import type { Request, Response, Server } from 'restify';
import type { Refusals } from '../../edge/refusals.ts';
import { readBody } from '../../edge/request-body.ts';
import { describe, FarSideError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { Channel, Desk } from '../channel.ts';
import { createAdapter } from './adapter.ts';
import { createBot } from './bot.ts';
import { createConnector } from './connector.ts';
import { createGate } from './gate.ts';
import { type Conversations, createServiceUrls } from './service-urls.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTeamsChannel } from './teams-channel.ts';

export interface TeamsOptions {
  /** The bot's application id in Entra ID. */
  appId: string;
  tenantId: string;
  credential: TokenCredential;
  /** Bot Connector for conversations that were never heard from, e.g. `https://smba.trafficmanager.net/emea/`. */
  serviceUrl: string;
  /** Where the keys that sign Teams' requests are published. */
  openIdMetadataUrl?: string;
  tokenIssuer?: string;
  desk: Desk;
  conversations: Conversations;
  /** `false` where the key was given before; kept for at least ten minutes. */
  firstTime(key: string): Promise<boolean>;
  refuse: Refusals['refuse'];
  log: Log;
  telemetry?: Pick<Telemetry, 'callFarSide' | 'timeToAnswer'>;
  now?: () => number;
}

export interface Teams {
  channel: Channel;
  /** Adds `POST /api/messages`, the bot's messaging endpoint. It reads the body itself. */
  mount(server: Server): void;
}

/** Teams' activities are a few kilobytes; messages over about 100 kB do not exist. */
const largestBody = 256 * 1_024;

/** Microsoft Teams, by the Bot Framework. */
export function createTeams(options: TeamsOptions): Teams {
  const { appId, tenantId, credential, serviceUrl, desk, log } = options;
  const now = options.now ?? Date.now;
  const tokenIssuer = options.tokenIssuer ?? 'https://api.botframework.com';
  const openIdMetadataUrl =
    options.openIdMetadataUrl ?? 'https://login.botframework.com/v1/.well-known/openidconfiguration';

  const connector = createConnector({
    appId,
    tenantId,
    credential,
    serviceUrl,
    callFarSide: options.telemetry?.callFarSide,
  });
  const serviceUrls = createServiceUrls(options.conversations, serviceUrl);
  const findKey = createSigningKeys(openIdMetadataUrl, now);
  const admit = createGate({
    appId,
    tenantId,
    tokenIssuer,
    serviceUrl,
    findKey,
    firstTime: options.firstTime,
    now,
  });
  const channel = createTeamsChannel(connector, serviceUrls.of);
  const bot = createBot({
    tenantId,
    serviceUrl,
    desk,
    log,
    async answer(turn, message) {
      await patiently(() => connector.send(turn.serviceUrl, turn.conversation.id, message));
    },
    async answerAlone(userId, message) {
      const chat = await channel.direct(userId);
      const serviceUrl = await serviceUrls.of(chat);
      await patiently(() => connector.send(serviceUrl, chat, message));
    },
    async remove({ serviceUrl, conversation, replyToId }) {
      if (replyToId !== undefined) await connector.remove(serviceUrl, conversation.id, replyToId);
    },
  });
  const run = createAdapter(
    { appId, tenantId, tokenIssuer, openIdMetadataUrl, credential, serviceUrl, log },
    bot,
  );

  async function receive(request: Request, response: Response): Promise<void> {
    const begin = performance.now();
    const read = await readBody(request, largestBody);
    if (typeof read === 'string') {
      response.setHeader('connection', 'close');
      return refuse(request, response, read === 'too large' ? 413 : 400, read);
    }
    const { authorization } = request.headers;
    const admission = await admit(authorization, parseJson(read));
    if (!admission.admitted) return refuse(request, response, admission.status, admission.reason);
    const { conversation, serviceUrl: heardFrom } = admission.activity;
    await serviceUrls
      .learn(conversation.id, heardFrom)
      .catch((error) => log.error({ error: describe(error) }, 'service URL not remembered'));
    const answer = await run(authorization, admission.body);
    send(response, answer.status, answer.body);
    options.telemetry?.timeToAnswer('teams', (performance.now() - begin) / 1_000);
  }

  async function refuse(request: Request, response: Response, status: number, reason: string): Promise<void> {
    send(response, await options.refuse(request, 'teams', status, reason));
  }

  return {
    channel,
    mount(server) {
      server.post('/api/messages', receive);
    },
  };
}

/** Teams seldom says how long to wait; it lets a bot say seven things a second and sixty in half a minute: that long. */
const waitsMs = [1_000, 3_000, 6_000, 10_000, 10_000];

/** Cards of the same room may have used up what may be said there; a person's answer waits for its turn. */
async function patiently<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  for (const waitMs of waitsMs) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof FarSideError) || error.reason !== 'rate-limited') throw error;
      await sleep(Math.min(error.retryAfter ?? waitMs, 10_000));
    }
  }
  return send();
}

/** `undefined` for what is not JSON, which the gate refuses as it refuses every other shape. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(response: Response, status: number, body?: unknown): void {
  const json = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(json !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}
