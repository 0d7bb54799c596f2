import type { TokenCredential } from '@azure/core-auth';
import type { MetricsQueryResult } from '@azure/monitor-query-metrics';
import { FarSideError } from '../errors.ts';
import type { CallFarSide } from '../telemetry.ts';
import { boundBody } from './bound-body.ts';
import { teachManners } from './pipeline.ts';
import { lastSegment } from './resource-id.ts';

/** Azure Monitor's metrics, by its batch API. Throws `FarSideError`. */
export interface Metrics {
  /** One series for each of `names` that Azure has values of. */
  read(request: MetricsRequest): Promise<MetricSeries[]>;
}

export interface MetricsRequest {
  /** Resource Manager id. */
  resource: string;
  /** Where it stands: `westeurope`; each region answers for its own resources. */
  region: string;
  /** Its type: `Microsoft.Storage/storageAccounts`. */
  namespace: string;
  /** At most 20, as the API spells them: `Egress`. */
  names: readonly string[];
  from: Date;
  to: Date;
  /** Length of what one point stands for: `PT15M`; one of those that the metric has. */
  grain: string;
  signal?: AbortSignal;
}

export interface MetricSeries {
  name: string;
  /** Oldest first. */
  points: MetricPoint[];
}

/** Each is absent where nothing was measured. */
export interface MetricPoint {
  /** Milliseconds since 1970, when it began. */
  at: number;
  average: number | undefined;
  total: number | undefined;
  count: number | undefined;
}

export interface MetricsOptions {
  /** In place of every region's own address: a stand-in. */
  endpoint?: string | undefined;
  credential: TokenCredential;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}

/** https://learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api; the client would ask for Resource Manager's. */
const scope = 'https://metrics.monitor.azure.com/.default';
const regional = /^[a-z0-9]+\.metrics\.monitor\.azure\.com$/;
/** 20 metrics with 1,440 points each are a third of it. */
const mostBytes = 4 * 1024 * 1024;

export function createMetrics(options: MetricsOptions): Metrics {
  return {
    async read({ resource, region, namespace, names, from, to, grain, signal }) {
      const endpoint = options.endpoint ?? regionalEndpoint(region);
      // Only when somebody asks.
      const { MetricsClient } = await import('@azure/monitor-query-metrics');
      const client = new MetricsClient(endpoint, options.credential, {
        credentials: { scopes: [scope] },
        userAgentOptions: { userAgentPrefix: 'watchfloor' },
      });
      teachManners(client.pipeline, { ...options, endpoint, signal });
      boundBody(client.pipeline, mostBytes, tooLarge);
      const wishes = { startTime: from, endTime: to, interval: grain, aggregation: 'average,total,count' };
      try {
        // It looks for the subscription in the id by letters' case.
        const results = await client.queryResources([resource.toLowerCase()], [...names], namespace, wishes);
        return results.flatMap(toSeries);
      } catch (error) {
        if (error instanceof FarSideError) throw error;
        const sentence = 'Azure Monitor answered in another form than it is documented to.';
        throw new FarSideError('azure', 'unavailable', sentence, { cause: error });
      }
    },
  };
}

/** The region comes from an answer of another API, so it is held against what regions look like. */
function regionalEndpoint(region: string): string {
  const host = `${region.replaceAll(' ', '').toLowerCase()}.metrics.monitor.azure.com`;
  if (regional.test(host)) return `https://${host}`;
  throw new FarSideError('azure', 'rejected', 'The resource is in no region that Azure Monitor has.');
}

const tooLarge = () =>
  new FarSideError('azure', 'rejected', "Azure Monitor's answer is over 4 MB; it was not read.");

function toSeries({ metrics }: MetricsQueryResult): MetricSeries[] {
  return metrics.flatMap(({ id, timeseries, errorCode }) => {
    const data = timeseries[0]?.data;
    if (!data || (errorCode && errorCode !== 'Success')) return [];
    const points = data
      .map(({ timeStamp, average, total, count }) => ({
        at: timeStamp.getTime(),
        average: measured(average),
        total: measured(total),
        count: measured(count),
      }))
      .filter(({ at }) => Number.isFinite(at))
      .toSorted((a, b) => a.at - b.at);
    // The client's own name is the one for people, which is translated.
    return [{ name: lastSegment(id), points }];
  });
}

/** The client takes whatever stands there for a number. */
const measured = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
