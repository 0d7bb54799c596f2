import { Denied } from '../../errors.ts';
import { originalOf } from '../../kql/copies.ts';
import type { Verdict } from '../../kql/guard.ts';
import { otherTables, sensitiveTables } from '../../people/permissions.ts';
import type { Role } from '../../people/roles.ts';

type Reader = { roles: readonly Role[] };

/** Tables that somebody may not read → who may, in words. */
export function closedTo(reader: Reader): Record<string, string> {
  const closed = Object.entries(sensitiveTables).filter(([, allowed]) => !isOneOf(reader, allowed));
  return Object.fromEntries(closed.map(([table, allowed]) => [table, allowed.join(', ')]));
}

/**
 * What is stored of the tables that a query reads. Where nobody can tell all of them, every table that is not for everybody
 * is among them: its answer is for whoever may read each.
 */
export function tablesRead({
  tables,
  readsUnknown,
}: Pick<Extract<Verdict, { kind: 'allowed' }>, 'tables' | 'readsUnknown'>): string[] {
  return readsUnknown ? [...new Set([...tables, ...Object.keys(sensitiveTables)])] : tables;
}

/** Throws `Denied` where somebody may not read one of these: not in an answer that another was given, either. */
export function admitToTables(reader: Reader, tables: string[]): void {
  const closed = closedTo(reader);
  for (const table of tables) {
    const whom = closed[originalOf(table, Object.keys(closed)) ?? ''];
    if (whom) throw new Denied('role', `${table} is for ${whom}. Ask one of them.`);
  }
  if (isOneOf(reader, otherTables)) return;
  throw new Denied(
    'role',
    `${tables[0] ?? 'What logs say'} is for ${otherTables.join(', ')}. Ask one of them.`,
  );
}

/** The first that not even analysts may read: no room is for leads alone. */
export function forLeadsAlone(tables: string[]): string | undefined {
  const closed = Object.keys(closedTo({ roles: ['analyst'] }));
  return tables.find((table) => originalOf(table, closed) !== undefined);
}

function isOneOf({ roles }: Reader, allowed: readonly Role[]): boolean {
  return roles.some((role) => allowed.includes(role));
}
