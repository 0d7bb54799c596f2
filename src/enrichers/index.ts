import type { DefenderEndpoint } from '../azure/defender-endpoint.ts';
import type { GraphIdentity } from '../azure/graph-identity.ts';
import type { Metrics } from '../azure/metrics.ts';
import type { AzureNetwork } from '../azure/network.ts';
import type { NetworkWatcher } from '../azure/network-watcher.ts';
import type { ResourceGraph } from '../azure/resource-graph.ts';
import type { Rest } from '../azure/rest.ts';
import { createAbuseIpDb } from './abuseipdb.ts';
import { createAccountRisk } from './account-risk.ts';
import { createActivity } from './activity.ts';
import { type AddressOptions, createAddress } from './address.ts';
import type { LogPlace } from './ask-logs.ts';
import { type AttackOptions, createAttack } from './attack.ts';
import { createAzureDiagnostics } from './azure-diagnostics.ts';
import { createCorrelation } from './correlation.ts';
import { createDiagnostics } from './diagnostics.ts';
import { createEndpoint } from './endpoint.ts';
import type { Enricher } from './enricher.ts';
import { createFile } from './file.ts';
import { createGreyNoise } from './greynoise.ts';
import { createIdentity } from './identity.ts';
import { createKeyVaultAccess } from './key-vault.ts';
import { createLabels } from './labels.ts';
import type { RegionOf } from './metrics/region-of.ts';
import { createMetricsEnricher } from './metrics.ts';
import { createNetcheck } from './netcheck.ts';
import { createNetwork } from './network.ts';
import { createNetworkLimits } from './network-limits.ts';
import type { OurIncidents } from './our-incidents.ts';
import type { OutsideOptions } from './outside.ts';
import { createPolicy } from './policy.ts';
import { createPosture } from './posture.ts';
import { createPrecedent } from './precedent.ts';
import { createRecoverability } from './recoverability.ts';
import type { TagNames } from './resource/tags.ts';
import { createResource } from './resource.ts';
import { createSentinelIntelligence, type SentinelWorkspace } from './sentinel-intelligence.ts';
import { createStorage } from './storage.ts';
import { createTalkers } from './talkers.ts';
import { createTopology } from './topology.ts';
import { createVirusTotal } from './virustotal.ts';
import { createVpn } from './vpn.ts';
import { createWatchLists, type WatchListOptions } from './watch-list.ts';

/** Whom enrichers ask. What is absent is not configured, and whoever needs it is not there. */
export interface FarSides {
  ours: OurIncidents;
  attack: AttackOptions;
  identity: GraphIdentity;
  graph: ResourceGraph;
  /** Resource Manager. */
  arm: Rest;
  network: AzureNetwork;
  watcher: NetworkWatcher;
  metrics: Metrics;
  regionOf: RegionOf;
  defender: DefenderEndpoint;
  portals: { tenant: string; defender: string };
  tags: TagNames;
  /** Sensitivity labels on what must not leave. */
  labels: readonly string[];
  /** Log Analytics, and the workspace that is asked. */
  logs: LogPlace | undefined;
  sentinel: readonly SentinelWorkspace[];
  virustotal: OutsideOptions | undefined;
  abuseipdb: OutsideOptions | undefined;
  greynoise: OutsideOptions | undefined;
  lists: WatchListOptions;
  addresses: AddressOptions;
}

/** All enrichers: one file each, one line here. Of one incident those that stand first are asked first. */
export const enrichers = {
  precedent: createPrecedent,
  correlation: createCorrelation,
  attack: ({ attack }) => createAttack(attack),
  address: ({ addresses }) => createAddress(addresses),
  'watch-list': ({ lists }) => (lists.lists.length > 0 ? createWatchLists(lists) : undefined),
  identity: ({ identity }) => createIdentity({ graph: identity }),
  'account-risk': ({ identity }) => createAccountRisk({ graph: identity }),
  resource: ({ graph, portals, tags }) => createResource({ graph, tenant: portals.tenant, tags }),
  endpoint: ({ defender, portals }) => createEndpoint({ defender, portal: portals.defender }),
  network: createNetwork,
  'sentinel-intelligence': ({ arm, sentinel }) =>
    sentinel.length > 0 ? createSentinelIntelligence({ rest: arm, workspaces: sentinel }) : undefined,
  abuseipdb: ({ abuseipdb }) => abuseipdb && createAbuseIpDb(abuseipdb),
  virustotal: ({ virustotal }) => virustotal && createVirusTotal(virustotal),
  greynoise: ({ greynoise }) => greynoise && createGreyNoise(greynoise),
  file: ({ defender, portals }) => createFile({ defender, portal: portals.defender }),
  'key-vault': ({ logs }) => logs && createKeyVaultAccess(logs),
  storage: ({ logs }) => logs && createStorage(logs),
  posture: createPosture,
  recoverability: createRecoverability,
  labels: ({ logs, labels }) => logs && createLabels({ ...logs, gravest: labels }),
  activity: ({ arm }) => createActivity({ rest: arm }),
  diagnostics: ({ arm }) => createDiagnostics({ rest: arm }),
  talkers: ({ logs }) => logs && createTalkers(logs),
  'azure-diagnostics': ({ logs }) => logs && createAzureDiagnostics(logs),
  metrics: createMetricsEnricher,
  policy: createPolicy,
  netcheck: createNetcheck,
  topology: ({ network, watcher, logs }) =>
    createTopology({ network, watcher, ...(logs && { place: logs }) }),
  vpn: createVpn,
  'network-limits': createNetworkLimits,
} satisfies Record<string, (sides: FarSides) => Enricher | undefined>;
