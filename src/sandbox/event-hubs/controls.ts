import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import type { EventHubs } from './event-hubs.ts';

const eventsToPut = z.object({
  /** Text is put as it is, everything else as JSON. */
  events: z.array(z.unknown()).min(1).max(10_000),
  partition: z.string().optional(),
});

/** What comes over the event hub, and what befalls it; docs/sandbox.md lists the calls. */
export function mountStreamControls(plain: Server, eventHubs: EventHubs): void {
  plain.post('/api/stream', async (request: Request, response: Response) => {
    const asked = eventsToPut.safeParse(request.body);
    if (!asked.success) return response.send(400, { error: z.prettifyError(asked.error) });
    const { events, partition } = asked.data;
    try {
      eventHubs.put(
        events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))),
        partition,
      );
    } catch (failure) {
      return response.send(400, { error: failure instanceof Error ? failure.message : String(failure) });
    }
    response.send(200, { put: events.length });
  });
  plain.post('/api/stream/cut', async (_request: Request, response: Response) => {
    eventHubs.cut();
    response.send(200, {});
  });
}
