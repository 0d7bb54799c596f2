import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, Response, Server } from 'restify';
import { describe } from './errors.ts';
import type { Log } from './log.ts';
import { readBody } from './request-body.ts';

/** A Sentinel trigger with all its alerts and entities stays far below; Logic Apps send at most 1 MB by default. */
const largest = 1 << 20;

export interface WebhookOptions {
  /** Shared secret, sent as `Authorization: Bearer …`. */
  secret: string | undefined;
  /** Checks an Entra token; throws where it is not good. */
  checkToken: ((token: string) => Promise<void>) | undefined;
  /**
   * Source name → what stores its pushes, once per key: false when the key was seen in the last quarter of an
   * hour. Key and content are stored together, so that a sender whose push failed half-way can repeat it.
   */
  receivers: Map<string, (body: unknown, key: string) => Promise<boolean>>;
  log: Log;
}

/**
 * `POST /webhooks/{source}`: 202 once what came is stored. 401 unsigned or forged, 404 unknown source, 409
 * the very same bytes again, 413 too large, 400 no JSON. The reason is in the log, never in the answer.
 */
export function mountWebhooks(server: Server, options: WebhookOptions): void {
  server.post('/webhooks/:source', async (request: Request, response: Response) => {
    const source = String(request.params.source);
    const refuse = (status: number, reason: string) => {
      options.log.warn({ edge: 'webhook', source, status, reason }, 'request refused');
      if (status === 413) response.setHeader('connection', 'close');
      response.send(status);
    };

    const receive = options.receivers.get(source);
    const fault = await findImpostor(request.headers.authorization, options);
    if (fault) return refuse(401, fault);
    if (!receive) return refuse(404, 'no such source is configured');
    const body = await readBody(request, largest);
    if (typeof body === 'string') return refuse(413, body);
    const parsed = parseJson(body);
    if (parsed === undefined) return refuse(400, 'not JSON');
    const digest = createHash('sha256').update(body).digest('hex');
    const taken = await receive(parsed, `webhook ${source} ${digest}`);
    if (!taken) return refuse(409, 'the same bytes came a moment ago');
    response.send(202);
  });
}

/** Why the sender is not believed, or `undefined` where it is. */
async function findImpostor(
  authorization: string | undefined,
  options: WebhookOptions,
): Promise<string | undefined> {
  const token = authorization?.match(/^Bearer (\S+)$/i)?.[1];
  if (!token) return 'no bearer token';
  if (options.secret && isSame(token, options.secret)) return undefined;
  if (!options.checkToken) return 'wrong secret';
  try {
    await options.checkToken(token);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function parseJson(body: Buffer): object | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
