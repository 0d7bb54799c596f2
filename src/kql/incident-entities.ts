import { Refused } from '../errors.ts';
import type { Alert, Entity } from '../incident/alert.ts';
import { type EntityKind, readEntity } from './read-entity.ts';

/** More of one kind make a query long, and say less each. */
const mostOfAKind = 10;

/** Whom and what alerts name, as a hunt takes them: each once, in order of appearance. */
export function entitiesOf(alerts: Pick<Alert, 'entities'>[]): Partial<Record<EntityKind, string[]>> {
  const found: Partial<Record<EntityKind, string[]>> = {};
  for (const entity of alerts.flatMap(({ entities }) => entities)) {
    const known = askable(entity);
    const read = known && tryRead(known.kind, known.name);
    if (!known || !read) continue;
    const names = found[known.kind] ?? [];
    found[known.kind] = names;
    const isThere = names.some((name) => name.toLowerCase() === read.toLowerCase());
    if (!isThere && names.length < mostOfAKind) names.push(read);
  }
  return found;
}

function askable(entity: Entity): { kind: EntityKind; name: string } | undefined {
  switch (entity.kind) {
    case 'account':
      return { kind: 'account', name: entity.upn || entity.name };
    case 'mailbox':
      return { kind: 'account', name: entity.address };
    case 'host':
    case 'file':
    case 'resource':
      return { kind: entity.kind, name: entity.name };
    case 'ip':
      return { kind: 'ip', name: entity.address };
    case 'url':
      return { kind: 'url', name: entity.url };
    case 'domain':
      return { kind: 'url', name: entity.name };
    case 'process':
      return { kind: 'file', name: entity.name };
    case 'other':
      return undefined;
  }
}

/** An alert may call anything an address. */
function tryRead(kind: EntityKind, name: string): string | undefined {
  try {
    return readEntity(kind, name);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
