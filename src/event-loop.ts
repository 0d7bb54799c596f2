import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Log } from './log.ts';

/** A press has 3 s with Slack; one in a dozen of that is worth knowing of. */
const stallMs = 250;
const lookMs = 50;
/** Two scrapers, or one that comes seldom, see the same window. */
const windowMs = 15_000;
/** Milliseconds between two samples; the histogram counts this much into each of them. */
const resolution = 10;

/** Delay of the event loop, and every time that it stood still, counted and logged. Returns what ends the watch. */
export function watchEventLoop(registry: Registry, log: Log): () => void {
  const histogram = monitorEventLoopDelay({ resolution });
  let lastWindow: number | undefined;
  const p99 = () => Math.max(0, histogram.percentile(99) / 1e9 - resolution / 1_000);
  new Gauge({
    name: 'watchfloor_event_loop_delay_p99_seconds',
    help: 'How late the event loop was, 99th percentile of the last whole 15 seconds.',
    registers: [registry],
    collect() {
      this.set(lastWindow ?? p99());
    },
  });
  const stalls = new Counter({
    name: 'watchfloor_event_loop_stalls_total',
    help: 'Times that the event loop stood still for more than 250 ms.',
    registers: [registry],
  });

  histogram.enable();
  const window = setInterval(() => {
    lastWindow = p99();
    histogram.reset();
  }, windowMs).unref();
  // The histogram tells how long stalls were, not how many; a timer that comes late is one.
  let last = performance.now();
  const look = setInterval(() => {
    const late = performance.now() - last - lookMs;
    last += late + lookMs;
    if (late < stallMs) return;
    stalls.inc();
    log.warn({ milliseconds: Math.round(late) }, 'event loop stood still');
  }, lookMs).unref();

  return () => {
    histogram.disable();
    clearInterval(window);
    clearInterval(look);
  };
}
