/** Tables of Resource Graph that the stand-in keeps; the vendor has more. Their names may be written in any case. */
export const graphTables = [
  'resources',
  'resourcecontainers',
  'securityresources',
  'policyresources',
  'recoveryservicesresources',
  'networkresources',
  'healthresources',
] as const;
export type GraphTable = (typeof graphTables)[number];

/**
 * A row of one of the tables. Resource Graph gives `type` and `resourceGroup` in lower case, and ids as their provider
 * writes them.
 */
export interface GraphRow {
  table: GraphTable;
  id: string;
  name: string;
  type: string;
  location: string;
  resourceGroup: string;
  subscriptionId: string;
  kind?: string;
  managedBy?: string;
  tags?: Record<string, string>;
  sku?: Record<string, unknown>;
  identity?: Record<string, unknown>;
  zones?: string[];
  properties: Record<string, unknown>;
}

/** A row of what stands under this id: name, type, group and subscription are read from it. */
export function rowOf(
  table: GraphTable,
  id: string,
  more: Partial<GraphRow> & Pick<GraphRow, 'properties'>,
): GraphRow {
  const [, , subscriptionId = '', , resourceGroup = ''] = id.split('/');
  const [provider = '', ...parts] = (id.split('/providers/').at(-1) ?? '').split('/');
  const types = parts.filter((_part, place) => place % 2 === 0);
  return {
    table,
    id,
    name: parts.at(-1) ?? '',
    type: [provider, ...types].join('/').toLowerCase(),
    location: 'westeurope',
    resourceGroup,
    subscriptionId,
    ...more,
  };
}
