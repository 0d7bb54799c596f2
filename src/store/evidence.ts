import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import type { Scope } from '../kql/plan.ts';
import type { Span } from '../kql/span.ts';
import type { Db, Trx } from './database.ts';

/** An answer that was pinned to an incident, as it is kept for good. */
export interface StoredEvidence {
  id: string;
  incident: number;
  at: Instant;
  title: string;
  query: string;
  span: Span;
  scope: Scope;
  tables: string[];
  ranBy: Owner;
  ranAt: Instant;
  pinnedBy: Owner;
  rowCount: number;
  /** SHA-256, hexadecimal, of the JSON in `copy`. */
  sha256: string;
  /** Gzip of JSON: all of the above, columns and rows. */
  copy: Uint8Array;
}

/** In the transaction that stores the event which tells of it. */
export async function insertEvidence(trx: Trx, evidence: StoredEvidence): Promise<void> {
  const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;
  await sql`
    insert into query_evidence (id, incident_id, at, title, query, span, scope, tables, ran_by, ran_at, pinned_by,
      row_count, sha256, copy)
    values (${evidence.id}, ${evidence.incident}, ${evidence.at}::timestamptz, ${evidence.title}, ${evidence.query},
      ${json(evidence.span)}, ${json(evidence.scope)}, ${json(evidence.tables)}, ${json(evidence.ranBy)},
      ${evidence.ranAt}::timestamptz, ${json(evidence.pinnedBy)}, ${evidence.rowCount}, ${evidence.sha256},
      ${evidence.copy})`.execute(trx);
}

/** Of one incident, newest first. */
export async function readEvidence(db: Db | Trx, incident: number, limit: number): Promise<StoredEvidence[]> {
  const rows = await db
    .selectFrom('query_evidence')
    .selectAll()
    .where('incident_id', '=', incident)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    incident: row.incident_id,
    at: row.at.toISOString(),
    title: row.title,
    query: row.query,
    span: row.span,
    scope: row.scope,
    tables: row.tables,
    ranBy: row.ran_by,
    ranAt: row.ran_at.toISOString(),
    pinnedBy: row.pinned_by,
    rowCount: row.row_count,
    sha256: row.sha256,
    copy: row.copy,
  }));
}

export async function countEvidence(db: Db, incident: number): Promise<number> {
  const { count } = await db
    .selectFrom('query_evidence')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('incident_id', '=', incident)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** How each piece stands: enough to hold it against the events that tell of it. */
export async function readEvidenceOf(
  db: Db | Trx,
  incident: number,
): Promise<Pick<StoredEvidence, 'id' | 'sha256' | 'copy'>[]> {
  return db
    .selectFrom('query_evidence')
    .select(['id', 'sha256', 'copy'])
    .where('incident_id', '=', incident)
    .orderBy('at')
    .execute();
}

/** How many pieces of which incidents no event tells of. */
export async function countStrays(db: Db | Trx): Promise<{ incident: number; count: number }[]> {
  const { rows } = await sql<{ incident: number; count: number }>`
    select v.incident_id as incident, count(*)::integer as count from query_evidence v
    where not exists (
      select from incident_events e
      where e.incident_id = v.incident_id and e.type = 'evidence-pinned' and e.data -> 'evidence' ->> 'id' = v.id::text
    )
    group by v.incident_id order by v.incident_id`.execute(db);
  return rows;
}
