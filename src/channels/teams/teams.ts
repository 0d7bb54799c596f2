import type { TokenCredential } from '@azure/core-auth';
import type { Request, Response, Server } from 'restify';
import { describe } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { readBody } from '../../request-body.ts';
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
  const bot = createBot({
    tenantId,
    desk,
    log,
    async answer(turn, message) {
      await connector.send(turn.serviceUrl, turn.conversation.id, message);
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
      return refuse(response, read === 'too large' ? 413 : 400, read);
    }
    const { authorization } = request.headers;
    const admission = await admit(authorization, parseJson(read));
    if (!admission.admitted) return refuse(response, admission.status, admission.reason);
    const { conversation, serviceUrl: heardFrom } = admission.activity;
    await serviceUrls
      .learn(conversation.id, heardFrom)
      .catch((error) => log.error({ error: describe(error) }, 'service URL not remembered'));
    const answer = await run(authorization, admission.body);
    send(response, answer.status, answer.body);
    options.telemetry?.timeToAnswer('teams', (performance.now() - begin) / 1_000);
  }

  function refuse(response: Response, status: number, reason: string): void {
    log.warn({ channel: 'teams', status, reason }, 'request to the bot refused');
    send(response, status);
  }

  return {
    channel: createTeamsChannel(connector, serviceUrls.of),
    mount(server) {
      server.post('/api/messages', receive);
    },
  };
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
