import type { ResourceGraph } from '../../azure/resource-graph.ts';

/** A warning where it is one of our own public addresses; empty where it is nobody's of ours. `address` is a checked one. */
export async function ownAddress(
  resources: ResourceGraph,
  address: string,
  signal: AbortSignal,
): Promise<string> {
  const rows = await resources.rows(
    `resources\n| where type =~ 'Microsoft.Network/publicIPAddresses' and tostring(properties.ipAddress) == '${address}'\n| project id, name\n| take 1`,
    { signal },
  );
  const name = rows[0]?.name;
  return typeof name === 'string' ? `It is an address of our own: ${name}.` : '';
}
