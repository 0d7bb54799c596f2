import type { Request, Response, Server } from 'restify';
import { describe } from '../errors.ts';
import type { Secret } from '../secrets/secret.ts';
import { inSpan } from '../trace.ts';
import { isOneOf, readBearer } from './bearer.ts';
import type { Refusals } from './refusals.ts';
import { readBody } from './request-body.ts';

/** A Sentinel trigger with all its alerts and entities stays far below; Logic Apps send at most 1 MB by default. */
const largest = 1 << 20;

export interface WebhookOptions {
  /** Shared secret, sent as `Authorization: Bearer …`. */
  secret: Secret | undefined;
  /** Checks an Entra token; throws where it is not good. */
  checkToken: ((token: string) => Promise<void>) | undefined;
  /**
   * Source name → what stores its pushes, durably, as they came: false where the very same bytes came before.
   */
  receivers: Map<string, (body: string) => Promise<boolean>>;
  refuse: Refusals['refuse'];
}

/**
 * `POST /webhooks/{source}`: 202 once what came is stored, 200 for the very same bytes again, which change nothing:
 * a sender whose answer was lost repeats them. 401 unsigned or forged, 404 unknown source, 413 too large, 400 no JSON.
 * The reason is in the log, never in the answer.
 */
export function mountWebhooks(server: Server, options: WebhookOptions): void {
  server.post('/webhooks/:source', async (request: Request, response: Response) => {
    const source = String(request.params.source);
    const refuse = async (status: number, reason: string) => {
      // What was not read would be taken for the next request on this connection.
      if (status === 413 || !request.complete) response.setHeader('connection', 'close');
      response.send(await options.refuse(request, `webhook ${known(source, options)}`, status, reason));
    };

    const receive = options.receivers.get(source);
    const fault = await findImpostor(request.headers.authorization, options);
    if (fault) return refuse(401, fault);
    if (!receive) return refuse(404, 'no such source is configured');
    const body = await readBody(request, largest);
    if (typeof body === 'string') return refuse(413, body);
    const text = body.toString('utf8');
    if (!isJson(text)) return refuse(400, 'not JSON');
    const isNew = await inSpan('webhook', { attributes: { source } }, () => receive(text));
    if (isNew) response.send(202);
    else response.send(200);
  });
}

/** A name from a closed set: what somebody makes up would be an entry of its own in the record. */
function known(source: string, { receivers }: WebhookOptions): string {
  return [...receivers.keys()].find((name) => name === source) ?? 'of no source';
}

/** Why the sender is not believed, or `undefined` where it is. */
async function findImpostor(
  authorization: string | undefined,
  options: WebhookOptions,
): Promise<string | undefined> {
  const token = readBearer(authorization);
  if (!token) return 'no bearer token';
  if (options.secret && (await isOneOf(token, options.secret))) return undefined;
  if (!options.checkToken) return 'wrong secret';
  try {
    await options.checkToken(token);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

function isJson(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null;
  } catch {
    return false;
  }
}
