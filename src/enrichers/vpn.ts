import type { AzureNetwork } from '../azure/network.ts';
import type { NetworkWatcher, TroubleshootResult } from '../azure/network-watcher.ts';
import { subscriptionOf } from '../azure/resource-id.ts';
import { FarSideError } from '../errors.ts';
import { type Enrichment, type EnrichmentFact, nothingKnown } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { typeOf } from './resource-type.ts';

const types = new Set(['microsoft.network/virtualnetworkgateways', 'microsoft.network/connections']);

/** Reads what the last troubleshooting found; to begin one would write to a storage account. */
export function createVpn({
  network,
  watcher,
}: {
  network: AzureNetwork;
  watcher: NetworkWatcher;
}): Enricher {
  return {
    name: 'vpn',
    title: 'VPN',
    question: 'What did the last troubleshooting of this gateway or connection come to?',
    about: ['resource'],
    concerns: (subject) => subject.kind === 'resource' && types.has(typeOf(subject.resourceId)),
    side: 'network-watcher',
    calls: 3,
    api: 'Microsoft.Network 2024-05-01: networkWatchers/queryTroubleshootResult',
    permission: 'Reader, and Microsoft.Network/networkWatchers/queryTroubleshootResult/action',
    lifetimeSeconds: 300,
    deadlineMs: 40_000,
    limits: 'Knows the last troubleshooting that somebody ran, and begins none itself',
    onDemand: true,

    async enrich(subject, { signal }) {
      if (subject.kind !== 'resource') return nothingKnown;
      const { resourceId } = subject;
      const [location, watchers] = await Promise.all([
        network.locationOf(resourceId, signal),
        watcher.watchers(subscriptionOf(resourceId), signal),
      ]);
      const at = watchers.get(location.toLowerCase());
      if (!at) return only('Troubleshooting', `not possible: there is no Network Watcher in ${location}`);
      try {
        return tell(await watcher.troubleshootResult(at, resourceId, signal));
      } catch (error) {
        if (error instanceof FarSideError && error.reason === 'not-found')
          return only('Last troubleshooting', 'none: nobody has run one');
        throw error;
      }
    },
  };
}

/** Of what went wrong; more is for the portal. */
const mostResults = 5;
const mostAdvice = 3;

function tell({ code, endedAt, results }: TroubleshootResult): Enrichment {
  const isHealthy = /^healthy$/i.test(code);
  const at = new Date(endedAt);
  const when = Number.isNaN(at.getTime()) ? {} : { at: at.toISOString() };
  const facts: EnrichmentFact[] = [
    { label: 'Last troubleshooting', value: isHealthy ? 'healthy' : 'not healthy', ...when },
  ];
  for (const { summary, detail, advice } of results.slice(0, mostResults)) {
    facts.push({ label: 'What was seen', value: [summary, detail].filter(Boolean).join('. '), long: true });
    for (const todo of advice.slice(0, mostAdvice))
      facts.push({ label: 'Azure advises', value: todo, long: true });
  }
  if (isHealthy) return { facts, traits: [] };
  return { facts, traits: [{ chip: 'VPN not healthy', says: 'is not healthy', tone: 'warning' }] };
}

const only = (label: string, value: string): Enrichment => ({ facts: [{ label, value }], traits: [] });
