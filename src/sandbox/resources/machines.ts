import { z } from 'zod';
import { ArmError } from '../azure/arm-error.ts';
import { COMPUTE_VERSIONS } from '../network/versions.ts';
import type { GraphRow } from '../resource-graph/row.ts';
import { machineRows } from '../resource-graph/rows/machines.ts';
import { found, group, resourceOf, rowsById } from './found.ts';
import type { Ground, Part } from './ground.ts';

type Power = 'running' | 'starting' | 'deallocating' | 'deallocated';

const root = `${group}/providers/Microsoft.Compute/virtualMachines/{name}`;
const operations =
  '/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/operations';

/** Azure's machines, which can be stopped and started: https://learn.microsoft.com/rest/api/compute/virtual-machines */
export function machines({ work, changed }: Ground): Part {
  const rows = rowsById(machineRows(), 'microsoft.compute/virtualmachines');
  const powers = new Map<string, Power>();
  for (const [id, { properties }] of rows) powers.set(id, powerOf(properties));

  const change = (
    verb: 'deallocate' | 'start',
    onTheWay: Power,
    there: Power,
    seconds: number,
  ): Part['routes'][number] => ({
    method: 'POST',
    path: `${root}/${verb}`,
    apiVersions: COMPUTE_VERSIONS,
    action: `Microsoft.Compute/virtualMachines/${verb}/action`,
    answer(call) {
      const row = found(rows, call, `/${verb}`);
      const id = row.id.toLowerCase();
      const before = powers.get(id) ?? 'running';
      if (verb === 'deallocate' && isEphemeral(row.properties))
        throw new ArmError(
          409,
          'OperationNotAllowed',
          'This operation is not supported for VM or VMSS instances that are using ephemeral OS disks.',
        );
      if (verb === 'start' && before === 'deallocating')
        throw new ArmError(
          409,
          'OperationNotAllowed',
          `Cannot start VM '${row.name}' while it is being deallocated.`,
        );
      changed();
      powers.set(id, onTheWay);
      const operation = work.begin(seconds, (failure) => powers.set(id, failure ? before : there));
      const subscription = call.param('subscription');
      const path = operations.replace('{subscription}', subscription).replace('{location}', row.location);
      return work.accepted(call, path, operation);
    },
  });

  /** A machine that is off does not tell its name and system. */
  function viewOf({ id, properties }: GraphRow) {
    const power = powers.get(id.toLowerCase());
    const { computerName, osName, osVersion } = instance.parse(properties).extended.instanceView;
    return {
      ...(power === 'running' ? { computerName, osName, osVersion } : {}),
      statuses: [
        { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' },
        { code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` },
      ],
    };
  }

  /** The graph's copy has the power by its name. */
  function graphViewOf(row: GraphRow) {
    const { statuses, ...view } = viewOf(row);
    return { ...view, powerState: statuses.find(({ code }) => code.startsWith('PowerState/')) };
  }

  return {
    routes: [
      {
        method: 'GET',
        path: root,
        apiVersions: COMPUTE_VERSIONS,
        action: 'Microsoft.Compute/virtualMachines/read',
        answer(call) {
          const row = found(rows, call);
          const { extended: _onlyInTheGraph, ...properties } = row.properties;
          const isAsked = call.url.searchParams.get('$expand') === 'instanceView';
          return {
            status: 200,
            body: {
              ...resourceOf(row),
              type: 'Microsoft.Compute/virtualMachines',
              properties: { ...properties, ...(isAsked ? { instanceView: viewOf(row) } : {}) },
            },
          };
        },
      },
      {
        method: 'GET',
        path: `${root}/instanceView`,
        apiVersions: COMPUTE_VERSIONS,
        action: 'Microsoft.Compute/virtualMachines/instanceView/read',
        answer: (call) => ({ status: 200, body: viewOf(found(rows, call, '/instanceView')) }),
      },
      change('deallocate', 'deallocating', 'deallocated', 6),
      change('start', 'starting', 'running', 4),
      {
        ...work.operationRoute(operations, COMPUTE_VERSIONS),
        action: 'Microsoft.Compute/locations/operations/read',
      },
    ],
    state: () => Object.fromEntries(powers),
    rows: () =>
      [...rows.values()]
        .filter(({ id, properties }) => powers.get(id.toLowerCase()) !== powerOf(properties))
        .map((row) => ({
          ...row,
          properties: { ...row.properties, extended: { instanceView: graphViewOf(row) } },
        })),
  };
}

/** What the graph's copy tells besides. */
const instance = z.object({
  storageProfile: z.object({ osDisk: z.object({ diffDiskSettings: z.object({}).optional() }) }),
  extended: z.object({
    instanceView: z.object({
      computerName: z.string().optional(),
      osName: z.string().optional(),
      osVersion: z.string().optional(),
      powerState: z.object({ code: z.enum(['PowerState/running', 'PowerState/deallocated']) }),
    }),
  }),
});
const isEphemeral = (properties: object): boolean =>
  instance.parse(properties).storageProfile.osDisk.diffDiskSettings !== undefined;
const powerOf = (properties: object): Power =>
  instance.parse(properties).extended.instanceView.powerState.code === 'PowerState/running'
    ? 'running'
    : 'deallocated';
