import { createHmac } from 'node:crypto';
import { FarSideError, type FarSideReason } from '../errors.ts';
import { maySendTo } from '../outgoing.ts';
import type { Secret } from '../secrets/secret.ts';
import type { CallFarSide } from '../telemetry.ts';

/** Calls people out of bed: PagerDuty, Opsgenie, or whatever takes their events and rings a telephone. */
export interface Pager {
  /** Tells the service; it has it once this returns. Throws `FarSideError`. */
  send(event: PageEvent): Promise<void>;
}

/** As PagerDuty's Events API v2 has it: https://developer.pagerduty.com/docs/send-alert-event */
export interface PageEvent {
  event_action: 'trigger' | 'acknowledge' | 'resolve';
  /** One for each incident: what is told again of it is told of the same. */
  dedup_key: string;
  client: string;
  payload: PagePayload;
}

export interface PagePayload {
  /** At most 1,024 characters. */
  summary: string;
  source: string;
  severity: 'critical' | 'error' | 'warning' | 'info';
  /** ISO 8601. */
  timestamp: string;
  component: string;
  class: string;
  custom_details: Record<string, string>;
}

const timeoutMs = 10_000;

/**
 * Posts each event as JSON. `x-watchfloor-signature` is `sha256=` and the HMAC-SHA256, in hexadecimal, of the seconds in
 * `x-watchfloor-timestamp`, a dot, and the body: whoever knows the secret knows that it came from here, and when.
 */
export function createPager(options: {
  url: string;
  secret: Secret;
  /** PagerDuty's integration key, which says whose telephone rings. */
  routingKey: Secret | undefined;
  now: () => number;
  callFarSide: CallFarSide;
}): Pager {
  const { url, secret, routingKey, now, callFarSide } = options;
  const failure = (reason: FarSideReason, sentence: string, more = {}) =>
    new FarSideError('paging', reason, `The paging service ${sentence}.`, more);

  async function post(event: PageEvent): Promise<void> {
    if (!maySendTo(url, 'paging', url)) throw failure('rejected', 'has an address that nothing is sent to');
    const body = JSON.stringify({ ...event, ...(routingKey && { routing_key: routingKey.open()[0] }) });
    const timestamp = String(Math.floor(now() / 1_000));
    const signature = createHmac('sha256', secret.open()[0]).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'watchfloor',
      'x-watchfloor-timestamp': timestamp,
      'x-watchfloor-signature': `sha256=${signature}`,
    };
    const signal = AbortSignal.timeout(timeoutMs);
    let answer: Response;
    try {
      // Whoever answers with a redirect gets nothing.
      answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await answer.body?.cancel();
    } catch {
      // The cause stays out: it may name the headers.
      if (signal.aborted) throw failure('timeout', 'did not answer in time');
      throw failure('unavailable', 'could not be reached');
    }
    if (answer.ok) return;
    const retryAfter = 1_000 * Number(answer.headers.get('retry-after') ?? 0) || undefined;
    throw failure(reasonOf(answer.status), `answered ${answer.status}`, {
      ...(retryAfter && { retryAfter }),
    });
  }

  return {
    send: (event) => callFarSide('paging', event.event_action, () => post(event)),
  };
}

function reasonOf(status: number): FarSideReason {
  if (status === 401 || status === 403) return 'auth';
  if (status === 404) return 'not-found';
  if (status === 429) return 'rate-limited';
  return status >= 500 || status === 408 ? 'unavailable' : 'rejected';
}
