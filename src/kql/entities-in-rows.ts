import { Refused } from '../errors.ts';
import type { Entity } from '../incident/alert.ts';
import type { Hunt } from './hunt.ts';
import type { Cell, LogTable } from './logs.ts';
import { typesOf } from './narrowing.ts';
import { type EntityKind, entityKinds, readEntity } from './read-entity.ts';

/** More are not looked at by anybody on one card; the rows have them all. */
const mostEntities = 20;
/** Rows that are read for them. */
const mostRows = 500;

type Mapped = { kind: EntityKind; column: string; identifier: string };

/** Whom and what the rows of a hunt are about, by the columns that it maps, each once, in order of appearance. */
export function entitiesInRows(
  hunt: Hunt,
  { columns, rows }: LogTable,
  said: Partial<Record<EntityKind, string>> = {},
): Entity[] {
  const mapped = mappedColumns(hunt, said).flatMap((one) => {
    const at = columns.findIndex(({ name }) => name === one.column);
    return at < 0 ? [] : [{ ...one, at }];
  });
  const found = new Map<string, Entity>();
  for (const row of rows.slice(0, mostRows)) {
    for (const one of mapped) {
      for (const name of namesIn(row[one.at])) {
        const entity = toEntity(one, name);
        const key = entity && JSON.stringify(entity).toLowerCase();
        if (entity && key && !found.has(key)) found.set(key, entity);
        if (found.size === mostEntities) return [...found.values()];
      }
    }
  }
  return [...found.values()];
}

function mappedColumns(hunt: Hunt, said: Partial<Record<EntityKind, string>>): Mapped[] {
  const own = entityKinds.flatMap((kind) =>
    said[kind] === undefined ? [] : [{ kind, column: said[kind], identifier: '' }],
  );
  const others = hunt.entityMappings.flatMap(({ entityType, fieldMappings }) => {
    const kind = entityKinds.find((one) => typesOf[one].includes(entityType.toLowerCase()));
    // One identifier says who it is; the others are parts of the same name.
    const [first] = fieldMappings;
    if (!kind || !first || said[kind] !== undefined) return [];
    return [{ kind, column: first.columnName, identifier: first.identifier }];
  });
  return [...own, ...others];
}

/** Hunts that summarize gather names in a list, some as JSON in a text. */
function namesIn(cell: Cell | undefined): string[] {
  if (typeof cell === 'string' && /^\[.*\]$/s.test(cell)) return parseList(cell);
  if (Array.isArray(cell)) return cell.slice(0, mostEntities).flatMap((one) => namesIn(one));
  return typeof cell === 'string' && cell.trim() !== '' ? [cell] : [];
}

function parseList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list)
      ? list.slice(0, mostEntities).filter((one) => typeof one === 'string')
      : [text];
  } catch {
    return [text];
  }
}

function toEntity({ kind, identifier }: Mapped, said: string): Entity | undefined {
  const name = tryRead(kind, said);
  if (name === undefined) return undefined;
  switch (kind) {
    case 'account':
      if (/^(aaduserid|objectguid)$/i.test(identifier))
        return { kind, name, upn: '', oid: name.toLowerCase() };
      return { kind, name, upn: name.includes('@') ? name : '', oid: '' };
    case 'host':
      return { kind, name, resourceId: '' };
    case 'ip':
      return { kind, address: name, country: '' };
    case 'url':
      return name.includes('/') ? { kind, url: name } : { kind: 'domain', name };
    case 'file':
      return { kind, name, directory: '' };
    case 'resource': {
      const id = name.startsWith('/') ? name : '';
      return { kind, name: name.split('/').findLast((part) => part !== '') ?? name, resourceId: id };
    }
  }
}

/** Rows say `-`, nothing, or anything; what is no name of its kind is none. */
function tryRead(kind: EntityKind, said: string): string | undefined {
  try {
    // Storage logs write the port behind the address.
    const plain = kind === 'ip' ? said.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1') : said;
    return /^-?$/.test(plain.trim()) ? undefined : readEntity(kind, plain);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
