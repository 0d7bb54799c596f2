import { TENANT_ID } from '../people.ts';
import { type GraphRow, graphTables } from './row.ts';
import { policyRows } from './rows/policy.ts';
import { postureRows } from './rows/posture.ts';
import { recoveryRows } from './rows/recovery.ts';
import { resourceRows } from './rows/resources.ts';

/** All rows as they are now, of every table; those that somebody changed as they left them. */
function graphRows(now: Date, changed: readonly GraphRow[]): GraphRow[] {
  const replaced = new Set(changed.map(({ table, id }) => `${table} ${id}`));
  return [...resourceRows(now), ...postureRows(now), ...policyRows(now), ...recoveryRows(now)]
    .filter(({ table, id }) => !replaced.has(`${table} ${id}`))
    .concat(changed);
}

interface StoredTable {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

/** The tables as a query reads them: those of these subscriptions, or of all where none are named. */
export function graphTablesOf(
  now: Date,
  subscriptions: readonly string[] | undefined,
  changed: readonly GraphRow[],
): Map<string, StoredTable> {
  const isWanted = ({ subscriptionId }: GraphRow) =>
    subscriptions === undefined || subscriptions.includes(subscriptionId);
  const byTable = Map.groupBy(graphRows(now, changed).filter(isWanted), ({ table }) => table);
  const tables = new TablesInAnyCase();
  for (const name of graphTables) {
    const rows = (byTable.get(name) ?? []).map((row) => columns.map((column) => column.of(row)));
    tables.set(name, { columns: columns.map(({ name, type }) => ({ name, type })), rows });
  }
  return tables;
}

/** Resource Graph takes `Resources` and `resources` for the same. */
class TablesInAnyCase extends Map<string, StoredTable> {
  override get(name: string): StoredTable | undefined {
    return super.get(name.toLowerCase());
  }
  override has(name: string): boolean {
    return super.has(name.toLowerCase());
  }
}

/** Columns that the vendor's tables have in common, of the same types. */
const columns: { name: string; type: 'string' | 'dynamic'; of(row: GraphRow): unknown }[] = [
  { name: 'id', type: 'string', of: ({ id }) => id },
  { name: 'name', type: 'string', of: ({ name }) => name },
  { name: 'type', type: 'string', of: ({ type }) => type.toLowerCase() },
  { name: 'tenantId', type: 'string', of: () => TENANT_ID },
  { name: 'kind', type: 'string', of: ({ kind = '' }) => kind },
  { name: 'location', type: 'string', of: ({ location }) => location },
  { name: 'resourceGroup', type: 'string', of: ({ resourceGroup }) => resourceGroup.toLowerCase() },
  { name: 'subscriptionId', type: 'string', of: ({ subscriptionId }) => subscriptionId },
  { name: 'managedBy', type: 'string', of: ({ managedBy = '' }) => managedBy },
  { name: 'sku', type: 'dynamic', of: ({ sku = null }) => sku },
  { name: 'plan', type: 'dynamic', of: () => null },
  { name: 'properties', type: 'dynamic', of: ({ properties }) => properties },
  { name: 'tags', type: 'dynamic', of: ({ tags = null }) => tags },
  { name: 'identity', type: 'dynamic', of: ({ identity = null }) => identity },
  { name: 'zones', type: 'dynamic', of: ({ zones = null }) => zones },
  { name: 'extendedLocation', type: 'dynamic', of: () => null },
];
