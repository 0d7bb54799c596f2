import { subscriptions } from '../../azure/estate.ts';
import { machines, things } from '../../logs/samples/estate.ts';
import { type GraphRow, rowOf } from '../row.ts';

type Where = keyof typeof subscriptions;
interface Policy {
  /** Name of the definition; the vendor's own are guids. */
  key: string;
  title: string;
  effect: 'audit' | 'auditIfNotExists' | 'deny';
}

const policies = {
  backup: {
    key: '013e242c-8828-4970-87b3-ab247555486d',
    title: 'Azure Backup should be enabled for Virtual Machines',
    effect: 'auditIfNotExists',
  },
  ports: {
    key: '22730e10-96f6-4aac-ad84-9383d35b5917',
    title: 'Management ports should be closed on your virtual machines',
    effect: 'auditIfNotExists',
  },
  storageNetwork: {
    key: '34c877ad-507e-4c82-993e-3452a6e0ad3c',
    title: 'Storage accounts should restrict network access',
    effect: 'audit',
  },
  publicBlobs: {
    key: '4fa4b6c0-31ca-4c0d-b10d-24b96f62a751',
    title: 'Storage account public access should be disallowed',
    effect: 'deny',
  },
  purge: {
    key: '0b60c0b2-2dc2-4e1c-b5c9-abbed971de53',
    title: 'Key vaults should have deletion protection enabled',
    effect: 'audit',
  },
  sqlAuditing: {
    key: 'a6fb4358-5bf4-4ad7-ba82-2cd2f41ce5e9',
    title: 'Auditing on SQL server should be enabled',
    effect: 'auditIfNotExists',
  },
  sqlNetwork: {
    key: '1b8ca024-1d5c-4dec-8995-b1a932b41780',
    title: 'Public network access on Azure SQL Database should be disabled',
    effect: 'deny',
  },
  privileged: {
    key: '95edb821-ddaf-4404-9732-666045e056b4',
    title: 'Kubernetes cluster should not allow privileged containers',
    effect: 'deny',
  },
  registryNetwork: {
    key: 'd0793b48-0edc-4296-a390-4c75d1bdfd71',
    title: 'Container registries should not allow unrestricted network access',
    effect: 'audit',
  },
  https: {
    key: 'a4af4a39-4135-47fb-b175-47fbdf85311d',
    title: 'App Service apps should only be accessible over HTTPS',
    effect: 'audit',
  },
  cosmosKeys: {
    key: '5450f5bd-9c72-4390-a9c4-a7aba4edfdd2',
    title: 'Cosmos DB database accounts should have local authentication methods disabled',
    effect: 'audit',
  },
  owner: { key: 'contoso-owner-tag', title: 'Everything has an owner (tag)', effect: 'audit' },
} as const satisfies Record<string, Policy>;
type PolicyName = keyof typeof policies;

/** Assigned to both subscriptions: the first keeps what is looked at, the second is Contoso's own rule. */
const assignments = {
  guardRails: { key: 'contoso-guard-rails', title: 'Contoso guard rails' },
  tags: { key: 'contoso-tags', title: 'Contoso tags' },
};

const sqlServer = things.sql.replace(/\/databases\/.*$/, '');
const whereOf = (id: string): Where =>
  id.startsWith(`/subscriptions/${subscriptions.production}`) ? 'production' : 'shared';
const machine = (name: string): string => machines.find((one) => one.name === name)?.id ?? '';

/** What every resource is asked, besides its owner. */
const asked: [ids: string[], names: PolicyName[]][] = [
  [machines.map(({ id }) => id), ['backup', 'ports']],
  [
    [things.backupStorage, things.shopStorage],
    ['storageNetwork', 'publicBlobs'],
  ],
  [[things.keyVault], ['purge']],
  [[sqlServer], ['sqlAuditing', 'sqlNetwork']],
  [[things.aks], ['privileged']],
  [[things.registry], ['registryNetwork']],
  [[things.shopFront, things.springSale], ['https']],
  [[things.cosmos], ['cosmosKeys']],
  [
    [
      things.sql,
      things.postgres,
      things.gateway,
      things.publicIp,
      things.payApp,
      things.flowLog,
      things.webGateway,
      things.firewall,
    ],
    [],
  ],
];

const unmet: Partial<Record<PolicyName, string[]>> = {
  backup: [machine('vm-report-01'), machine('vm-build-01')],
  ports: [machine('vm-pay-web-01'), machine('vm-jump-01')],
  storageNetwork: [things.backupStorage, things.shopStorage],
  publicBlobs: [things.shopStorage],
  purge: [things.keyVault],
  privileged: [things.aks],
  registryNetwork: [things.registry],
  https: [things.springSale],
  cosmosKeys: [things.cosmos],
  owner: [things.flowLog, things.springSale],
};
const exempt: Partial<Record<PolicyName, string[]>> = { sqlAuditing: [sqlServer], privileged: [] };

export const policyRows = (now: Date): GraphRow[] => [
  ...Object.values(policies).map(definition),
  ...(['production', 'shared'] as const).flatMap((where) =>
    Object.values(assignments).map(({ key, title }) =>
      rowOf('policyresources', assignmentId(where, key), {
        resourceGroup: '',
        location: '',
        properties: {
          displayName: title,
          scope: `/subscriptions/${subscriptions[where]}`,
          enforcementMode: 'Default',
        },
      }),
    ),
  ),
  ...asked.flatMap(([ids, names]) =>
    ids.flatMap((id) => [...names, 'owner' as const].map((name) => state(id, name, now))),
  ),
  ...exemptions(now),
];

const definitionId = ({ key }: Policy): string =>
  /^contoso/.test(key)
    ? `/subscriptions/${subscriptions.shared}/providers/Microsoft.Authorization/policyDefinitions/${key}`
    : `/providers/Microsoft.Authorization/policyDefinitions/${key}`;

const assignmentId = (where: Where, key: string): string =>
  `/subscriptions/${subscriptions[where]}/providers/Microsoft.Authorization/policyAssignments/${key}`;

const definition = (policy: Policy): GraphRow =>
  rowOf('policyresources', definitionId(policy), {
    resourceGroup: '',
    location: '',
    // The vendor's own definitions belong to no subscription; a request that names some has them all the same.
    subscriptionId: subscriptions.shared,
    properties: {
      displayName: policy.title,
      policyType: /^contoso/.test(policy.key) ? 'Custom' : 'BuiltIn',
      mode: 'Indexed',
    },
  });

function state(id: string, name: PolicyName, now: Date): GraphRow {
  const policy = policies[name];
  const assignment = name === 'owner' ? assignments.tags : assignments.guardRails;
  const where = whereOf(id);
  const is = exempt[name]?.includes(id) ? 'Exempt' : unmet[name]?.includes(id) ? 'NonCompliant' : 'Compliant';
  return rowOf(
    'policyresources',
    `${id}/providers/Microsoft.PolicyInsights/policyStates/${assignment.key}-${name}`,
    {
      location: '',
      properties: {
        // Policy Insights writes ids in lower case.
        resourceId: id.toLowerCase(),
        resourceType: id.split('/').slice(6, 8).join('/').toLowerCase(),
        complianceState: is,
        policyAssignmentId: assignmentId(where, assignment.key).toLowerCase(),
        policyAssignmentName: assignment.key,
        policyAssignmentScope: `/subscriptions/${subscriptions[where]}`,
        policyDefinitionId: definitionId(policy).toLowerCase(),
        policyDefinitionName: policy.key,
        policyDefinitionReferenceId: name === 'owner' ? '' : name,
        policyDefinitionAction: policy.effect,
        subscriptionId: subscriptions[where],
        timestamp: new Date(now.getTime() - 5 * 3_600_000).toISOString(),
        stateWeight: is === 'NonCompliant' ? 300 : is === 'Exempt' ? 100 : 200,
      },
    },
  );
}

/** Leave that was given: one that holds, one that nobody has ever ended, one that is over. */
function exemptions(now: Date): GraphRow[] {
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();
  const exemption = (scope: string, key: string, properties: Record<string, unknown>) =>
    rowOf('policyresources', `${scope}/providers/Microsoft.Authorization/policyExemptions/${key}`, {
      location: '',
      properties: {
        policyAssignmentId: assignmentId(whereOf(scope), assignments.guardRails.key),
        policyDefinitionReferenceIds: [],
        ...properties,
      },
    });
  return [
    exemption(sqlServer, 'sql-auditing-migration', {
      displayName: 'Auditing waits for the new server',
      description: 'Audit logs fill the old disk.',
      exemptionCategory: 'Waiver',
      expiresOn: inDays(11),
      policyDefinitionReferenceIds: ['sqlAuditing'],
    }),
    exemption(`/subscriptions/${subscriptions.shared}/resourceGroups/rg-backup`, 'backup-network', {
      displayName: 'Backup agents come from everywhere',
      exemptionCategory: 'Waiver',
    }),
    exemption(machine('vm-jump-01'), 'jump-rdp', {
      displayName: 'RDP while the VPN is being replaced',
      exemptionCategory: 'Mitigated',
      expiresOn: inDays(-20),
      policyDefinitionReferenceIds: ['ports'],
    }),
  ];
}
