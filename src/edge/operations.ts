import { BlockList, isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response, Server } from 'restify';
import { describe } from '../errors.ts';
import type { Secret } from '../secrets/secret.ts';
import { isOneOf, readBearer } from './bearer.ts';
import type { Refusals } from './refusals.ts';

export interface OperationsOptions {
  /** What `/metrics` tells. */
  registry: { contentType: string; metrics(): Promise<string> };
  /** Bearer token of the scraper; without it only this machine may read `/metrics`. */
  metricsToken: Secret | undefined;
  ready: {
    /** Whether the database answers; waited for two seconds. */
    databaseAnswers: () => Promise<boolean>;
    isMigrated: () => boolean;
    /**
     * Name → lane without which nothing moves, `undefined` before it starts; `lookedAt` is when it last looked, in
     * milliseconds since 1970. Not the polls: one that reads many pages may look at nothing else for minutes.
     */
    lanes: () => Record<string, { lookedAt(): number } | undefined>;
    isStopping: () => boolean;
  };
  refuse: Refusals['refuse'];
}

/**
 * For whoever runs it. `/healthz`: 200 while the event loop turns; the database has no part in it, because
 * restarting a bot mends no database. `/readyz`: 200 where requests can be served, otherwise 503; both name each
 * check. `/metrics`: Prometheus' text; 401 with a wrong token, 403 from elsewhere where no token is set.
 */
export function mountOperations(server: Server, options: OperationsOptions): void {
  server.get('/healthz', async (_request: Request, response: Response) => {
    answer(response, 200, { healthy: true });
  });

  const check = createChecks(options.ready);
  server.get('/readyz', async (_request: Request, response: Response) => {
    const checks = await check();
    const ready = Object.values(checks).every((said) => said === 'ok');
    answer(response, ready ? 200 : 503, { ready, checks });
  });

  server.get('/metrics', async (request: Request, response: Response) => {
    const refusal = await refuse(request, options.metricsToken);
    if (refusal) {
      response.send(await options.refuse(request, 'metrics', refusal.status, refusal.reason));
      return;
    }
    response.setHeader('content-type', options.registry.contentType);
    response.sendRaw(200, await options.registry.metrics());
  });
}

function answer(response: Response, status: number, body: object): void {
  // A probe that a cache answers says nothing.
  response.setHeader('cache-control', 'no-store');
  response.send(status, body);
}

/** A query that hangs must not delay the answer: probes wait for few seconds, often for one. */
const databaseMs = 2_000;
/** Lanes look every ten seconds at the latest; a look at the database ends after 15 s, well or not. */
const longestLookSeconds = 30;

/** Name → `ok` or what is wrong. However many ask at a time, the database is asked once. */
function createChecks(ready: OperationsOptions['ready']): () => Promise<Record<string, string>> {
  let asking: Promise<string> | undefined;
  const askDatabase = async () => {
    const patience = new AbortController();
    const late = sleep(databaseMs, 'does not answer within 2 s', { signal: patience.signal, ref: false });
    const asked = ready
      .databaseAnswers()
      .then((answers) => (answers ? 'ok' : 'does not answer'))
      .catch((error: unknown) => `does not answer: ${describe(error)}`);
    const said = await Promise.race([asked, late]);
    patience.abort();
    return said;
  };
  return async () => {
    asking ??= askDatabase().finally(() => {
      asking = undefined;
    });
    const lanes = Object.entries(ready.lanes()).map(([name, lane]) => {
      if (!lane) return [name, 'not started yet'];
      const seconds = Math.round((Date.now() - lane.lookedAt()) / 1_000);
      return [name, seconds <= longestLookSeconds ? 'ok' : `last looked ${seconds} s ago`];
    });
    return {
      database: await asking,
      migrations: ready.isMigrated() ? 'ok' : 'not done yet',
      ...Object.fromEntries(lanes),
      running: ready.isStopping() ? 'stopping' : 'ok',
    };
  };
}

const thisMachine = new BlockList();
thisMachine.addSubnet('127.0.0.0', 8);
thisMachine.addAddress('::1', 'ipv6');

async function refuse(
  { headers, socket }: Request,
  token: Secret | undefined,
): Promise<{ status: 401 | 403; reason: string } | undefined> {
  if (token !== undefined) {
    const sent = readBearer(headers.authorization);
    if (sent !== undefined && (await isOneOf(sent, token))) return undefined;
    return { status: 401, reason: sent === undefined ? 'no bearer token' : 'wrong METRICS_TOKEN' };
  }
  const peer = socket.remoteAddress ?? '';
  const isHere = peer !== '' && thisMachine.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4');
  // A proxy on this machine speaks for anybody.
  const isPassedOn = 'x-forwarded-for' in headers || 'forwarded' in headers || 'x-real-ip' in headers;
  if (isHere && !isPassedOn) return undefined;
  return {
    status: 403,
    reason:
      'METRICS_TOKEN is not set, so only this machine may read /metrics. Set it and let Prometheus send it as bearer token.',
  };
}
