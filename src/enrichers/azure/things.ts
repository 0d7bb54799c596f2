import { z } from 'zod';
import type { ResourceGraph } from '../../azure/resource-graph.ts';
import { kqlList } from './place.ts';
import { readRows, text } from './rows.ts';

const bag = z.record(z.string(), z.unknown()).catch({});

const thing = z.object({
  id: z.string().min(1).max(1_000),
  name: text,
  type: text.transform((said) => said.toLowerCase()),
  kind: text,
  location: text,
  resourceGroup: text,
  subscription: text,
  tags: bag,
  groupTags: bag,
  sku: bag,
  identity: bag,
  properties: bag,
});

/** What stands in Azure, as Resource Graph tells it; what it leaves out is empty. */
export type Thing = z.infer<typeof thing>;

/** More of one name are as good as two: nobody knows which is meant. */
const mostThings = 5;

/**
 * Things by their ids: a database and its server, in no order. Everybody who asks for the same ids asks in the same
 * words, so that Resource Graph is asked once.
 */
export async function thingsById(
  graph: ResourceGraph,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Thing[]> {
  return readThings(await graph.rows(thingsWhere(`id in~ ${kqlList(ids)}`), { signal }));
}

export const readThings = (rows: readonly unknown[]): Thing[] => readRows(thing, rows, mostThings);

/** Groups are written in small letters in one table and as they were made in the other. */
export const thingsWhere = (filter: string): string => `resources
| where ${filter}
| take ${mostThings}
| extend group = tolower(resourceGroup)
| join kind=leftouter (
    resourcecontainers
    | where type =~ "microsoft.resources/subscriptions"
    | project subscriptionId, subscription = name
  ) on subscriptionId
| join kind=leftouter (
    resourcecontainers
    | where type =~ "microsoft.resources/subscriptions/resourcegroups"
    | project subscriptionId, group = tolower(name), groupTags = tags
  ) on subscriptionId, group
| project id, name, type, kind, location, resourceGroup, subscription, tags, groupTags, sku, identity, properties`;

export const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
