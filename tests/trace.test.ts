import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FarSideError, Refused } from '../src/errors.ts';
import { closeServer } from '../src/sandbox/close-server.ts';
import { createTelemetry, type Telemetry } from '../src/telemetry.ts';
import { currentTrace, inSpan, startTracing, traceFields } from '../src/trace.ts';

describe('without a collector', () => {
  it('work is done, and no trace is made of it', async () => {
    expect(await inSpan('intake', {}, async () => currentTrace())).toBeUndefined();
    expect(await inSpan('intake', {}, async () => traceFields())).toEqual({});
  });

  it('work that fails fails as it would alone', async () => {
    await expect(inSpan('intake', {}, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  });
});

describe('with a collector', () => {
  let collector: Collector;
  let stop: () => Promise<void>;
  let telemetry: Telemetry;
  const troubles: string[] = [];

  beforeEach(async () => {
    collector = await openCollector();
    stop = await startTracing(collector.url, (reason) => troubles.push(reason));
    telemetry = createTelemetry(pino({ level: 'silent' }));
  });
  afterEach(async () => {
    telemetry.stop();
    await stop();
    await collector.close();
    troubles.length = 0;
  });

  /** Ends tracing, which sends what is left, and gives the spans by name. */
  const sent = async () => {
    await stop();
    return new Map(collector.spans().map((span) => [span.name, span]));
  };

  it('one trace leads from a push to the card that is posted for it', async () => {
    // Each step takes its parent from the row that the step before it wrote.
    const raw = await inSpan('webhook', { attributes: { source: 'defender' } }, async () => currentTrace());
    const card = await inSpan('take in', { parent: raw }, async () => currentTrace());
    await inSpan('deliver', { parent: card }, () =>
      telemetry.callFarSide('slack', 'chat.postMessage', async () => 'posted'),
    );

    const spans = await sent();
    const way = ['webhook', 'take in', 'deliver', 'slack chat.postMessage'].map((name) => spans.get(name));
    expect(new Set(way.map((span) => span?.traceId)).size).toBe(1);
    expect(way.map((span) => span?.parentSpanId || undefined)).toEqual([
      undefined,
      ...way.slice(0, -1).map((span) => span?.spanId),
    ]);
    expect(way[0]?.attributes).toEqual([{ key: 'source', value: { stringValue: 'defender' } }]);
    expect(collector.services()).toEqual(['watchfloor']);
    expect(troubles).toEqual([]);
  });

  it('a call that Azure refuses says why, and says nothing that Azure wrote', async () => {
    const refused = new FarSideError('azure', 'conflict', 'Azure answered 409: contoso\\anna changed it');
    await inSpan('write back', {}, () =>
      telemetry.callFarSide('azure', 'PUT', () => Promise.reject(refused)),
    ).catch(() => {});
    const call = (await sent()).get('azure PUT');
    expect(call?.status).toEqual({ code: 2, message: 'conflict' });
    expect(JSON.stringify(collector.spans())).not.toContain('anna');
  });

  it('a person who is told that something is not possible is no failure', async () => {
    const press = inSpan('press', {}, () => Promise.reject(new Refused('Ben has it.')));
    await expect(press).rejects.toThrow('Ben has it.');
    const span = (await sent()).get('press');
    expect(span?.status.code ?? 0).toBe(0);
    expect(span?.attributes).toEqual([{ key: 'watchfloor.refused', value: { boolValue: true } }]);
  });

  it('a row without a trace, or with something else in its place, begins a new one', async () => {
    const traces = await Promise.all(
      [undefined, '', 'not a trace', '00-short-01'].map((parent) =>
        inSpan('deliver', { parent }, async () => traceFields().trace_id),
      ),
    );
    expect(new Set(traces).size).toBe(4);
  });

  it('what happens at the same time stays apart', async () => {
    const both = ['first', 'second'].map((name) =>
      inSpan(name, {}, async () => {
        const before = traceFields();
        await new Promise(setImmediate);
        expect(traceFields()).toEqual(before);
        return before.trace_id;
      }),
    );
    expect(new Set(await Promise.all(both)).size).toBe(2);
  });

  it('a line of the log names the span in which it was written', async () => {
    const lines: string[] = [];
    const log = pino({ mixin: traceFields }, { write: (line) => lines.push(line) });
    const trace = await inSpan('deliver', {}, async () => {
      log.warn({ card: 7 }, 'card not shown yet');
      return currentTrace();
    });
    log.info('outside');
    const [inside, outside] = lines.map((line) => JSON.parse(line));
    expect(`00-${inside.trace_id}-${inside.span_id}-01`).toBe(trace);
    expect(inside.card).toBe(7);
    expect(outside).not.toHaveProperty('trace_id');
  });

  it('a collector that refuses them is complained of', async () => {
    collector.refuse();
    await inSpan('deliver', {}, async () => 'shown');
    await stop();
    expect(troubles.join()).toContain('Forbidden');
  });

  it('a collector that is away is complained of, and holds nobody up', async () => {
    await collector.close();
    expect(await inSpan('deliver', {}, async () => 'shown')).toBe('shown');
    await stop();
    expect(troubles).toEqual(['The last spans found no collector.']);
  });
});

const value = z.record(z.string(), z.unknown());
const attributes = z.array(z.object({ key: z.string(), value }));
const span = z.object({
  name: z.string(),
  traceId: z.string().length(32),
  spanId: z.string().length(16),
  parentSpanId: z.string().optional(),
  attributes,
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

type Collector = Awaited<ReturnType<typeof openCollector>>;

/** Takes what an OTLP collector takes over HTTP as JSON, and refuses what is not in that form. */
async function openCollector() {
  const received: z.infer<typeof exported>['resourceSpans'] = [];
  let refusing = false;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const parsed = exported.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const isRight = request.method === 'POST' && request.url === '/v1/traces' && parsed.success;
    if (parsed.success) received.push(...parsed.data.resourceSpans);
    response
      .writeHead(refusing ? 403 : isRight ? 200 : 400, { 'content-type': 'application/json' })
      .end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    refuse() {
      refusing = true;
    },
    spans: () => received.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    services: () => [
      ...new Set(
        received.flatMap(({ resource }) =>
          resource.attributes
            .filter(({ key }) => key === 'service.name')
            .map(({ value }) => value.stringValue),
        ),
      ),
    ],
    close: () => closeServer(server),
  };
}
