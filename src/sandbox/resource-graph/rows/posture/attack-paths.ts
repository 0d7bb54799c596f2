import { machineNamed, things } from '../../../logs/samples/estate.ts';
import { type GraphRow, rowOf } from '../../row.ts';

interface Step {
  id: string;
  type: string;
  /** What leads from here to the next. */
  by: string;
}

const machine = (name: string, by: string): Step => ({
  id: machineNamed(name).id,
  type: 'azurevirtualmachine',
  by,
});

/** Ways in that Defender CSPM found; each step but the last says how one gets on from there. */
const paths: { key: string; title: string; risk: string; factors: string[]; steps: Step[] }[] = [
  {
    key: '6f1b2c3d-0a41-4e77-9c55-1d2e3f405161',
    title: 'Internet exposed VM with high severity vulnerabilities and read permission to a Key Vault',
    risk: 'Critical',
    factors: ['Exposure to the Internet', 'Critical resource'],
    steps: [
      machine('vm-pay-web-01', 'can authenticate as'),
      { id: things.keyVault, type: 'azurekeyvault', by: '' },
    ],
  },
  {
    key: '7a2c3d4e-1b52-4f88-8d66-2e3f40516272',
    title:
      'Internet exposed VM with high severity vulnerabilities can reach a SQL database with sensitive data',
    risk: 'High',
    factors: ['Exposure to the Internet', 'Sensitive data'],
    steps: [
      machine('vm-pay-web-01', 'has credentials of'),
      { id: things.sql, type: 'azuresqldatabase', by: '' },
    ],
  },
  {
    key: '8b3d4e5f-2c63-4099-9e77-3f4051627383',
    title: 'Internet exposed VM with open management ports allows lateral movement to a critical VM',
    risk: 'Critical',
    factors: ['Exposure to the Internet', 'Lateral movement', 'Critical resource'],
    steps: [machine('vm-jump-01', 'can sign in to'), machine('vm-dc-01', '')],
  },
  {
    key: '9c4e5f60-3d74-41aa-8f88-405162738494',
    title: 'Internet exposed Kubernetes pod is running a container with high severity vulnerabilities',
    risk: 'High',
    factors: ['Exposure to the Internet'],
    steps: [
      { id: things.aks, type: 'azurekubernetescluster', by: 'runs images of' },
      { id: things.registry, type: 'azurecontainerregistry', by: '' },
    ],
  },
];

export const attackPathRows = (): GraphRow[] =>
  paths.map(({ key, title, risk, factors, steps }) => {
    const subscription = steps[0]?.id.split('/')[2] ?? '';
    const internal = (n: number) => `${key}-${n}`;
    return rowOf(
      'securityresources',
      `/subscriptions/${subscription}/providers/Microsoft.Security/attackPaths/${key}`,
      {
        resourceGroup: '',
        location: 'global',
        properties: {
          displayName: title,
          attackPathDisplayName: title,
          description: `${title}.`,
          riskLevel: risk,
          riskFactors: factors,
          entryPointEntityInternalID: internal(0),
          targetEntityInternalID: internal(steps.length - 1),
          graphComponent: {
            entities: steps.map(({ id, type }, n) => ({
              entityInternalID: internal(n),
              entityType: type,
              entityName: id.split('/').at(-1),
              // In the graph they stand in lower case, whatever Resource Manager writes.
              entityIdentifiers: { azureResourceId: id.toLowerCase() },
            })),
            connections: steps.slice(1).map((_step, n) => ({
              sourceEntityInternalID: internal(n),
              targetEntityInternalID: internal(n + 1),
              connectionType: steps[n]?.by,
            })),
            insights: [],
          },
        },
      },
    );
  });
