import { createDefenderEndpoint } from '../../src/azure/defender-endpoint.ts';
import { createGraphIdentity } from '../../src/azure/graph-identity.ts';
import { createMetrics } from '../../src/azure/metrics.ts';
import { createAzureNetwork } from '../../src/azure/network.ts';
import { createNetworkWatcher } from '../../src/azure/network-watcher.ts';
import { createResourceGraph } from '../../src/azure/resource-graph.ts';
import { createRest } from '../../src/azure/rest.ts';
import type { Enricher } from '../../src/enrichers/enricher.ts';
import { enrichers, type FarSides } from '../../src/enrichers/index.ts';
import { createRegionOf } from '../../src/enrichers/metrics/region-of.ts';
import { usualTags } from '../../src/enrichers/resource/tags.ts';
import { secretOf } from '../../src/secrets/secret.ts';

/** Every enricher that there is, with clients that lead nowhere: for what they say of themselves. */
export function everyEnricher(): Enricher[] {
  const credential = { getToken: async () => null };
  const nowhere = { endpoint: 'https://127.0.0.1:1', credential };
  const arm = createRest({ ...nowhere, scope: 'https://management.azure.com/.default' });
  const graph = createResourceGraph(nowhere);
  const key = secretOf('KEY', 'a-key');
  const outside = { url: 'https://127.0.0.1:1', key: () => key.open()[0], internal: [] };
  const logs: FarSides['logs'] = {
    logs: {
      ask: async () => {
        throw new Error('Nobody answers.');
      },
      schema: async () => ({ tables: [], functions: [] }),
    },
    scope: { kind: 'workspaces', names: ['soc'] },
  };
  const sides: FarSides = {
    ours: { alike: async () => [], openWith: async () => [] },
    attack: { incidents: { incident: async () => undefined }, failed: () => {} },
    identity: createGraphIdentity(nowhere),
    graph,
    arm,
    network: createAzureNetwork(arm),
    watcher: createNetworkWatcher(arm),
    metrics: createMetrics(nowhere),
    regionOf: createRegionOf(graph),
    defender: createDefenderEndpoint(nowhere),
    portals: { tenant: 'tenant', defender: 'https://security.microsoft.com' },
    tags: usualTags,
    labels: [],
    logs,
    sentinel: [{ subscription: 's', resourceGroup: 'r', workspace: 'w' }],
    virustotal: outside,
    abuseipdb: outside,
    greynoise: outside,
    lists: {
      lists: [{ name: 'list', file: 'list.csv', level: 'malicious' }],
      told: () => {},
      failed: () => {},
    },
    addresses: { networks: [], cloudRanges: [], places: [], failed: () => {} },
  };
  return Object.values(enrichers).flatMap((create) => create(sides) ?? []);
}
