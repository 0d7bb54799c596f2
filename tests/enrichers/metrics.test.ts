import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegionOf } from '../../src/enrichers/metrics/region-of.ts';
import { createMetricsEnricher } from '../../src/enrichers/metrics.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { context, reasonOf, resource, startMonitor, startOdd } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
});
afterAll(() => azure.stop());

const regionOf = async () => 'westeurope';
const told = (id: string) =>
  createMetricsEnricher({ metrics: azure.metrics, regionOf }).enrich(resource(id), context());
const justNow = (...stories: string[]) =>
  azure.happened.splice(0, 99, ...stories.map((story) => ({ story, at: Date.now() })));

describe('the load of a resource', () => {
  it('is a chart of twelve hours and one sentence that compares the last one', async () => {
    justNow('storage-tor-access');
    const { facts, traits, chart } = await told(things.backupStorage);
    expect(facts[0]).toEqual({
      label: 'Egress',
      value: expect.stringMatching(/^(29|30|31) GB in the last hour, \d\d × its usual$/),
    });
    expect(traits).toMatchObject([{ chip: expect.stringMatching(/^Egress \d\d × usual$/), tone: 'warning' }]);
    expect(chart).toMatchObject({ title: 'Egress', unit: 'bytes' });
    expect(chart?.points.length).toBeGreaterThanOrEqual(47);
    expect(chart?.points.length).toBeLessThanOrEqual(60);
    expect(chart?.points.map(({ at }) => at)).toEqual(chart?.points.map(({ at }) => at).toSorted());
  });

  it('draws the metric that rose most', async () => {
    justNow('storage-mass-deletion');
    expect((await told(things.backupStorage)).chart?.title).toBe('Requests');
    justNow('postgres-brute-force');
    const { chart, traits } = await told(things.postgres);
    expect(chart?.title).toBe('Failed connections');
    expect(traits[0]?.chip).toMatch(/^[\d,]+ failed connections$|^Failed connections$/);
  });

  it('of a database counts the passwords that were guessed and who came from outside its firewall', async () => {
    justNow('sql-injection');
    const { facts } = await told(things.sql);
    expect(facts).toEqual(
      expect.arrayContaining([
        { label: 'Failed connections', value: expect.stringMatching(/^\d\d in the last hour/) },
        { label: 'Blocked by firewall', value: expect.stringContaining('in the last') },
      ]),
    );
  });

  it('says so where a machine or a cluster has nothing left to give', async () => {
    justNow('aks-crypto-miner');
    expect(await told(things.aks)).toMatchObject({
      facts: [{ label: 'CPU', value: expect.stringMatching(/^\d+ % in the last hour, usually \d\d %$/) }],
      traits: [{ chip: expect.stringMatching(/^CPU (9\d|100) %$/) }],
    });
  });

  it('is no reason to worry on an ordinary day', async () => {
    justNow();
    const quiet = machineNamed('vm-shop-001');
    const { traits, chart } = await createMetricsEnricher({ metrics: azure.metrics, regionOf }).enrich(
      { kind: 'machine', name: quiet.name, resourceId: quiet.id },
      context(),
    );
    expect(traits).toEqual([]);
    expect(chart).toBeDefined();
  });

  it('is not known of a resource that stands nowhere, nor asked of what has no telling metric', async () => {
    const nowhere = createMetricsEnricher({ metrics: azure.metrics, regionOf: async () => '' });
    expect(await nowhere.enrich(resource(things.keyVault), context())).toEqual({ facts: [], traits: [] });
    expect(nowhere.concerns?.(resource(things.flowLog))).toBe(false);
    expect(nowhere.concerns?.({ kind: 'machine', name: 'NB-KELLER', resourceId: '' })).toBe(false);
  });
});

describe('the region of a resource', () => {
  const told = async (data: unknown[]) => {
    const far = await startOdd(200, { data, totalRecords: data.length, count: data.length });
    const region = await createRegionOf(far.graph)(things.keyVault, context().signal);
    far.stop();
    return region;
  };

  it('is what Resource Graph says, and nothing where it does not know the resource', async () => {
    expect(await told([{ id: things.keyVault.toUpperCase(), location: 'westeurope' }])).toBe('westeurope');
    expect(await told([{ id: things.sql, location: 'westeurope' }])).toBe('');
    expect(await told([])).toBe('');
    expect(await told([{ id: things.keyVault, location: null }])).toBe('');
  });
});

describe('metrics in other shapes', () => {
  const answer = (data: unknown[], over: object = {}) => ({
    values: [
      {
        starttime: 'x',
        endtime: 'x',
        value: [
          {
            id: `${things.keyVault}/providers/Microsoft.Insights/metrics/ServiceApiHit`,
            name: { value: 'ServiceApiHit', localizedValue: 'Alle Aufrufe' },
            timeseries: [{ data }],
            ...over,
          },
        ],
      },
    ],
  });
  const hours = (n: number) => new Date(Date.UTC(2026, 10, 29) + n * 900_000).toISOString();
  const silence = Array.from({ length: 40 }, (_, n) => ({ timeStamp: hours(n) }));

  async function odd(body: unknown) {
    const far = await startOdd(200, body);
    const asked = createMetricsEnricher({ metrics: far.metrics, regionOf }).enrich(
      resource(things.keyVault),
      context(),
    );
    await asked.catch(() => {});
    far.stop();
    return asked;
  }

  it('no value is no request, and a name in another language is the same metric', async () => {
    const { facts, traits } = await odd(answer([...silence, { timeStamp: hours(40), count: 240 }]));
    expect(facts).toEqual([{ label: 'Requests', value: '240 in the last hour, usually none' }]);
    expect(traits).toMatchObject([{ chip: 'Requests usually none' }]);
    expect((await odd(answer(silence))).facts).toEqual([
      { label: 'Requests', value: 'none in the last 12 hours' },
    ]);
  });

  it.each([
    ['no resource', { values: [] }],
    ['no value', answer([])],
    ['no series', answer([], { timeseries: [] })],
    ['a metric that failed', answer(silence, { errorCode: 'InternalError' })],
    ['times that are none', answer(silence.map(() => ({ timeStamp: 'soon', count: 1 })))],
  ])('%s is nothing known', async (_what, body) => {
    expect(await odd(body)).toEqual({ facts: [], traits: [] });
  });

  it('something else altogether is an outage', async () => {
    expect(await reasonOf(odd({ values: [{ value: 'x' }] }))).toBe('unavailable');
  });
});
