import { completeAlert, type DefenderAlert } from '../../src/sandbox/azure/defender-alert.ts';
import { subscription } from './company.ts';

/** One alert of the bench: its number tells it apart, its room is where its card is to come. */
export interface Numbered {
  n: number;
  room: string;
}

let used = 0;
/** Alerts that were never sent before. */
export function newAlerts(count: number, roomOf: (n: number) => string): Numbered[] {
  used += count;
  return Array.from({ length: count }, (_, n) => ({ n: used - count + n, room: roomOf(n) }));
}

/**
 * An alert, the same each time it is asked for, as Azure Resource Manager shows it (about 2 kB). Each attacks
 * another machine and is so an incident of its own.
 */
export function defenderAlert({ n, room }: Numbered): DefenderAlert {
  const mark = markOf(n);
  const machine = `vm-${room}-${mark}`;
  const azureResourceId = `/subscriptions/${subscription}/resourceGroups/rg-bench/providers/Microsoft.Compute/virtualMachines/${machine}`;
  const address = `198.51.100.${(n % 254) + 1}`;
  return completeAlert(
    {
      name: `${mark}-${room}`,
      properties: {
        alertType: 'VM_SSHBruteForceFailed',
        alertDisplayName: `${mark}: failed SSH brute force attempt`,
        description:
          'Several failed sign-ins over SSH were seen from one address, with names that do not exist on the ' +
          'machine and with some that do. None of them succeeded so far. Somebody may be guessing passwords.',
        severity: 'Medium',
        intent: 'CredentialAccess',
        compromisedEntity: machine,
        resourceIdentifiers: [{ $id: 'r_1', azureResourceId, type: 'AzureResource' }],
        remediationSteps: ['Allow SSH only from where you work.', 'Sign in with keys instead of passwords.'],
        extendedProperties: { resourceType: 'Virtual Machine', 'attacker IP': address },
        entities: [
          { $id: 'r_2', hostName: machine, azureID: azureResourceId, osFamily: 'Linux', type: 'host' },
          { $id: 'r_3', address, type: 'ip' },
        ],
      },
    },
    madeAt,
  );
}

/** On the hour, so that every process of the bench makes the same alert. */
const hourMs = 3_600_000;
const madeAt = new Date(Math.floor(Date.now() / hourMs) * hourMs);

/** What tells alerts apart on their way through everything: letters and digits that no escaping changes. */
export const markOf = (n: number): string => `bench-${String(n).padStart(6, '0')}`;

/** The numbers of all alerts that a text names, each once. */
export function numbersIn(text: string): number[] {
  return [...new Set([...text.matchAll(/bench-(\d{6})/g)].map(([, digits]) => Number(digits)))];
}

/** The alert whose Defender name this is. */
export function fromName(name: string): Numbered {
  const [, digits = '0', room = ''] = /^bench-(\d{6})-(.+)$/.exec(name) ?? [];
  return { n: Number(digits), room };
}
