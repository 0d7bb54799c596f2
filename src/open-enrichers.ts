import { setTimeout as sleep } from 'node:timers/promises';
import { createCredential } from './azure/credential.ts';
import { createDefenderEndpoint, defenderPortalOf } from './azure/defender-endpoint.ts';
import { createGraphIdentity } from './azure/graph-identity.ts';
import { createMetrics } from './azure/metrics.ts';
import { createAzureNetwork } from './azure/network.ts';
import { createNetworkWatcher } from './azure/network-watcher.ts';
import { createResourceGraph } from './azure/resource-graph.ts';
import { scopeOf } from './azure/resource-manager.ts';
import { createRest } from './azure/rest.ts';
import type { Config, KeyedSide } from './config.ts';
import type { Enricher } from './enrichers/enricher.ts';
import { createFindResources } from './enrichers/find-resources.ts';
import { enrichers, type FarSides } from './enrichers/index.ts';
import { namesDomains } from './enrichers/may-leave.ts';
import { createRegionOf } from './enrichers/metrics/region-of.ts';
import type { OutsideOptions } from './enrichers/outside.ts';
import { loadOwn } from './enrichers/own.ts';
import { describe } from './errors.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { findAlike, findOpenWith, readStanding } from './store/our-incidents.ts';

/** Between two large loads whoever waits at a door that is open already is let in. */
const breathMs = 30;

/** Everybody who is asked about entities, as far as the settings and credentials go. */
export async function openEnrichers(floor: Watchfloor, config: Config): Promise<void> {
  const { enabled, off, folder } = config.file.enrichment;
  if (!enabled) return;
  await sleep(breathMs);
  const sides = openSides(floor, config);
  if (config.intel.virustotal && !namesDomains(config.file.enrichment.internal))
    floor.log.warn(
      'enrichment.internal names no domain: VirusTotal is asked about links by their host alone',
    );
  const unknown = off.filter((name) => !(name in enrichers));
  if (unknown.length > 0) floor.log.warn({ unknown }, 'enrichment.off names enrichers that there are not');
  const all: Enricher[] = Object.values(enrichers).flatMap((create) => create(sides) ?? []);
  all.push(...(await openOwn(floor, folder)));
  for (const one of all) if (!off.includes(one.name)) floor.enrichers.set(one.name, one);
  floor.findResources = createFindResources(sides.graph);
  floor.log.info({ enrichers: floor.enrichers.size }, 'enrichers are open');
}

async function openOwn({ log }: Watchfloor, folder: string | undefined): Promise<Enricher[]> {
  if (!folder) return [];
  const own = await loadOwn(folder, new Set(Object.keys(enrichers)), {
    broken: (enricher, error) => log.error({ enricher, reason: describe(error) }, 'enricher is broken'),
  });
  for (const one of own.refused) log.warn(one, 'not an enricher');
  return own.enrichers;
}

/** One client for each far side: it holds the pace at which its side may be asked. */
function openSides(floor: Watchfloor, { azure, file, intel }: Config): FarSides {
  const { db, log, telemetry } = floor;
  const { callFarSide } = telemetry;
  const { enrichment, feeds, logs } = file;
  const credential = createCredential(azure);
  const manners = { credential, callFarSide };
  const arm = createRest({
    endpoint: azure.resourceManager,
    scope: scopeOf(azure.resourceManager),
    ...manners,
  });
  const graph = createResourceGraph({ endpoint: azure.resourceManager, ...manners });
  const [first] = logs.workspaces;
  const internal = [...enrichment.internal, ...enrichment.networks.map(({ range }) => range)];
  const outside = (one: KeyedSide | undefined): OutsideOptions | undefined =>
    one && {
      url: one.endpoint,
      key: () => one.key.open()[0],
      internal,
      callFarSide,
    };
  return {
    ours: {
      alike: (incident, days) => findAlike(db, incident, days),
      openWith: (subject) => findOpenWith(db, subject),
    },
    attack: {
      incidents: { incident: (id) => readStanding(db, id) },
      ...(enrichment.attack && { file: enrichment.attack }),
      failed: (path, reason) => log.warn({ path, reason }, 'ATT&CK cannot be read'),
    },
    identity: createGraphIdentity({ endpoint: azure.graph, ...manners }),
    graph,
    arm,
    network: createAzureNetwork(arm),
    watcher: createNetworkWatcher(arm),
    metrics: createMetrics({ endpoint: azure.metrics, ...manners }),
    regionOf: createRegionOf(graph),
    defender: createDefenderEndpoint({ endpoint: azure.defenderEndpoint, ...manners }),
    portals: { tenant: azure.tenantId, defender: defenderPortalOf(azure.defenderEndpoint) },
    tags: enrichment.tags,
    labels: enrichment.labels,
    logs:
      first && floor.atHand.logs
        ? { logs: floor.atHand.logs, scope: { kind: 'workspaces', names: [first.name] } }
        : undefined,
    sentinel: feeds.sentinel,
    virustotal: outside(intel.virustotal),
    abuseipdb: outside(intel.abuseipdb),
    greynoise: outside(intel.greynoise),
    lists: {
      lists: enrichment.lists,
      told: ({ name }, { indicators, ...read }) =>
        log.info({ list: name, indicators, ...read }, 'watch list is read'),
      failed: ({ name }, reason) => log.warn({ list: name, reason }, 'watch list cannot be read'),
    },
    addresses: {
      networks: enrichment.networks,
      cloudRanges: enrichment.cloudRanges,
      places: enrichment.places,
      failed: (path, reason) => log.warn({ path, reason }, 'file about addresses cannot be read'),
    },
  };
}
