import { diceOf } from './logs/samples/dice.ts';
import { storiesAt } from './logs/samples/stories.ts';
import type { Happened } from './logs/worker-query.ts';
import { type Peak, peaks } from './metrics-peaks.ts';

const MINUTE_MS = 60_000;

/** How long one value stands for, by what the API calls it. */
export const grains: Readonly<Record<string, number>> = {
  PT1M: MINUTE_MS,
  PT5M: 5 * MINUTE_MS,
  PT15M: 15 * MINUTE_MS,
  PT30M: 30 * MINUTE_MS,
  PT1H: 60 * MINUTE_MS,
};

interface Known {
  namespace: string;
  name: string;
  unit: 'Percent' | 'Bytes' | 'Count';
  /** In a minute, on average; for percentages, at any time. */
  usual: number;
}

const known: readonly Known[] = [
  { namespace: 'microsoft.compute/virtualmachines', name: 'Percentage CPU', unit: 'Percent', usual: 22 },
  {
    namespace: 'microsoft.compute/virtualmachines',
    name: 'Network Out Total',
    unit: 'Bytes',
    usual: 900_000,
  },
  { namespace: 'microsoft.storage/storageaccounts', name: 'Egress', unit: 'Bytes', usual: 14_000_000 },
  { namespace: 'microsoft.storage/storageaccounts', name: 'Transactions', unit: 'Count', usual: 3 },
  { namespace: 'microsoft.keyvault/vaults', name: 'ServiceApiHit', unit: 'Count', usual: 0.1 },
  { namespace: 'microsoft.sql/servers/databases', name: 'cpu_percent', unit: 'Percent', usual: 18 },
  { namespace: 'microsoft.sql/servers/databases', name: 'connection_failed', unit: 'Count', usual: 0.05 },
  {
    namespace: 'microsoft.sql/servers/databases',
    name: 'connection_failed_user_error',
    unit: 'Count',
    usual: 0.05,
  },
  { namespace: 'microsoft.sql/servers/databases', name: 'blocked_by_firewall', unit: 'Count', usual: 0.02 },
  {
    namespace: 'microsoft.dbforpostgresql/flexibleservers',
    name: 'connections_failed',
    unit: 'Count',
    usual: 0.1,
  },
  { namespace: 'microsoft.dbforpostgresql/flexibleservers', name: 'cpu_percent', unit: 'Percent', usual: 15 },
  {
    namespace: 'microsoft.dbformysql/flexibleservers',
    name: 'aborted_connections',
    unit: 'Count',
    usual: 0.1,
  },
  { namespace: 'microsoft.dbformysql/flexibleservers', name: 'cpu_percent', unit: 'Percent', usual: 15 },
  { namespace: 'microsoft.documentdb/databaseaccounts', name: 'TotalRequests', unit: 'Count', usual: 40 },
  { namespace: 'microsoft.network/publicipaddresses', name: 'ByteCount', unit: 'Bytes', usual: 5_000_000 },
  { namespace: 'microsoft.network/applicationgateways', name: 'TotalRequests', unit: 'Count', usual: 60 },
  { namespace: 'microsoft.apimanagement/service', name: 'Requests', unit: 'Count', usual: 1.5 },
  {
    namespace: 'microsoft.containerservice/managedclusters',
    name: 'node_cpu_usage_percentage',
    unit: 'Percent',
    usual: 35,
  },
  { namespace: 'microsoft.containerregistry/registries', name: 'TotalPullCount', unit: 'Count', usual: 0.3 },
  { namespace: 'microsoft.containerregistry/registries', name: 'TotalPushCount', unit: 'Count', usual: 0.05 },
  { namespace: 'microsoft.web/sites', name: 'Requests', unit: 'Count', usual: 20 },
];

export const unknownMetric = (namespace: string, name: string): boolean =>
  !known.some((one) => one.namespace === namespace && one.name.toLowerCase() === name.toLowerCase());

export const unitOf = (name: string): string =>
  known.find((one) => one.name.toLowerCase() === name.toLowerCase())?.unit ?? 'Count';

export interface Wanted {
  id: string;
  namespace: string;
  name: string;
  from: number;
  to: number;
  grain: number;
  aggregations: string[];
  happened: Happened[];
  now: number;
}

/** Nothing is told of what is still to come; the time that runs holds what there is of it. */
export function pointsOf({ id, namespace, name, from, to, grain, aggregations, happened, now }: Wanted) {
  const metric = known.find(
    (one) => one.namespace === namespace && one.name.toLowerCase() === name.toLowerCase(),
  );
  const first = Math.floor(from / grain) * grain;
  const told = storiesAt(now, happened);
  const own = peaks
    .filter(
      (peak) => peak.id.toLowerCase() === id.toLowerCase() && peak.name.toLowerCase() === name.toLowerCase(),
    )
    .flatMap((peak) => told.filter(({ story }) => story === peak.story).map(({ at }) => ({ ...peak, at })));
  const points = [];
  for (let at = first; at < Math.min(to, now); at += grain) {
    const minutes = Math.min(grain, now - at) / MINUTE_MS;
    const usual = (metric?.usual ?? 0) * (0.8 + 0.4 * diceOf('metric', id.toLowerCase(), name, at).roll());
    const rise = own.reduce((sum, peak) => sum + peak.value * overlap(at, at + minutes * MINUTE_MS, peak), 0);
    points.push({ at, value: aggregated(metric?.unit, usual, rise, minutes, aggregations) });
  }
  return points;
}

/** Minutes of the time that fall into the peak. */
function overlap(start: number, end: number, { at, from, to }: Peak & { at: number }): number {
  return Math.max(0, Math.min(end, at - to * MINUTE_MS) - Math.max(start, at - from * MINUTE_MS)) / MINUTE_MS;
}

function aggregated(
  unit: Known['unit'] | undefined,
  usual: number,
  rise: number,
  minutes: number,
  aggregations: string[],
): Record<string, number> {
  const isShare = unit === 'Percent';
  const total = isShare
    ? Math.min(100, usual + rise / Math.max(1, minutes))
    : Math.round(usual * minutes + rise);
  const average = isShare ? total : total / Math.max(1, minutes);
  // What is counted is told by its number: a hit of a vault is a sample of the metric.
  const all: Record<string, number> = { average, total, count: total, minimum: average, maximum: average };
  return Object.fromEntries(aggregations.map((name) => [name, all[name] ?? 0]));
}
