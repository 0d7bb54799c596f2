import { BlockList, isIP } from 'node:net';
import type { DefenderEndpoint } from '../azure/defender-endpoint.ts';
import { currentMachines, machinesMeant } from '../azure/which-machine.ts';
import { type Enrichment, nothingKnown, type Subject } from '../incident/enrichment.ts';
import { owningAddress } from './endpoint/address.ts';
import { describeMachine } from './endpoint/machine.ts';
import type { Enricher } from './enricher.ts';
import { unlessDenied } from './unless-denied.ts';

export interface EndpointOptions {
  defender: DefenderEndpoint;
  /** `https://security.microsoft.com`, or that of a sovereign cloud. */
  portal: string;
}

/** What Defender for Endpoint knows of a machine, and whose an inner address is. */
export function createEndpoint({ defender, portal }: EndpointOptions): Enricher {
  async function ofMachine(subject: Subject & { kind: 'machine' }, signal: AbortSignal): Promise<Enrichment> {
    const named = machinesMeant(await defender.machinesNamed(subject.name, signal), subject.resourceId);
    const [machine, ...others] = named;
    if (!machine) return nothingKnown;
    const [vulnerabilities, logons, actions] = await Promise.all([
      unlessDenied(defender.vulnerabilities(machine.id, signal)),
      unlessDenied(defender.logons(machine.id, signal)),
      unlessDenied(defender.actions(machine.id, signal)),
    ]);
    return describeMachine({ machine, others, vulnerabilities, logons, actions, portal });
  }

  return {
    name: 'endpoint',
    title: 'Defender for Endpoint',
    question: 'Is this machine watched, healthy, patched, cut off, and who is signed in to it?',
    about: ['machine', 'ip'],
    concerns(subject) {
      if (subject.kind === 'machine') return hostName.test(subject.name);
      return subject.kind === 'ip' && isInner(subject.address);
    },
    side: 'defender-endpoint',
    calls: 4,
    api: 'Defender for Endpoint: /api/machines, /logonusers, /vulnerabilities, /api/machineactions',
    permission:
      'Machine.Read.All; for its parts Vulnerability.Read.All and User.Read.All (application, WindowsDefenderATP)',
    lifetimeSeconds: 900,
    deadlineMs: 15_000,
    limits:
      '100 calls a minute, vulnerabilities 50; 1,500 an hour (https://learn.microsoft.com/defender-endpoint/api/get-discovered-vulnerabilities).',
    async enrich(subject, { signal }) {
      if (subject.kind === 'machine') return ofMachine(subject, signal);
      if (subject.kind !== 'ip') return nothingKnown;
      return owningAddress(currentMachines(await defender.machinesAt(subject.address, signal)), portal);
    },
  };
}

const hostName = /^[a-z0-9][a-z0-9._-]{0,252}$/i;

/** Only those does Defender know of as a machine's own. */
const inner = new BlockList();
inner.addSubnet('10.0.0.0', 8);
inner.addSubnet('172.16.0.0', 12);
inner.addSubnet('192.168.0.0', 16);
inner.addSubnet('fc00::', 7, 'ipv6');

function isInner(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && inner.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
