import { subscriptions } from '../../azure/estate.ts';
import type { GraphRow } from '../row.ts';

const names = { production: 'Contoso production', shared: 'Contoso shared services' } as const;
const tags = {
  production: { criticality: 'high', 'business-owner': 'shop-board@contoso.com' },
  shared: { criticality: 'high' },
};
const groups: Record<keyof typeof names, Record<string, Record<string, string>>> = {
  production: {
    'rg-payments': { owner: 'payments-team@contoso.com', costcenter: '4711' },
    'rg-shop': { owner: 'shop-team@contoso.com', costcenter: '4820' },
    'rg-edge': { owner: 'network-team@contoso.com' },
    'rg-backup': {},
  },
  shared: {
    'rg-identity': {
      owner: 'identity-team@contoso.com',
      runbook: 'https://wiki.contoso.com/identity/tier-0',
    },
    'rg-backup': { owner: 'identity-team@contoso.com', runbook: 'https://wiki.contoso.com/backup/restore' },
    'rg-office': { owner: 'workplace-team@contoso.com', environment: 'production' },
    'rg-edge': { owner: 'network-team@contoso.com' },
    'rg-security': { owner: 'soc@contoso.com' },
  },
};

/** The two subscriptions and the resource groups in them. */
export const containerRows = (): GraphRow[] =>
  (['production', 'shared'] as const).flatMap((of) => {
    const subscriptionId = subscriptions[of];
    const common = { table: 'resourcecontainers', subscriptionId } as const;
    const root = `/subscriptions/${subscriptionId}`;
    return [
      {
        ...common,
        id: root,
        name: names[of],
        type: 'microsoft.resources/subscriptions',
        location: '',
        resourceGroup: '',
        tags: tags[of],
        properties: {
          state: 'Enabled',
          subscriptionPolicies: { quotaId: 'EnterpriseAgreement_2014-09-01', spendingLimit: 'Off' },
          managementGroupAncestorsChain: [{ name: 'contoso', displayName: 'Contoso' }],
        },
      },
      ...Object.entries(groups[of]).map(([name, own]) => ({
        ...common,
        id: `${root}/resourceGroups/${name}`,
        name,
        type: 'microsoft.resources/subscriptions/resourcegroups',
        location: 'westeurope',
        resourceGroup: name,
        tags: own,
        properties: { provisioningState: 'Succeeded' },
      })),
    ];
  });
