import { sentinel, subscriptions } from '../azure/estate.ts';
import { schemaOf, type TableName, type TableSchema, tableSchemas } from './tables.ts';

export interface Workspace {
  /** Customer id: what the query API calls it by. */
  id: string;
  name: string;
  subscription: string;
  resourceGroup: string;
  tables: TableSchema[];
}

const ofApplications: TableName[] = ['AppRequests', 'AppExceptions'];
/** Machines and metrics of the payments team report to its own workspace. */
const ofBoth: TableName[] = ['Heartbeat', 'AzureMetrics', 'Usage'];

export const soc: Workspace = {
  id: sentinel.workspaceId,
  name: sentinel.workspace,
  subscription: sentinel.subscription,
  resourceGroup: sentinel.resourceGroup,
  tables: [...tableSchemas.values()].filter(({ name }) => !ofApplications.some((one) => one === name)),
};

export const payments: Workspace = {
  id: 'e4b0c7d2-58a1-4f36-9c2e-a7d1f0b35e68',
  name: 'contoso-payments',
  subscription: subscriptions.production,
  resourceGroup: 'rg-payments',
  tables: [...ofApplications, ...ofBoth].map(schemaOf),
};

export const workspaces: readonly Workspace[] = [soc, payments];

export const resourceIdOf = ({ subscription, resourceGroup, name }: Workspace): string =>
  `/subscriptions/${subscription}/resourceGroups/${resourceGroup}` +
  `/providers/Microsoft.OperationalInsights/workspaces/${name}`;

/** By customer id, name or Azure resource id, as the query API takes them. */
export function findWorkspace(given: string): Workspace | undefined {
  const wanted = given.toLowerCase();
  return workspaces.find((one) =>
    [one.id, one.name, resourceIdOf(one)].some((name) => name.toLowerCase() === wanted),
  );
}

/** Where the row of a table about a resource is kept. */
export function workspaceOf(table: TableName, resourceId: string): Workspace {
  if (ofApplications.includes(table)) return payments;
  return ofBoth.includes(table) && resourceId.toLowerCase().includes('/rg-payments/') ? payments : soc;
}
