import type { Alert, Entity, Owner } from './alert.ts';

export type Account = Extract<Entity, { kind: 'account' }>;

/** Every account that the alerts name, each once, in order of appearance. */
export function accountsIn(alerts: Pick<Alert, 'entities'>[]): Account[] {
  const found: Account[] = [];
  for (const entity of alerts.flatMap(({ entities }) => entities)) {
    if (entity.kind !== 'account') continue;
    if (!found.some((known) => isSameAccount(known, entity))) found.push(entity);
  }
  return found;
}

function isSameAccount(a: Account, b: Account): boolean {
  if (a.oid && b.oid) return same(a.oid, b.oid);
  if (a.upn && b.upn) return same(a.upn, b.upn);
  return same(a.name, b.name);
}

/**
 * Whether an account entity is this person's. Sources know accounts by object id, by principal name or, on
 * machines, by a bare name with or without the domain; the surest that it has decides.
 */
export function belongsTo(account: Account, { id, upn }: Pick<Owner, 'id' | 'upn'>): boolean {
  if (account.oid && id) return same(account.oid, id);
  if (account.upn) return same(account.upn, upn);
  return upn !== '' && same(bareName(account.name), localPart(upn));
}

/**
 * Whether an account entity could be this person's, for doubt alone: machines and synchronised directories name people
 * under domains of their own (`adam@contoso.local` is `adam@contoso.com`). Only an object id tells namesakes apart.
 */
export function mayBelongTo(account: Account, person: Pick<Owner, 'id' | 'upn'>): boolean {
  if (belongsTo(account, person)) return true;
  if (account.oid && person.id) return false;
  const own = localPart(person.upn).trim();
  return own !== '' && [localPart(account.upn), bareName(account.name)].some((name) => same(name, own));
}

/** `CONTOSO\adam` and `adam@contoso.com` are both `adam`. */
function bareName(name: string): string {
  return localPart(name.slice(name.lastIndexOf('\\') + 1));
}

function localPart(upn: string): string {
  return upn.split('@', 1)[0] ?? '';
}

function same(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
