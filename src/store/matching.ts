import { type RawBuilder, sql } from 'kysely';
import type { Entity } from '../incident/alert.ts';
import { type Matchable, type Matcher, matchable } from '../incident/match.ts';

/**
 * Whether an alert, as JSON, fits a matcher: the same as `mismatch` tells, for counting over what is stored. Letters beyond
 * ASCII count by the database's rules, which may know no other case of them.
 */
export function matching(matcher: Matcher, alert: RawBuilder<unknown>): RawBuilder<unknown> {
  const conditions = matchable.flatMap((field) => {
    const patterns = matcher[field];
    return patterns ? [fieldFits(field, patterns.map(toLike), alert)] : [];
  });
  // Whatever comes beside it asks of the same row.
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}

/** `vm-pay-*` → `vm-pay-%`. */
function toLike(pattern: string): string {
  return pattern
    .toLowerCase()
    .replace(/[\\%_]/g, (special) => `\\${special}`)
    .replaceAll('*', '%');
}

function fieldFits(field: Matchable, patterns: string[], alert: RawBuilder<unknown>): RawBuilder<unknown> {
  switch (field) {
    case 'tactic':
      return oneOfList(sql`${alert} -> 'tactics'`, patterns);
    case 'technique':
      return oneOfList(sql`${alert} -> 'techniques'`, patterns);
    case 'tag':
      return oneOfList(sql`${alert} -> 'tags'`, patterns);
    case 'account':
      return oneOfEntities(alert, ['account', 'mailbox'], ['upn', 'name', 'address'], patterns);
    case 'host':
      return oneOfEntities(alert, ['host'], ['name'], patterns);
    case 'ip':
      return oneOfEntities(alert, ['ip'], ['address'], patterns);
    case 'resource':
      return oneOfEntities(alert, ['resource', 'host'], ['name', 'resourceId'], patterns);
    case 'entity':
      return oneOfEntities(alert, [], ['upn', 'name', 'resourceId', 'address', 'url'], patterns);
    default:
      return sql`lower(${alert} ->> ${sql.lit(field)}) like any(${patterns}::text[])`;
  }
}

function oneOfList(list: RawBuilder<unknown>, patterns: string[]): RawBuilder<unknown> {
  return sql`exists (
    select from jsonb_array_elements_text(${list}) as v (value) where lower(v.value) like any(${patterns}::text[]))`;
}

/** Of entities of these kinds, or of any where none is named, one of these names fits. */
function oneOfEntities(
  alert: RawBuilder<unknown>,
  kinds: Entity['kind'][],
  names: string[],
  patterns: string[],
): RawBuilder<unknown> {
  const values = sql.join(names.map((name) => sql`(e.value ->> ${sql.lit(name)})`));
  const ofKind = kinds.length > 0 ? sql`e.value ->> 'kind' = any(${kinds}::text[]) and` : sql``;
  return sql`exists (
    select from jsonb_array_elements(${alert} -> 'entities') as e (value), unnest(array[${values}]) as n (name)
    where ${ofKind} lower(n.name) like any(${patterns}::text[]))`;
}
