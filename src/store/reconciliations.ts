import { sql } from 'kysely';
import type { SourceName } from '../incident/alert.ts';
import type { KnownHere, Reconciliation } from '../incident/reconciliation.ts';
import type { Db, Trx } from './database.ts';

/** Within this both sides may be right: a poll comes every minute at most, and a write takes its time. */
const freshMinutes = 3;

/** Alerts of a source that are open here, and those of `ids` whatever became of them. */
export async function knownHere(db: Db, source: SourceName, ids: string[]): Promise<KnownHere[]> {
  const { rows } = await sql<{
    source_id: string;
    address: string;
    label: string;
    incident: number;
    open: boolean;
    closed: boolean;
    behind: boolean;
    fresh: boolean;
  }>`
    select a.source_id, coalesce(a.body ->> 'address', '') as address,
      coalesce(nullif(a.body ->> 'label', ''), a.body ->> 'title', '') as label, i.id as incident, a.open,
      i.status = 'closed' as closed, a.behind,
      i.updated_at > now() - make_interval(mins => ${freshMinutes})
        or coalesce(a.written_at > now() - make_interval(mins => ${freshMinutes}), false) as fresh
    from alerts a join incidents i on i.id = a.incident_id
    where a.source = ${source} and ((a.open and i.status <> 'closed') or a.source_id = any(${ids}::text[]))`.execute(
    db,
  );
  return rows.map((row) => ({
    sourceId: row.source_id,
    address: row.address,
    label: row.label,
    incident: Number(row.incident),
    isOpenThere: row.open,
    isClosedHere: row.closed,
    isBehind: row.behind,
    isFresh: row.fresh,
  }));
}

/** Kept once for its time; whether it was. */
export async function keepReconciliation(trx: Trx, found: Reconciliation): Promise<boolean> {
  const { rows } = await sql`
    insert into reconciliations (at, result) values (${found.at}::timestamptz, ${JSON.stringify(found)}::jsonb)
    on conflict do nothing returning at`.execute(trx);
  return rows.length > 0;
}

/** What came of it at that time, or the last time. */
export async function readReconciliation(db: Db, at?: Date): Promise<Reconciliation | undefined> {
  const { rows } = await sql<{ result: Reconciliation }>`
    select result from reconciliations
    where ${at === undefined ? sql`true` : sql`at = ${at.toISOString()}::timestamptz`}
    order by at desc limit 1`.execute(db);
  return rows[0]?.result;
}

/** Nobody asks for what was compared longer ago. */
export async function forgetReconciliations(db: Db, before: Date): Promise<void> {
  await sql`delete from reconciliations where at < ${before.toISOString()}::timestamptz`.execute(db);
}
