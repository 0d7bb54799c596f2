/** Names of tags by what they say; letters' case, spaces, dashes and underscores do not matter. */
export interface TagNames {
  owner: string[];
  application: string[];
  environment: string[];
  criticality: string[];
  runbook: string[];
}

/** Names that companies use: https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-tagging */
export const usualTags: TagNames = {
  owner: ['owner', 'owner-name', 'team', 'ops-team', 'business-owner', 'technical-owner', 'contact'],
  application: ['application', 'application-name', 'app', 'app-name', 'workload', 'workload-name', 'service'],
  environment: ['environment', 'env', 'stage'],
  criticality: ['criticality', 'business-criticality', 'tier', 'asset-criticality', 'importance'],
  runbook: ['runbook', 'runbook-url', 'playbook', 'documentation', 'docs', 'wiki', 'diagram'],
};

/** A tag as it was written; `isInherited` where it stands on the resource group alone. */
export interface ToldTag {
  name: string;
  value: string;
  isInherited: boolean;
}

export type Tags = Record<string, unknown>;

/** By each meaning the first of its names that has a value: on the resource itself, else on its group. */
export function readTags(
  own: Tags,
  group: Tags,
  names: TagNames,
): Record<keyof TagNames, ToldTag | undefined> & { costs: ToldTag | undefined } {
  const find = (wanted: readonly string[]) => named(own, wanted, false) ?? named(group, wanted, true);
  return {
    owner: find(names.owner),
    application: find(names.application),
    environment: find(names.environment),
    criticality: find(names.criticality),
    runbook: find(names.runbook),
    costs: find(costs),
  };
}

const costs = ['cost-center', 'cost-centre'];
const longestTag = 256;

function named(tags: Tags, wanted: readonly string[], isInherited: boolean): ToldTag | undefined {
  const byName = new Map(Object.entries(tags).map(([name, value]) => [bare(name), { name, value }]));
  for (const one of wanted) {
    const found = byName.get(bare(one));
    if (typeof found?.value !== 'string') continue;
    const value = found.value.trim().slice(0, longestTag);
    if (value) return { name: found.name, value, isInherited };
  }
  return undefined;
}

const bare = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, '');

/** The words for what a company cannot do without. */
const highest = new Set(
  'crownjewel crownjewels critical missioncritical businesscritical veryhigh highest high tier0 t0'.split(
    ' ',
  ),
);
export const isHighest = ({ value }: ToldTag): boolean => highest.has(bare(value));

/** The address of a page, where it is one of https and names nobody; shown as text, never as a link. */
export function pageIn({ value }: ToldTag): string | undefined {
  const url = URL.parse(value);
  return url?.protocol === 'https:' && !url.username && !url.password ? url.href : undefined;
}
