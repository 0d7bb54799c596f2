import { kqlString } from './escape.ts';
import type { Hunt } from './hunt.ts';
import type { EntityKind } from './read-entity.ts';

/** How Sentinel calls them in entity mappings. https://learn.microsoft.com/azure/sentinel/entities-reference */
export const typesOf: Record<EntityKind, string[]> = {
  account: ['account', 'mailbox'],
  host: ['host'],
  ip: ['ip'],
  file: ['file', 'filehash'],
  url: ['url', 'dns', 'dnsresolution'],
  resource: ['azureresource'],
};

/** The condition that a row is about one of these, by columns that the hunt maps to their kind; `undefined` where none are. */
export function narrowing(hunt: Hunt, kind: EntityKind, names: string[]): string | undefined {
  const columns = hunt.entityMappings
    .filter(({ entityType }) => typesOf[kind].includes(entityType.toLowerCase()))
    .flatMap(({ fieldMappings }) => fieldMappings)
    // A part of a name that many share says nothing.
    .filter(
      ({ identifier }) => !/^(upnsuffix|ntdomain|dnsdomain|osfamily|algorithm|directory)$/i.test(identifier),
    )
    .map(({ columnName }) => columnName);
  const distinct = [...new Set(columns)];
  if (distinct.length === 0 || names.length === 0) return undefined;
  return distinct.flatMap((column) => names.map((name) => condition(kind, column, name))).join(' or ');
}

function condition(kind: EntityKind, column: string, name: string): string {
  // Some hunts gather several in one column, as a list.
  const value = `tostring(${/^[A-Za-z_]\w*$/.test(column) ? column : `[${kqlString(column)}]`})`;
  if (kind === 'host') return `${value} has ${kqlString(name.split('.', 1)[0] ?? name)}`;
  const asGiven = `${value} has ${kqlString(name)}`;
  const bare = bareName(name);
  if (kind !== 'account' || bare === name) return asGiven;
  return `${asGiven} or ${value} =~ ${kqlString(bare)} or ${value} endswith ${kqlString(`\\${bare}`)} or ${value} startswith ${kqlString(`${bare}@`)}`;
}

/** `CONTOSO\adam` and `adam@contoso.com` are both `adam` on machines. */
function bareName(name: string): string {
  return name.slice(name.lastIndexOf('\\') + 1).split('@', 1)[0] ?? name;
}
