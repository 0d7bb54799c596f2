import { completeAlert, type DefenderAlert } from './defender-alert.ts';
import { subscriptions } from './estate.ts';

const scenes = [
  {
    type: 'VM_SSHBruteForceFailed',
    title: 'Failed SSH brute force attempt',
    severity: 'Medium',
    intent: 'CredentialAccess',
  },
  {
    type: 'VM_OutboundPortScan',
    title: 'Outgoing port scan detected',
    severity: 'Medium',
    intent: 'Discovery',
  },
  {
    type: 'VM_TrafficToBlockedAddress',
    title: 'Traffic to an address recommended for blocking',
    severity: 'Low',
    intent: 'CommandAndControl',
  },
  {
    type: 'VM_UnfamiliarBinary',
    title: 'Unfamiliar program started by a web server',
    severity: 'High',
    intent: 'Execution',
  },
  {
    type: 'VM_AntimalwareQuietened',
    title: 'Antimalware exclusion added',
    severity: 'Informational',
    intent: 'DefenseEvasion',
  },
] as const;

/**
 * Alerts on many machines of the shop, as after one bad change everywhere. `repeats` is the share, 0 to 1,
 * that only says again what another one of the storm said: same type, same machine, same address.
 */
export function* storm(count: number, repeats: number, now: Date): Generator<DefenderAlert> {
  const different = Math.max(1, Math.round(count * (1 - repeats)));
  for (let n = 0; n < count; n++) {
    const which = n % different;
    const scene = scenes[which % scenes.length] ?? scenes[0];
    const machine = `vm-shop-${String(Math.floor(which / scenes.length) + 1).padStart(3, '0')}`;
    yield stormAlert(scene, machine, `198.51.100.${(which % 254) + 1}`, now);
  }
}

function stormAlert(
  scene: (typeof scenes)[number],
  machine: string,
  address: string,
  now: Date,
): DefenderAlert {
  const azureResourceId =
    `/subscriptions/${subscriptions.production}/resourceGroups/rg-shop` +
    `/providers/Microsoft.Compute/virtualMachines/${machine}`;
  const resource = { $id: 'westeurope_1', azureResourceId, type: 'AzureResource' };
  const host = {
    $id: 'westeurope_2',
    hostName: machine,
    azureID: azureResourceId,
    osFamily: 'Linux',
    type: 'host',
  };
  return completeAlert(
    {
      properties: {
        alertType: scene.type,
        alertDisplayName: scene.title,
        description: `${scene.title}: ${machine} and ${address}.`,
        severity: scene.severity,
        intent: scene.intent,
        compromisedEntity: machine,
        resourceIdentifiers: [resource],
        remediationSteps: [
          'Find out what changed on the machines of the shop before the first of these alerts.',
        ],
        extendedProperties: { resourceType: 'Virtual Machine', 'attacker IP': address },
        entities: [host, { $id: 'westeurope_3', address, type: 'ip' }],
      },
    },
    now,
  );
}
