import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Backlog } from './store/backlog.ts';

/** Two scrapers, or several replicas' worth of impatience, cost one look. */
const keptMs = 2_000;
/** A scrape is worth more without these numbers than not at all; Prometheus waits ten seconds for it. */
const patienceMs = 2_000;

/**
 * Gauges of what is behind, read when somebody scrapes. Every replica tells the same, so take their maximum. Where
 * the database does not answer they are absent, and `watchfloor_database_up` is 0.
 */
export function showBacklog(registry: Registry, read: () => Promise<Backlog>): void {
  const look = keep(read);
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    show: (gauge: Gauge<L>, backlog: Backlog) => void,
  ) =>
    new Gauge<L>({
      name: `watchfloor_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const backlog = await look();
        this.reset();
        // Without labels, a reset leaves a 0, which would say that nothing waits.
        if (labelNames.length === 0) this.remove();
        if (backlog) show(this, backlog);
      },
    });

  new Gauge({
    name: 'watchfloor_database_up',
    help: 'Whether the database told what is behind within two seconds.',
    registers: [registry],
    async collect() {
      this.set((await look()) ? 1 : 0);
    },
  });
  gauge('raw_alerts_waiting', 'Alerts stored and not taken in.', [], (own, { raw }) => own.set(raw.waiting));
  gauge('raw_alerts_oldest_seconds', 'Age of the oldest alert not taken in.', [], (own, { raw }) =>
    own.set(raw.oldestSeconds),
  );
  gauge(
    'cards_behind',
    'Cards and logs that do not show the newest version.',
    ['channel'],
    (own, { cards }) => {
      for (const { channel, behind } of cards) own.set({ channel }, behind);
    },
  );
  gauge('cards_oldest_seconds', 'For how long the oldest of them has not.', ['channel'], (own, { cards }) => {
    for (const { channel, oldestSeconds } of cards) own.set({ channel }, oldestSeconds);
  });
  gauge('sources_behind', 'Alerts whose source lacks a decision.', ['source'], (own, { sources }) => {
    for (const { source, behind } of sources) own.set({ source }, behind);
  });
  gauge('sources_given_up', 'Those of them that are not tried again.', ['source'], (own, { sources }) => {
    for (const { source, givenUp } of sources) own.set({ source }, givenUp);
  });
  gauge(
    'sources_oldest_seconds',
    'For how long the oldest has lacked it.',
    ['source'],
    (own, { sources }) => {
      for (const { source, oldestSeconds } of sources) own.set({ source }, oldestSeconds);
    },
  );
  gauge('jobs', 'Jobs, as the queue last counted them.', ['queue', 'state'], (own, { jobs }) => {
    for (const { queue, ...states } of jobs) {
      for (const [state, count] of Object.entries(states)) own.set({ queue, state }, count);
    }
  });
  gauge('feed_failing_seconds', 'For how long a feed has failed.', ['source', 'feed'], (own, { feeds }) => {
    for (const { source, feed, failingSeconds } of feeds) own.set({ source, feed }, failingSeconds);
  });
  gauge(
    'enrichments_waiting',
    'Answers about entities that somebody wants and nobody is just asking for.',
    ['side'],
    (own, { enrichments }) => {
      for (const { side, waiting } of enrichments) own.set({ side }, waiting);
    },
  );
  gauge(
    'enrichments_oldest_seconds',
    'For how long the oldest of them has been wanted.',
    ['side'],
    (own, { enrichments }) => {
      for (const { side, oldestSeconds } of enrichments) own.set({ side }, oldestSeconds);
    },
  );
}

/** Reads at most once in two seconds, however many ask; `undefined` where that fails or takes too long. */
function keep(read: () => Promise<Backlog>): () => Promise<Backlog | undefined> {
  let kept: { at: number; backlog: Promise<Backlog | undefined> } | undefined;
  const readInTime = async () => {
    const patience = new AbortController();
    const late = sleep(patienceMs, undefined, { signal: patience.signal, ref: false });
    const found = await Promise.race([read().catch(() => undefined), late]);
    patience.abort();
    return found;
  };
  return () => {
    const now = performance.now();
    if (!kept || now - kept.at > keptMs) kept = { at: now, backlog: readInTime() };
    return kept.backlog;
  };
}
