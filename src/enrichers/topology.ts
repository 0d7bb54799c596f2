import type { AzureNetwork } from '../azure/network.ts';
import type { NetworkWatcher, TopologyResource } from '../azure/network-watcher.ts';
import { lastSegment, subscriptionOf } from '../azure/resource-id.ts';
import { FarSideError } from '../errors.ts';
import { type Enrichment, nothingKnown } from '../incident/enrichment.ts';
import { isVirtualMachine } from '../incident/subjects.ts';
import type { LogPlace } from './ask-logs.ts';
import type { EnrichContext, Enricher } from './enricher.ts';
import { drawMap } from './network/draw-map.ts';
import { type Talk, talksOf } from './network/flows.ts';
import { readSurroundings, type Surroundings, surroundingCalls } from './network/surroundings.ts';
import { unlessDenied } from './unless-denied.ts';

interface TopologyOptions {
  network: AzureNetwork;
  watcher: NetworkWatcher;
  /** Where flows are, if anywhere. */
  place?: LogPlace;
}

/** A machine and what stands around it, as a picture: its way to the internet, its neighbours, whom it talks with. */
export function createTopology({ network, watcher, place }: TopologyOptions): Enricher {
  return {
    name: 'topology',
    title: 'Surroundings',
    question: 'What stands between it and the internet, and what beside it?',
    about: ['machine'],
    concerns: (subject) => subject.kind === 'machine' && isVirtualMachine(subject.resourceId),
    side: 'network-watcher',
    calls: surroundingCalls + 2,
    api: 'Microsoft.Network 2024-05-01: networkWatchers/topology; Log Analytics query API v1: NTANetAnalytics',
    permission:
      'Reader, and Microsoft.Network/networkWatchers/topology/action; Log Analytics Reader on the workspace',
    lifetimeSeconds: 300,
    deadlineMs: 30_000,
    limits: 'The first interface of the machine, and a few of its neighbours and peers',
    onDemand: true,

    async enrich(subject, context) {
      if (subject.kind !== 'machine') return nothingKnown;
      try {
        const [around, watchers, talks] = await Promise.all([
          readSurroundings(network, subject.resourceId, context.signal),
          unlessDenied(watcher.watchers(subscriptionOf(subject.resourceId), context.signal)),
          place ? peersOf(subject.name, place, context) : [],
        ]);
        const at = watchers === 'denied' ? undefined : watchers.get(around.machine.location.toLowerCase());
        return tell(around, await neighboursOf(watcher, at, around, context.signal), talks);
      } catch (error) {
        if (error instanceof FarSideError && error.reason === 'not-found') return nothingKnown;
        throw error;
      }
    },
  };
}

/** The picture is worth drawing without them. */
async function peersOf(machine: string, place: LogPlace, context: EnrichContext): Promise<Talk[]> {
  const talks = await unlessDenied(talksOf(machine, place, context));
  return talks === 'denied' || !talks ? [] : talks;
}

/** Other machines in its subnet, which no rule keeps from it where nobody wrote one. */
async function neighboursOf(
  watcher: NetworkWatcher,
  at: string | undefined,
  { subnet, machine }: Surroundings,
  signal: AbortSignal,
): Promise<string[]> {
  if (!at || !subnet) return [];
  const resources = await unlessDenied(watcher.topology(at, subnet.id, signal));
  if (resources === 'denied') return [];
  const isOther = ({ id }: TopologyResource) =>
    isVirtualMachine(id) && id.toLowerCase() !== machine.id.toLowerCase();
  return resources.filter(isOther).map(({ id }) => lastSegment(id));
}

function tell(around: Surroundings, neighbours: string[], talks: Talk[]): Enrichment {
  const { machine, nic, subnet, publicAddresses, groups } = around;
  const list = (names: string[]) => names.slice(0, 12).join(', ') || 'none';
  const peers = [...new Set(talks.filter(({ isAllowed }) => isAllowed).map(({ peer }) => peer))];
  return {
    facts: [
      {
        label: 'Network',
        value: subnet ? `${subnet.network}/${subnet.name} ${subnet.prefixes.join(', ')}` : 'none',
      },
      { label: 'Address', value: nic ? `${nic.privateAddress} at ${nic.name}` : 'none' },
      {
        label: 'Public address',
        value: list(publicAddresses.map(({ address, name }) => `${address} (${name})`)),
      },
      { label: 'Security groups', value: list(groups.map(({ name }) => name)) },
      { label: 'Beside it', value: list(neighbours) },
      { label: 'Talks with', value: list(peers) },
      ...around.denied.map((what) => ({
        label: 'Not allowed',
        value: `${what}: Reader on its resource group`,
      })),
    ],
    traits: [],
    map: drawMap(`Around ${machine.name}`, around, neighbours, talks),
  };
}
