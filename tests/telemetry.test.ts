import fs from 'node:fs';
import { type Logger, pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { showBacklog } from '../src/backlog-gauges.ts';
import { FarSideError } from '../src/errors.ts';
import { createLog } from '../src/log.ts';
import type { Backlog } from '../src/store/backlog.ts';
import { createTelemetry, type Telemetry } from '../src/telemetry.ts';
import { table } from './markdown.ts';

let telemetry: Telemetry;
let logged: Record<string, unknown>[];
beforeEach(() => {
  logged = [];
  const log: Logger = pino({ level: 'warn' }, { write: (line) => logged.push(JSON.parse(line)) });
  telemetry = createTelemetry(log);
});
afterEach(() => telemetry.stop());

/** Value of a series as Prometheus would read it, such as `watchfloor_given_up_total{work="card"}`. */
async function read(series: string): Promise<number | undefined> {
  const line = (await telemetry.registry.metrics()).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

describe('the numbers of a process', () => {
  it('tell alerts by what became of them, the others as zero', async () => {
    telemetry.countAlerts('defender', 'accepted');
    telemetry.countAlerts('defender', 'accepted', 9);
    telemetry.countAlerts('defender', 'repeated', 2);
    const alerts = (outcome: string) =>
      read(`watchfloor_alerts_total{source="defender",outcome="${outcome}"}`);
    expect(await Promise.all(['accepted', 'repeated', 'refused'].map(alerts))).toEqual([10, 2, 0]);
  });

  it('tell how soon a card was there, from 5 ms to 10 min', async () => {
    for (const seconds of [0.004, 45, 599, 3_000]) telemetry.timeToCard('slack', seconds);
    const within = (le: string) =>
      read(`watchfloor_alert_to_card_seconds_bucket{le="${le}",channel="slack"}`);
    expect(await Promise.all(['0.005', '60', '600', '+Inf'].map(within))).toEqual([1, 2, 3, 4]);
  });

  it('tell how soon people were answered and sources held what was decided', async () => {
    telemetry.timeToAnswer('teams', 0.2);
    telemetry.timeToHeld('sentinel', 7_200);
    expect(await read('watchfloor_answer_seconds_sum{channel="teams"}')).toBe(0.2);
    expect(await read('watchfloor_decision_to_source_seconds_sum{source="sentinel"}')).toBe(7_200);
  });

  it('tell of what was shown, looked for and given up', async () => {
    telemetry.countShown('slack', 'summary');
    telemetry.countInDoubt('slack', 'found');
    telemetry.countGivenUp('write-back');
    expect(await read('watchfloor_shown_total{channel="slack",part="summary"}')).toBe(1);
    expect(await read('watchfloor_posts_in_doubt_total{channel="slack",outcome="found"}')).toBe(1);
    expect(await read('watchfloor_given_up_total{work="write-back"}')).toBe(1);
    // A rule that waits for an increase would miss the first one otherwise.
    expect(await read('watchfloor_given_up_total{work="card"}')).toBe(0);
  });

  it('tell calls to a vendor by outcome, and pass on what they brought', async () => {
    const calls = (outcome: string) =>
      read(`watchfloor_far_side_call_seconds_count{side="azure",outcome="${outcome}"}`);
    expect(await telemetry.callFarSide('azure', 'GET', async () => 'an incident')).toBe('an incident');
    const throttled = new FarSideError('azure', 'rate-limited', 'Azure answered 429.');
    for (const failure of [throttled, new TypeError('ours')]) {
      const call = telemetry.callFarSide('azure', 'GET', () => Promise.reject(failure));
      await expect(call).rejects.toBe(failure);
    }
    expect(await Promise.all(['ok', 'rate-limited', 'fault'].map(calls))).toEqual([1, 1, 1]);
  });

  it('tell every time that the event loop stood still, and the log for how long', async () => {
    const stalls = () => read('watchfloor_event_loop_stalls_total');
    const until = performance.now() + 600;
    while (performance.now() < until);
    await expect.poll(stalls).toBeGreaterThan(0);
    // A machine that is busy with something else may let it stand still once more.
    expect(logged).toHaveLength((await stalls()) ?? 0);
    for (const line of logged) expect(line.msg).toBe('event loop stood still');
    expect(logged.map((line) => line.milliseconds)).toContainEqual(expect.toSatisfy((ms) => ms > 500));
    expect(await read('watchfloor_event_loop_delay_p99_seconds')).toBeGreaterThan(0);
  });

  it('tell processor and memory of the process', async () => {
    expect(await read('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(await read('process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('are apart from those of another one', async () => {
    const other = createTelemetry(createLog('silent'));
    other.countGivenUp('card');
    expect(await read('watchfloor_given_up_total{work="card"}')).toBe(0);
    other.stop();
  });
});

const backlog: Backlog = {
  raw: { waiting: 3, oldestSeconds: 4.5 },
  cards: [{ channel: 'slack', behind: 2, oldestSeconds: 70 }],
  sources: [{ source: 'sentinel', behind: 5, givenUp: 1, oldestSeconds: 900 }],
  jobs: [{ queue: 'reread', ready: 1, deferred: 2, active: 3, failed: 4 }],
  feeds: [{ source: 'defender', feed: '0000', failingSeconds: 12 }],
  enrichments: [{ side: 'graph', waiting: 6, oldestSeconds: 1_200 }],
};

describe('what is behind', () => {
  it('is told with every scrape', async () => {
    showBacklog(telemetry.registry, async () => backlog);
    expect(await read('watchfloor_raw_alerts_waiting')).toBe(3);
    expect(await read('watchfloor_raw_alerts_oldest_seconds')).toBe(4.5);
    expect(await read('watchfloor_cards_oldest_seconds{channel="slack"}')).toBe(70);
    expect(await read('watchfloor_sources_behind{source="sentinel"}')).toBe(5);
    expect(await read('watchfloor_sources_given_up{source="sentinel"}')).toBe(1);
    expect(await read('watchfloor_jobs{queue="reread",state="deferred"}')).toBe(2);
    expect(await read('watchfloor_feed_failing_seconds{source="defender",feed="0000"}')).toBe(12);
    expect(await read('watchfloor_enrichments_waiting{side="graph"}')).toBe(6);
    expect(await read('watchfloor_enrichments_oldest_seconds{side="graph"}')).toBe(1_200);
    expect(await read('watchfloor_database_up')).toBe(1);
  });

  it('is read once for two who scrape at the same time', async () => {
    let looks = 0;
    showBacklog(telemetry.registry, async () => {
      looks += 1;
      return backlog;
    });
    const scrapes = [telemetry.registry.metrics(), telemetry.registry.metrics()];
    for (const scrape of await Promise.all(scrapes))
      expect(scrape).toContain('watchfloor_raw_alerts_waiting 3');
    expect(looks).toBe(1);
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('too many connections'))],
    ['hangs', () => new Promise<Backlog>(() => {})],
  ])('is left out while the database %s, and everything else is told', async (_how, look) => {
    showBacklog(telemetry.registry, look);
    const text = await telemetry.registry.metrics();
    expect(text).toContain('watchfloor_database_up 0');
    expect(text).toContain('watchfloor_given_up_total{work="card"} 0');
    expect(text).not.toMatch(/^watchfloor_(raw|cards|sources|jobs|feed|enrichments)\w*[ {]/m);
  });
});

describe('what is written about the numbers', () => {
  const known = () => {
    showBacklog(telemetry.registry, async () => backlog);
    const metrics = telemetry.registry.getMetricsAsArray();
    return metrics.map(({ name }) => name).filter((name) => name.startsWith('watchfloor_'));
  };

  it('names each in docs/operations.md, and no others', () => {
    const told = table('docs/operations.md', 'metric').map(([name = '']) => name.replaceAll('`', ''));
    expect(told.sort()).toEqual(known().sort());
  });

  const ruleFile = z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            annotations: z.object({ summary: z.string(), runbook_url: z.string() }),
          }),
        ),
      }),
    ),
  });
  const rules = () =>
    ruleFile
      .parse(parse(fs.readFileSync('examples/prometheus-alerts.yaml', 'utf8')))
      .groups.flatMap(({ rules }) => rules);

  it('has example rules on numbers that there are', () => {
    const names = known();
    const used = rules().flatMap(({ expr }) => expr.match(/\bwatchfloor_\w+/g) ?? []);
    const series = used.map((name) =>
      names.includes(name) ? name : name.replace(/_(bucket|sum|count)$/, ''),
    );
    expect(series.filter((name) => !names.includes(name))).toEqual([]);
    expect(used.length).toBeGreaterThan(5);
  });

  it('says for every example rule what to do', () => {
    const page = fs.readFileSync('docs/operations.md', 'utf8');
    const headings = [...page.matchAll(/^### (Watchfloor\w+)$/gm)].map(([, heading = '']) => heading);
    expect(rules().map(({ alert }) => alert)).toEqual(headings);
    for (const { alert, annotations } of rules()) {
      expect(annotations.runbook_url).toMatch(new RegExp(`docs/operations\\.md#${alert.toLowerCase()}$`));
    }
  });
});
