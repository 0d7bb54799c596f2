import { cloudTables } from './tables-cloud.ts';
import { identityTables } from './tables-identity.ts';
import { machineTables } from './tables-machines.ts';
import { officeTables } from './tables-office.ts';

export interface TableSchema {
  name: string;
  /** What it costs and what may be asked of it: Basic and Auxiliary are billed by what is scanned. */
  plan: 'Analytics' | 'Basic' | 'Auxiliary';
  columns: { name: string; type: string }[];
}

/** Azure makes diagnostics of containers Basic where nobody says otherwise; the custom table is cheap and verbose. */
const plans: Partial<Record<TableName, TableSchema['plan']>> = {
  ContainerLogV2: 'Basic',
  EdgeCache_CL: 'Auxiliary',
};

/** Names and columns as Azure Monitor's reference gives them. `Name:type`, in Azure's order; what says no type is a string. */
const notations = { ...identityTables, ...machineTables, ...cloudTables, ...officeTables };
export type TableName = keyof typeof notations;

export const tableSchemas: ReadonlyMap<string, TableSchema> = new Map(
  Object.entries(notations).map(([name, notation]) => [
    name,
    { name, plan: plans[name as TableName] ?? 'Analytics', columns: readNotation(notation) },
  ]),
);

export function schemaOf(name: TableName): TableSchema {
  const found = tableSchemas.get(name);
  if (!found) throw new Error(`There is no table ${name}.`);
  return found;
}

function readNotation(notation: string): TableSchema['columns'] {
  return notation
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = '', type = 'string'] = word.split(':');
      return { name, type };
    });
}
