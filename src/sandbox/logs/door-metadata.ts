import type { ArmRoute } from '../azure/arm.ts';
import { notFound } from '../azure/arm-error.ts';
import { savedFunctions } from './tables-functions.ts';
import { resourceIdOf, type Workspace, workspaces } from './tables-workspaces.ts';

const API_VERSIONS = ['2022-10-01', '2023-09-01', '2025-02-01', '2025-07-01'];

/** What there is to ask in a workspace, as the query API's metadata call tells it. */
export function metadataOf(found: Workspace[]): object {
  const tables = new Map(found.flatMap(({ tables }) => tables.map((table) => [table.name, table] as const)));
  return {
    tables: [...tables.values()].map(({ name, columns }) => ({
      id: `t/${name}`,
      name,
      description: '',
      timespanColumn: 'TimeGenerated',
      hasData: true,
      labels: [],
      columns: columns.map((column) => ({ ...column, description: '' })),
    })),
    functions: savedFunctions.map(({ name, text }) => ({
      id: `f/${name}`,
      name,
      displayName: name,
      description: '',
      body: text,
      parameters: '',
    })),
    workspaces: found.map((one) => ({
      id: one.id,
      resourceId: resourceIdOf(one),
      name: one.name,
      region: 'westeurope',
      related: {},
    })),
    tableGroups: [],
    categories: [],
    solutions: [],
    resourceTypes: [],
    queries: [],
    applications: [],
    resources: [],
    permissions: [],
  };
}

const workspacePath =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{workspace}';

/** Tables as Resource Manager knows them: with their plans, which the query API does not tell. */
export const tableRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: `${workspacePath}/tables`,
    apiVersions: API_VERSIONS,
    answer: ({ param }) => {
      const workspace = named(param('subscription'), param('workspace'));
      return { status: 200, body: { value: workspace.tables.map((table) => armTable(workspace, table)) } };
    },
  },
  {
    method: 'GET',
    path: `${workspacePath}/tables/{table}`,
    apiVersions: API_VERSIONS,
    answer: ({ param }) => {
      const workspace = named(param('subscription'), param('workspace'));
      const table = workspace.tables.find(({ name }) => name === param('table'));
      if (!table) throw notFound(`The table '${param('table')}'`);
      return { status: 200, body: armTable(workspace, table) };
    },
  },
  {
    method: 'GET',
    path: workspacePath,
    apiVersions: API_VERSIONS,
    answer: ({ param }) => {
      const workspace = named(param('subscription'), param('workspace'));
      return {
        status: 200,
        body: {
          id: resourceIdOf(workspace),
          name: workspace.name,
          type: 'Microsoft.OperationalInsights/workspaces',
          location: 'westeurope',
          properties: { customerId: workspace.id, retentionInDays: 90, provisioningState: 'Succeeded' },
        },
      };
    },
  },
];

function named(subscription: string, name: string): Workspace {
  const found = workspaces.find(
    (one) => one.name.toLowerCase() === name.toLowerCase() && one.subscription === subscription.toLowerCase(),
  );
  if (!found) throw notFound(`The workspace '${name}'`);
  return found;
}

function armTable(workspace: Workspace, { name, plan, columns }: Workspace['tables'][number]): object {
  return {
    id: `${resourceIdOf(workspace)}/tables/${name}`,
    name,
    type: 'Microsoft.OperationalInsights/workspaces/tables',
    properties: {
      plan,
      retentionInDays: plan === 'Analytics' ? 90 : 30,
      totalRetentionInDays: 180,
      provisioningState: 'Succeeded',
      schema: {
        name,
        tableType: name.endsWith('_CL') ? 'CustomLog' : 'Microsoft',
        tableSubType: 'Any',
        standardColumns: name.endsWith('_CL') ? [] : columns,
        columns: name.endsWith('_CL') ? columns : [],
      },
    },
  };
}
