import type { MetricPoint, MetricSeries, Metrics } from '../azure/metrics.ts';
import {
  type Enrichment,
  nothingKnown,
  type Series,
  type Subject,
  type Trait,
} from '../incident/enrichment.ts';
import { firstFitting } from './chip.ts';
import type { Enricher } from './enricher.ts';
import { bytes, figure } from './figures.ts';
import type { RegionOf } from './metrics/region-of.ts';
import { type TellingMetric, tellingMetrics } from './metrics/telling-metrics.ts';
import { typeOf } from './resource-type.ts';

const hours = 12;
const grainMs = 15 * 60_000;
const inAnHour = 3_600_000 / grainMs;

/** What a resource did in the last hour, beside what it usually does: its most telling metric as a chart. */
export function createMetricsEnricher({
  metrics,
  regionOf,
}: {
  metrics: Metrics;
  regionOf: RegionOf;
}): Enricher {
  return {
    name: 'metrics',
    title: 'Load',
    question: `Does it do more than usual, and since when? (the last ${hours} hours)`,
    about: ['resource', 'machine'],
    concerns: (subject) => watched(subject) !== undefined,
    side: 'metrics',
    calls: 2,
    api: 'Azure Monitor metrics 2024-02-01: /subscriptions/{id}/metrics:getBatch, and Resource Graph for the region',
    permission: 'Monitoring Reader on the subscription (Reader has it, too)',
    lifetimeSeconds: 300,
    deadlineMs: 15_000,
    limits:
      'Azure Monitor: 50 resources of one type, region and subscription in a call; values come some minutes late.',
    async enrich(subject, { now, signal }) {
      const about = watched(subject);
      const region = about ? await regionOf(about.resource, signal) : '';
      if (!about || region === '') return nothingKnown;
      const { resource, namespace, telling } = about;
      const to = new Date(Math.ceil(now.getTime() / grainMs) * grainMs);
      const from = new Date(to.getTime() - hours * 3_600_000);
      const names = telling.map(({ name }) => name);
      const series = await metrics.read({
        resource,
        region,
        namespace,
        names,
        from,
        to,
        grain: 'PT15M',
        signal,
      });
      return enrichmentOf(telling.flatMap((metric) => measure(metric, series)));
    },
  };
}

function watched(subject: Subject) {
  if (subject.kind !== 'resource' && subject.kind !== 'machine') return undefined;
  const namespace = typeOf(subject.resourceId);
  const telling = tellingMetrics[namespace];
  return telling && { resource: subject.resourceId, namespace, telling };
}

interface Measured {
  metric: TellingMetric;
  points: Series['points'];
  /** Of the last hour. */
  last: number;
  /** Of an hour before it, in the middle. */
  usual: number;
  /** How many times `usual` that is; 1 where there is too little to compare. */
  rise: number;
}

function measure(metric: TellingMetric, series: MetricSeries[]): Measured[] {
  const found = series.find(({ name }) => name.toLowerCase() === metric.name.toLowerCase());
  const points = (found?.points ?? []).flatMap((point) => toPoint(metric, point)).slice(-60);
  if (points.length < 2 * inAnHour) return [];
  const values = points.map(({ value }) => value);
  const last = ofHour(metric, values.slice(-inAnHour));
  const before = Array.from({ length: Math.floor(values.length / inAnHour) - 1 }, (_, n) =>
    ofHour(metric, values.slice(-(n + 2) * inAnHour, -(n + 1) * inAnHour)),
  ).toSorted((a, b) => a - b);
  const usual = before[Math.floor(before.length / 2)] ?? 0;
  return [{ metric, points, last, usual, rise: last / Math.max(usual, least[metric.unit]) }];
}

/** Where nothing was counted, there was nothing; where nothing was measured, nobody knows. */
function toPoint({ of }: TellingMetric, point: MetricPoint): Series['points'] {
  const value = point[of] ?? (of === 'average' ? undefined : 0);
  return value === undefined ? [] : [{ at: new Date(point.at).toISOString(), value }];
}

function ofHour({ of }: TellingMetric, values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return of === 'average' ? sum / Math.max(1, values.length) : sum;
}

/** Below it in an hour, a rise tells nothing: 3 requests are not three times as bad as 1. */
const least: Record<TellingMetric['unit'], number> = {
  bytes: 1_000_000,
  requests: 20,
  connections: 5,
  '%': 5,
};

function enrichmentOf(measured: Measured[]): Enrichment {
  const sorted = measured.toSorted((a, b) => b.rise - a.rise);
  const [first] = sorted;
  if (!first) return nothingKnown;
  const { metric, points } = first;
  return {
    facts: sorted.map((one) => ({ label: one.metric.title, value: toWords(one) })),
    traits: sorted.flatMap(toTrait).slice(0, 1),
    chart: { title: metric.title, unit: metric.unit, points },
  };
}

function toWords({ metric, last, usual, rise }: Measured): string {
  const said = amount(metric, last);
  if (metric.of === 'average') return `${said} in the last hour, usually ${amount(metric, usual)}`;
  if (usual === 0) return last === 0 ? 'none in the last 12 hours' : `${said} in the last hour, usually none`;
  return `${said} in the last hour, ${rise >= 2 ? `${figure(last / usual)} × its usual` : 'as usual'}`;
}

function amount({ unit }: TellingMetric, value: number): string {
  if (unit === 'bytes') return bytes(value);
  return unit === '%' ? `${figure(value)} %` : figure(value);
}

const much = 5;
const full = 90;

function toTrait({ metric, last, usual, rise }: Measured): Trait[] {
  const { title, unit } = metric;
  const said = amount(metric, last);
  if (unit === '%') {
    if (last < full || rise < 1.5) return [];
    return [{ chip: `${title} ${said}`, says: `is at ${said} ${title}`, tone: 'warning' }];
  }
  if (rise < much) return [];
  const times = usual === 0 ? 'usually none' : `${figure(last / usual)} × usual`;
  const what = unit === 'bytes' ? `${said} of ${title.toLowerCase()}` : `${said} ${title.toLowerCase()}`;
  const chip = firstFitting(`${title} ${times}`, what, title);
  return [{ chip, says: `had ${what} in the last hour, ${times}`, tone: 'warning' }];
}
