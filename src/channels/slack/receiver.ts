import type { IncomingMessage, ServerResponse } from 'node:http';
import { type App, type Receiver, ReceiverMultipleAckError } from '@slack/bolt';
import { ZodError } from 'zod';
import type { Refusals } from '../../edge/refusals.ts';
import { readBody } from '../../edge/request-body.ts';
import { describe } from '../../errors.ts';
import type { Secret } from '../../secrets/secret.ts';
import { answer, type Receipt, type Refusal, received, send } from './answer.ts';
import { MOST_BYTES, type Payload, parseBody } from './body.ts';
import { ANSWER_MS, type AnswerBy, untilDue } from './deadline.ts';
import { isFor, isWhole, kindOf } from './envelope.ts';
import { createHear, type EventMemory } from './events.ts';
import type { Identity } from './identity.ts';
import { disbelieve } from './signature.ts';

export interface ReceiverOptions extends EventMemory {
  signingSecret: Secret;
  identity(): Identity | undefined;
  now(): number;
  refuse: Refusals['refuse'];
  /** Somebody was answered after so many seconds. */
  answered(seconds: number): void;
}

/**
 * Slack's door: lets in what Slack signed and hands it to Bolt: events at least once, what people press and type
 * at most once. Bolt's own receivers let timestamps of the future and replays pass and stumble over a charset.
 */
export interface Door extends Receiver {
  /** Settles when the request is answered. The body must not have been read before. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createReceiver(options: ReceiverOptions): Door {
  let app: App | undefined;
  const hear = createHear(options);
  const { refuse } = options;

  async function handOver(
    { body, event }: Admitted,
    due: AnswerBy,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (event === undefined) return dispatch(app, body, due, request, response, options);
    // Bolt acknowledges an event before anything is done for it; here the answer waits for the work.
    const ack = async () => {};
    const work = hear(event, async () => app?.processEvent({ body, ack, customProperties: due }));
    const given = (await untilDue(work, due)) ?? received;
    if (!response.destroyed) await answer(request, response, given, refuse);
  }

  return {
    init(bolt) {
      app = bolt;
    },
    start: async () => {},
    stop: async () => {},
    async handle(request, response) {
      const begin = performance.now();
      const answerBy = Date.now() + ANSWER_MS;
      const answered = new Promise<void>((resolve) => response.once('close', resolve));
      const admitted = await admit(request, options);
      if ('status' in admitted) await answer(request, response, admitted, refuse);
      else void handOver(admitted, { answerBy }, request, response);
      await answered;
      const isPerson = !('status' in admitted) && admitted.event === undefined;
      if (isPerson) options.answered((performance.now() - begin) / 1_000);
    },
  };
}

interface Admitted {
  body: Payload;
  /** The id of an event, by which it is known when it is sent again. */
  event?: string;
}

async function admit(
  request: IncomingMessage,
  { signingSecret, firstTime, identity, now, log }: ReceiverOptions,
): Promise<Admitted | Refusal | Receipt> {
  const raw = await readBody(request, MOST_BYTES);
  if (raw === 'too large') return { status: 413, reason: raw };
  if (typeof raw === 'string') return { status: 408, reason: raw };

  const timestamp = header(request, 'x-slack-request-timestamp');
  const signature = header(request, 'x-slack-signature');
  const check = () => disbelieve({ timestamp, signature }, raw, signingSecret.open(), now());
  let disbelief = check();
  // Slack may sign with a new one before we were given it.
  if (disbelief === 'wrong signature' && (await signingSecret.renew())) disbelief = check();
  if (disbelief) return { status: 401, reason: disbelief };

  const body = parseBody(raw, header(request, 'content-type'));
  if (!body) return { status: 400, reason: 'neither JSON nor a form' };
  const kind = kindOf(body);
  if (kind.name === 'check') return received;
  if (kind.name === 'url-verification') return { status: 200, said: kind.challenge };
  const known = identity();
  if (known && !isFor(body, known)) return { status: 403, reason: 'meant for another app or workspace' };

  if (!isWhole(body)) return { status: 400, reason: 'in no form that is known' };

  // Slack sends an event again when in doubt, signed anew. A search changes nothing.
  if (kind.name === 'event') return { body, event: kind.id };
  if (kind.name === 'search') return { body };
  try {
    if (await firstTime(`slack:${signature}`)) return { body };
  } catch (error) {
    log.error({ error: describe(error) }, 'could not tell whether a Slack request is new');
    return { status: 503, reason: 'replays could not be told from first requests' };
  }
  return { status: 409, reason: 'replayed' };
}

async function dispatch(
  app: App | undefined,
  body: Payload,
  due: AnswerBy,
  request: IncomingMessage,
  response: ServerResponse,
  { log, refuse }: ReceiverOptions,
): Promise<void> {
  const ack = async (said?: unknown): Promise<void> => {
    if (response.headersSent) throw new ReceiverMultipleAckError();
    // Slack waited no longer; the person is still told the result.
    if (response.destroyed) return;
    if (said === undefined || said === '') return send(response, 200, '', 'text/plain');
    if (typeof said === 'string') return send(response, 200, said, 'text/plain; charset=utf-8');
    send(response, 200, JSON.stringify(said), 'application/json; charset=utf-8');
  };
  try {
    await app?.processEvent({ body, ack, customProperties: due });
    if (!response.headersSent && !response.destroyed)
      await answer(request, response, { status: 404, reason: 'nothing listens for it' }, refuse);
  } catch (error) {
    if (isMalformed(error) && !response.headersSent && !response.destroyed) {
      return answer(request, response, { status: 400, reason: 'in no form that is known' }, refuse);
    }
    log.error({ error: describe(error) }, 'Slack request failed');
    if (!response.headersSent) send(response, 500, '', 'text/plain');
  }
}

/** Bolt wraps what a listener throws. */
function isMalformed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('originals' in error && Array.isArray(error.originals)) return error.originals.every(isMalformed);
  if ('original' in error) return isMalformed(error.original);
  return error instanceof ZodError || error instanceof SyntaxError;
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
