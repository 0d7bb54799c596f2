import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Attributes,
  context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { describe, FarSideError, Refused } from './errors.ts';

export interface SpanOptions {
  /** W3C traceparent under which this happened, as `currentTrace` gave it; otherwise the span that is open now. */
  parent?: string | undefined;
  /** Ids and names from closed sets; never text of alerts or people. */
  attributes?: Attributes;
}

/** Only where somebody collects traces: no context is carried along otherwise. */
let tracer: Tracer | undefined;

/** Does the work within a span; without a collector it does the work and nothing else. */
export function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  if (!tracer) return work();
  const { attributes = {} } = options;
  return tracer.startActiveSpan(name, { attributes }, within(options.parent), async (span) => {
    try {
      return await work();
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Traceparent of the open span, to be stored with what follows from it; `undefined` where nothing is traced. */
export function currentTrace(): string | undefined {
  const open = tracer ? trace.getActiveSpan()?.spanContext() : undefined;
  if (!open) return undefined;
  return `00-${open.traceId}-${open.spanId}-${open.traceFlags.toString(16).padStart(2, '0')}`;
}

/** The open span for a line of the log. A new object each time: pino writes into it. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const open = tracer ? trace.getActiveSpan()?.spanContext() : undefined;
  return open ? { trace_id: open.traceId, span_id: open.spanId } : {};
}

/**
 * Sends spans to the OTLP collector at `endpoint` (its base, without `/v1/traces`). Loads the SDK, which reads
 * further `OTEL_…` variables by itself. `tell` hears why spans could not be delivered. Returns what sends the last
 * spans and ends it, within three seconds.
 */
export async function startTracing(
  endpoint: string,
  tell: (reason: string) => void,
): Promise<() => Promise<void>> {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const complain = (reason: string) => tell(reason.slice(0, 400));
  const ignore = () => {};
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'watchfloor', 'service.instance.id': hostname() }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  // No propagator: a trace is ours alone and no header of it goes to Azure or a chat.
  provider.register({ propagator: null });
  tracer = provider.getTracer('watchfloor');

  return async () => {
    if (!tracer) return;
    tracer = undefined;
    const patience = new AbortController();
    const late = sleep(drainMs, 'The last spans found no collector.', { signal: patience.signal });
    const trouble = await Promise.race([provider.shutdown().catch(describe), late]);
    patience.abort();
    if (trouble) complain(trouble);
    trace.disable();
    context.disable();
    diag.disable();
  };
}

/** A collector that is there takes milliseconds; the SDK would go on trying for ten seconds. */
const drainMs = 3_000;

const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function within(parent: string | undefined) {
  const [, traceId, spanId, flags] = parent?.match(traceparent) ?? [];
  if (!traceId || !spanId || !flags) return context.active();
  // A stored trace counts alone, whatever happens to be open where its row is taken up.
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}

/** Sentences of errors stay in the log, where what must not be seen is left out. */
function markFailed(span: Span, error: unknown): void {
  // Somebody was told what is not possible; nothing has failed.
  if (error instanceof Refused) return void span.setAttribute('watchfloor.refused', true);
  const name = error instanceof Error ? error.name : 'unknown';
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: error instanceof FarSideError ? error.reason : name,
  });
}
