import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response, Server } from 'restify';
import { z } from 'zod';

/** As PagerDuty's Events API v2 takes them, and no further: https://developer.pagerduty.com/docs/send-alert-event */
const event = z
  .object({
    routing_key: z.string().optional(),
    event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
    dedup_key: z.string().min(1).max(255),
    client: z.string(),
    payload: z
      .object({
        summary: z.string().min(1).max(1_024),
        source: z.string().min(1),
        severity: z.enum(['critical', 'error', 'warning', 'info']),
        timestamp: z.iso.datetime(),
        component: z.string(),
        class: z.string(),
        custom_details: z.record(z.string(), z.string()),
      })
      .strict(),
  })
  .strict();
export type PageEvent = z.infer<typeof event>;

const windowSeconds = 300;

/** A service that rings telephones: what it was told, and how often somebody said that all is well. */
export class PagingService {
  readonly #events: (PageEvent & { receivedAt: string })[] = [];
  #beats: string[] = [];
  take(taken: PageEvent, at: Date): void {
    this.#events.push({ ...taken, receivedAt: at.toISOString() });
  }

  beat(at: Date): void {
    this.#beats = [...this.#beats, at.toISOString()].slice(-100);
  }

  /** Every event as it came, and the calls that follow: one for each key until it is resolved. */
  state() {
    const calls = new Map<string, { key: string; state: string; summary: string; triggers: number }>();
    for (const { dedup_key: key, event_action, payload } of this.#events) {
      const known = calls.get(key);
      const triggers = (known?.triggers ?? 0) + Number(event_action === 'trigger');
      calls.set(key, { key, state: stateAfter[event_action], summary: payload.summary, triggers });
    }
    return { events: this.#events, calls: [...calls.values()], heartbeats: this.#beats };
  }
}

const stateAfter = { trigger: 'ringing', acknowledge: 'acknowledged', resolve: 'resolved' } as const;

/**
 * Mounts it: `POST /paging/enqueue`, signed as docs/escalation.md says, answered as PagerDuty answers; `GET /paging/heartbeat`;
 * and `GET /api/paging` for whoever wants to see what it holds.
 */
export function mountPaging(
  plain: Server,
  { service, secret, now }: { service: PagingService; secret: string; now: () => Date },
): void {
  plain.post('/paging/enqueue', async (request, response) => {
    const refusal = refuse(request, secret, now());
    if (refusal) return void response.send(refusal.status, invalid(refusal.why));
    const read = event.safeParse(request.body);
    if (!read.success) return void response.send(400, invalid(z.prettifyError(read.error)));
    service.take(read.data, now());
    response.send(202, { status: 'success', message: 'Event processed', dedup_key: read.data.dedup_key });
  });

  plain.get('/paging/heartbeat', async (_request: Request, response: Response) => {
    service.beat(now());
    response.send(200, { ok: true });
  });

  plain.get('/api/paging', async (_request: Request, response: Response) => {
    response.send(200, service.state());
  });
}

const invalid = (why: string) => ({
  status: 'invalid event',
  message: 'Event object is invalid',
  errors: [why],
});

/** What is not signed with the secret, or was signed too long ago, is nobody's. */
function refuse(request: Request, secret: string, now: Date): { status: number; why: string } | undefined {
  const timestamp = String(request.headers['x-watchfloor-timestamp'] ?? '');
  const age = Math.abs(now.getTime() / 1_000 - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || age > windowSeconds)
    return { status: 401, why: 'the timestamp is not of now' };
  const body = String((request as { rawBody?: unknown }).rawBody ?? '');
  const signed = `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
  const given = String(request.headers['x-watchfloor-signature'] ?? '');
  const fits = given.length === signed.length && timingSafeEqual(Buffer.from(given), Buffer.from(signed));
  return fits ? undefined : { status: 401, why: 'the signature does not fit' };
}
