import { completeAlert, type DefenderAlert } from '../../src/sandbox/azure/defender-alert.ts';

export const subscription = '3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5';

/**
 * Rooms that the alerts are spread over. Slack takes one message a second a room: with fewer rooms the bench
 * would show Slack's limit and nothing of ours.
 */
const blocks = 20;
const roomsPerBlock = 20;

/** The n-th alert, the same each time it is asked for, as Azure Resource Manager shows it (about 2 kB). */
export function alertNumber(n: number): DefenderAlert {
  const mark = markOf(n);
  const machine = `vm-${blockOf(n)}-${roomOf(n)}-${mark}`;
  const azureResourceId = `/subscriptions/${subscription}/resourceGroups/rg-bench/providers/Microsoft.Compute/virtualMachines/${machine}`;
  const address = `198.51.100.${(n % 254) + 1}`;
  return completeAlert(
    {
      name: mark,
      properties: {
        alertType: 'VM_SSHBruteForceFailed',
        alertDisplayName: `Failed SSH brute force attempt ${mark}`,
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

const madeAt = new Date();

/** What tells alerts apart on their way through everything: letters and digits that no escaping changes. */
export const markOf = (n: number): string => `bench-${String(n).padStart(6, '0')}`;

/** The number in a text that carries a mark. */
export function numberIn(text: string): number | undefined {
  const digits = /bench-(\d{6})/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const two = (n: number) => String(n).padStart(2, '0');
const blockOf = (n: number) => `a${two(n % blocks)}`;
const roomOf = (n: number) => `b${two(Math.floor(n / blocks) % roomsPerBlock)}`;

/** Rules that lead each alert to its room, two deep, so that finding one takes 40 comparisons at most. */
export function routes(): object {
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => two(n));
  return {
    name: 'everything',
    to: [{ slack: 'C0BENCH' }],
    routes: upTo(blocks).map((a) => ({
      name: `block ${a}`,
      match: { target: `vm-a${a}-*` },
      routes: upTo(roomsPerBlock).map((b) => ({
        name: `room ${a} ${b}`,
        match: { target: `*-b${b}-*` },
        to: [{ slack: `C0BENCH${a}${b}` }],
      })),
    })),
  };
}
