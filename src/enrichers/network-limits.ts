import type { AzureNetwork, Usage } from '../azure/network.ts';
import type { NetworkWatcher } from '../azure/network-watcher.ts';
import { subscriptionOf } from '../azure/resource-id.ts';
import { type Enrichment, type EnrichmentFact, nothingKnown } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { typeOf } from './resource-type.ts';

/** Regions are found by their watchers, of which Azure makes one wherever there is a network. */
export function createNetworkLimits(options: { network: AzureNetwork; watcher: NetworkWatcher }): Enricher {
  const { network, watcher } = options;
  return {
    name: 'network-limits',
    title: 'Network limits',
    question: 'Which network limits of the subscription are nearly used up?',
    about: ['resource'],
    concerns: (subject) => subject.kind === 'resource' && typeOf(subject.resourceId) === 'subscription',
    side: 'resource-manager',
    calls: 1 + mostRegions,
    api: 'Microsoft.Network 2024-05-01: locations/{location}/usages',
    permission: 'Reader on the subscription',
    lifetimeSeconds: 3_600,
    deadlineMs: 15_000,
    limits: `The ${mostRegions} first regions that have a Network Watcher`,
    onDemand: true,

    async enrich(subject, { signal }) {
      if (subject.kind !== 'resource') return nothingKnown;
      const subscription = subscriptionOf(subject.resourceId);
      const regions = [...(await watcher.watchers(subscription, signal)).keys()].sort().slice(0, mostRegions);
      const usages = await Promise.all(
        regions.map(async (region) => ({
          region,
          usages: await network.usages(subscription, region, signal),
        })),
      );
      return tell(usages.flatMap(({ region, usages }) => usages.map((usage) => ({ region, ...usage }))));
    },
  };
}

const mostRegions = 5;
/** Time enough to have a limit raised, which takes Azure some days. */
const nearlyAll = 0.8;
const mostFacts = 20;

function tell(all: (Usage & { region: string })[]): Enrichment {
  // What there may be one of, a watcher in a region, is always used up.
  const counted = all.filter(({ limit }) => limit > 1);
  const near = counted
    .filter((usage) => shareOf(usage) >= nearlyAll)
    .sort((a, b) => shareOf(b) - shareOf(a))
    .slice(0, mostFacts);
  if (near.length === 0) {
    const value = counted.length === 0 ? 'no networks' : `none of ${counted.length} is over 80 %`;
    return { facts: [{ label: 'Nearly used up', value }], traits: [] };
  }
  return {
    facts: near.map((usage): EnrichmentFact => {
      const percent = Math.floor(shareOf(usage) * 100);
      return {
        label: usage.name,
        value: `${usage.used} of ${usage.limit} (${percent} %) in ${usage.region}`,
      };
    }),
    traits: [{ chip: 'near network limits', says: 'is near its network limits', tone: 'warning' }],
  };
}

const shareOf = ({ used, limit }: Usage) => used / limit;
