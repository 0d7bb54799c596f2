import ipaddr from 'ipaddr.js';
import type { AzureNetwork, NetworkedMachine, Nic } from '../azure/network.ts';
import type { SecurityGroup } from '../azure/network-rules.ts';
import type { NetworkWatcher } from '../azure/network-watcher.ts';
import { subscriptionOf } from '../azure/resource-id.ts';
import { FarSideError } from '../errors.ts';
import { type Enrichment, nothingKnown } from '../incident/enrichment.ts';
import { isVirtualMachine } from '../incident/subjects.ts';
import type { Enricher } from './enricher.ts';
import { decidingRule, isPublic, rulesFor } from './network/inbound-rules.ts';
import { readSurroundings, surroundingCalls } from './network/surroundings.ts';
import { type Path, tellWayIn } from './network/way-in.ts';
import { unlessDenied } from './unless-denied.ts';

interface NetcheckOptions {
  network: AzureNetwork;
  watcher: NetworkWatcher;
}

export function createNetcheck({ network, watcher }: NetcheckOptions): Enricher {
  return {
    name: 'netcheck',
    title: 'Way in',
    question: 'Can this address reach that machine at that port, and which rule decides?',
    about: ['path'],
    concerns: (subject) => subject.kind === 'path' && isVirtualMachine(subject.to),
    side: 'network-watcher',
    // Machine, interface, watchers; then three that Azure works at, or for IPv6 all that stands around.
    calls: 3 + surroundingCalls,
    api: 'Microsoft.Network 2024-05-01: networkWatchers/ipFlowVerify, networkWatchers/nextHop, networkInterfaces/effectiveNetworkSecurityGroups',
    permission:
      'Reader, and Microsoft.Network/networkWatchers/{ipFlowVerify,nextHop}/action, networkInterfaces/effectiveNetworkSecurityGroups/action (Network Contributor has all three)',
    lifetimeSeconds: 60,
    deadlineMs: 40_000,
    limits:
      'A running virtual machine; IP flow verify takes IPv4 alone, IPv6 is told from the rules as they are written',
    onDemand: true,

    async enrich(subject, { signal }) {
      if (subject.kind !== 'path') return nothingKnown;
      const [machine, watchers] = await Promise.all([
        network.machine(subject.to, signal),
        watcher.watchers(subscriptionOf(subject.to), signal),
      ]);
      const [nicId] = machine.nicIds;
      if (!nicId) return only(`${machine.name} has no network interface.`);
      const nic = await network.nic(nicId, signal);
      const at = watchers.get(machine.location.toLowerCase());
      const ask = { network, watcher, at, path: subject, machine, nic, signal };
      if (ipaddr.process(subject.from).kind() === 'ipv6') return checkByRules(ask);
      if (!at) return only(`Not known: there is no Network Watcher in ${machine.location}.`);
      return check({ ...ask, at });
    },
  };
}

interface Asking extends NetcheckOptions {
  path: Path;
  machine: NetworkedMachine;
  nic: Nic;
  signal: AbortSignal;
}

async function check(asking: Asking & { at: string }): Promise<Enrichment> {
  const { watcher, at, path, machine, nic, signal } = asking;
  const { from, port, protocol } = path;
  const [verdict, back, groups] = await Promise.all([
    watcher.ipFlowVerify(
      at,
      { machineId: machine.id, nicId: nic.id, protocol, from, to: nic.privateAddress, port },
      signal,
    ),
    unlessDenied(watcher.nextHop(at, { machineId: machine.id, from: nic.privateAddress, to: from }, signal)),
    groupsInForce(asking),
  ]);
  return tellWayIn({ path, machine, nic, verdict, groups, back: back === 'denied' ? undefined : back });
}

/** IP flow verify knows no IPv6, and rules in force are shown with any address as 0.0.0.0/0: those written down tell. */
async function checkByRules({ network, path, machine, nic, signal }: Asking): Promise<Enrichment> {
  const { groups, isEveryGroupRead } = await readSurroundings(network, machine.id, signal);
  if (!isEveryGroupRead) return only('Not known: not every security group could be read.');
  const decided = decidingRule(groups, path);
  // Where no group stands, a public address lets nothing in by itself.
  const isFree = groups.length === 0 && !isPublic(ipaddr.process(path.from));
  const isAllowed = decided ? decided.rule.access === 'Allow' : isFree;
  const verdict = { isAllowed, rule: decided?.rule.name ?? '' };
  return tellWayIn({ path, machine, nic, verdict, groups, back: undefined });
}

/** Only for the name of the group: without it there is still an answer. */
async function groupsInForce({ network, nic, signal }: Asking): Promise<SecurityGroup[]> {
  try {
    return rulesFor(await network.effectiveGroups(nic.id, signal), nic);
  } catch (error) {
    const isNoMatter =
      error instanceof FarSideError && (error.reason === 'auth' || error.reason === 'rejected');
    if (isNoMatter) return [];
    throw error;
  }
}

const only = (answer: string): Enrichment => ({
  facts: [{ label: 'Answer', value: answer, long: true }],
  traits: [],
});
