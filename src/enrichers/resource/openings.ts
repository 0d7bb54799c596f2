import { z } from 'zod';
import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';

/** How far a resource stands open by its own settings; firewalls that are resources of their own are not seen. */
export interface Openings {
  facts: EnrichmentFact[];
  traits: Trait[];
}

type Reach = 'closed' | 'selected' | 'endpoint' | 'open' | 'facing' | 'api' | 'unknown';

const word = z.string().catch('');
const flag = z.boolean().nullish().catch(undefined);
const rules = z.object({ defaultAction: word }).catch({ defaultAction: '' });
const list = z.array(z.unknown()).catch([]);

/** Settings as Resource Manager writes them; each type has some of them. */
const settingsShape = z.object({
  publicNetworkAccess: word,
  network: z.object({ publicNetworkAccess: word }).catch({ publicNetworkAccess: '' }),
  networkAcls: rules,
  networkRuleSet: rules,
  ipRules: list,
  isVirtualNetworkFilterEnabled: flag,
  virtualNetworkType: word,
  apiServerAccessProfile: z
    .object({ enablePrivateCluster: flag, authorizedIPRanges: list })
    .catch({ enablePrivateCluster: undefined, authorizedIPRanges: [] }),
  allowBlobPublicAccess: flag,
  allowSharedKeyAccess: flag,
  enablePurgeProtection: flag,
  adminUserEnabled: flag,
  anonymousPullEnabled: flag,
  disableLocalAuth: flag,
  disableLocalAccounts: flag,
  administrators: z
    .object({ azureADOnlyAuthentication: flag })
    .catch({ azureADOnlyAuthentication: undefined }),
  httpsOnly: flag,
});
type Settings = z.infer<typeof settingsShape>;

/** `type` in lower case. */
export function openingsOf(type: string, properties: Record<string, unknown>): Openings {
  const settings = settingsShape.parse(properties);
  const known = reaches[reachOf(type, settings)];
  const more = settingsOf(type, settings);
  return {
    facts: [
      ...(known.fact ? [{ label: 'Network access', value: known.fact }] : []),
      ...more.map(({ label, value }) => ({ label, value })),
    ],
    traits: [known.trait, ...more.map(({ trait }) => trait)].filter((trait) => trait !== undefined),
  };
}

const exposed = (chip: string, says: string): Trait => ({ chip, says, tone: 'warning', mark: 'exposed' });

const reaches: Record<Reach, { fact?: string; trait?: Trait }> = {
  closed: { fact: 'private endpoints alone' },
  selected: { fact: 'from selected networks' },
  endpoint: {
    fact: 'public endpoint, its firewall rules decide',
    trait: exposed('public endpoint', 'has a public endpoint'),
  },
  open: {
    fact: 'from all networks',
    trait: exposed('open to all networks', 'can be reached from all networks'),
  },
  facing: { fact: 'from the internet', trait: exposed('internet-facing', 'faces the internet') },
  api: {
    fact: 'API server from all networks',
    trait: exposed('public API server', 'has an API server that all networks can reach'),
  },
  unknown: {},
};

/** Types that everybody may come to unless somebody forbids it, whatever stands there. */
const facing = new Set([
  'microsoft.web/sites',
  'microsoft.web/staticsites',
  'microsoft.apimanagement/service',
]);
/** Types whose firewall is a list of rules of its own, which their settings do not tell. */
const withRules = /^microsoft\.(sql|dbforpostgresql|dbformysql|dbformariadb|synapse)\//;

function reachOf(type: string, settings: Settings): Reach {
  if (type === 'microsoft.containerservice/managedclusters') return clusterReach(settings);
  const access = settings.publicNetworkAccess || settings.network.publicNetworkAccess;
  if (/^(disabled|securedbyperimeter)$/i.test(access)) return 'closed';
  if (/^internal$/i.test(settings.virtualNetworkType)) return 'closed';
  if (facing.has(type)) return 'facing';
  const action = settings.networkAcls.defaultAction || settings.networkRuleSet.defaultAction;
  if (/^deny$/i.test(action)) return 'selected';
  if (settings.ipRules.length > 0 || settings.isVirtualNetworkFilterEnabled) return 'selected';
  if (!/^enabled$/i.test(access) && !/^allow$/i.test(action)) return 'unknown';
  return withRules.test(type) ? 'endpoint' : 'open';
}

function clusterReach({ apiServerAccessProfile: profile }: Settings): Reach {
  if (profile.enablePrivateCluster) return 'closed';
  return profile.authorizedIPRanges.length > 0 ? 'selected' : 'api';
}

const purgeable: Trait = {
  chip: 'no purge protection',
  says: 'can have its secrets purged for good',
  tone: 'warning',
};

interface Setting {
  label: string;
  value: string;
  trait?: Trait;
}

function settingsOf(type: string, settings: Settings): Setting[] {
  const found: (Setting | false)[] = [
    settings.allowBlobPublicAccess === true && {
      label: 'Anonymous access',
      value: 'containers may allow it',
      trait: exposed('anonymous reads allowed', 'lets its containers be read without a sign-in'),
    },
    settings.anonymousPullEnabled === true && {
      label: 'Anonymous access',
      value: 'everybody may pull images',
      trait: exposed('anonymous pulls allowed', 'lets everybody pull its images'),
    },
    // Left out is the same as allowed: https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
    type === 'microsoft.storage/storageaccounts' && {
      label: 'Account keys',
      value: settings.allowSharedKeyAccess === false ? 'not allowed' : 'allowed',
    },
    // Left out is off, and once on it stays on: https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
    type === 'microsoft.keyvault/vaults' && {
      label: 'Purge protection',
      value: settings.enablePurgeProtection === true ? 'on' : 'off',
      ...(settings.enablePurgeProtection === true ? {} : { trait: purgeable }),
    },
    settings.adminUserEnabled === true && { label: 'Admin user', value: 'enabled' },
    (settings.disableLocalAuth ?? settings.disableLocalAccounts) === false && {
      label: 'Local keys',
      value: 'allowed beside Entra ID',
    },
    settings.administrators.azureADOnlyAuthentication === false && {
      label: 'SQL sign-in',
      value: 'passwords allowed beside Entra ID',
    },
    settings.httpsOnly === false && { label: 'Plain HTTP', value: 'allowed' },
  ];
  return found.filter((one) => one !== false);
}
