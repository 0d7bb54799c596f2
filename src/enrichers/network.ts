import type { AzureNetwork } from '../azure/network.ts';
import type { NetworkWatcher } from '../azure/network-watcher.ts';
import { subscriptionOf } from '../azure/resource-id.ts';
import { FarSideError } from '../errors.ts';
import { type Enrichment, type EnrichmentFact, nothingKnown } from '../incident/enrichment.ts';
import { isVirtualMachine } from '../incident/subjects.ts';
import { capital } from './azure/words.ts';
import type { Enricher } from './enricher.ts';
import { exposureFacts, exposureOf, exposureTraits } from './network/exposure.ts';
import { readFlowLogging } from './network/flow-logging.ts';
import { readSurroundings, type Surroundings, surroundingCalls } from './network/surroundings.ts';
import { unlessDenied } from './unless-denied.ts';

interface NetworkOptions {
  network: AzureNetwork;
  watcher: NetworkWatcher;
}

/**
 * From the rules as they are written: those in force are the same but for what a network manager adds, and take Azure
 * up to ten seconds to tell. `netcheck` asks for them.
 */
export function createNetwork({ network, watcher }: NetworkOptions): Enricher {
  return {
    name: 'network',
    title: 'Network',
    question: 'Can the internet reach it, and is its traffic on record?',
    about: ['machine'],
    concerns: (subject) => subject.kind === 'machine' && isVirtualMachine(subject.resourceId),
    side: 'resource-manager',
    // And two for flow logs.
    calls: surroundingCalls + 2,
    api: 'Microsoft.Compute 2024-07-01: virtualMachines; Microsoft.Network 2024-05-01: networkInterfaces, networkSecurityGroups, subnets, publicIPAddresses, networkWatchers/flowLogs',
    permission: 'Reader on the subscription',
    lifetimeSeconds: 900,
    deadlineMs: 6_000,
    limits:
      'Microsoft.Network: 10,000 reads in 5 minutes a subscription and region (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling#network-throttling)',

    async enrich(subject, { signal }) {
      if (subject.kind !== 'machine') return nothingKnown;
      try {
        const [around, watchers] = await Promise.all([
          readSurroundings(network, subject.resourceId, signal),
          unlessDenied(watcher.watchers(subscriptionOf(subject.resourceId), signal)),
        ]);
        return tell(around, await readFlowLogging(watcher, around, watchers, signal));
      } catch (error) {
        if (error instanceof FarSideError && error.reason === 'not-found') return nothingKnown;
        throw error;
      }
    },
  };
}

function tell(around: Surroundings, flowLogging: string): Enrichment {
  const exposure = exposureOf(around);
  return {
    traits: exposureTraits(exposure),
    facts: [
      ...exposureFacts(around, exposure),
      ...wiringFacts(around),
      { label: 'Flow logs', value: flowLogging },
    ],
    link: {
      label: 'Network settings in the Azure portal',
      url: `https://portal.azure.com/#resource${encodeURI(around.machine.id)}/networkSettings`,
    },
  };
}

function wiringFacts({
  machine,
  nic,
  subnet,
  publicAddresses,
  groups,
  denied,
}: Surroundings): EnrichmentFact[] {
  const facts: EnrichmentFact[] = publicAddresses.map(({ address, name, dnsName }) => ({
    label: 'Public address',
    value: `${address || 'not assigned'} (${[name, dnsName].filter(Boolean).join(', ')})`,
  }));
  if (nic?.publicAddressIds.length === 0) facts.push({ label: 'Public address', value: 'none' });
  if (nic?.isBehindBalancer)
    facts.push({ label: 'Behind', value: 'a load balancer or an application gateway' });
  if (nic) {
    const where = subnet ? ` in ${subnet.network}/${subnet.name}` : '';
    facts.push({ label: 'Private address', value: `${nic.privateAddress || 'none'}${where}` });
  }
  for (const { name } of groups) facts.push({ label: 'Security group', value: name });
  if (groups.length === 0 && nic && denied.length === 0)
    facts.push({ label: 'Security group', value: 'none: nothing filters its traffic' });
  if (nic?.forwards) facts.push({ label: 'IP forwarding', value: 'on: it passes on traffic of others' });
  if (machine.nicIds.length > 1)
    facts.push({
      label: 'Interfaces',
      value: `${machine.nicIds.length}; this is about ${nic?.name ?? 'none'}`,
    });
  for (const what of denied)
    facts.push({ label: capital(what), value: 'not allowed: Reader on its resource group' });
  return facts;
}
