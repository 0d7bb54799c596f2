import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import stringify from 'safe-stable-stringify';
import type { Instant, SourceName } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';

export interface RawAlert {
  id: number;
  source: SourceName;
  via: 'poll' | 'push';
  body: unknown;
  digest: string;
  observedAt: Instant | undefined;
}

/** The same payload has the same digest however its keys are ordered. */
export function digestOf(payload: unknown): string {
  return createHash('sha256')
    .update(stringify(payload) ?? '')
    .digest('hex');
}

/** Accepts what came in: one durable insert. The same payload waits only once. */
export async function acceptRaw(db: Db | Trx, alerts: Omit<RawAlert, 'id' | 'digest'>[]): Promise<void> {
  if (alerts.length === 0) return;
  await db
    .insertInto('raw_alerts')
    .values(
      alerts.map(({ source, via, body, observedAt }) => ({
        source,
        via,
        body: JSON.stringify(body),
        digest: digestOf(body),
        observed_at: observedAt ? sql<Date>`${observedAt}::timestamptz` : null,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['source', 'digest'])
        .where((eb) => eb.or([eb('taken_at', 'is', null), eb('refused', 'is not', null)]))
        .doNothing(),
    )
    .execute();
}

/** Any fixed number: one intake at a time over all replicas keeps the order in which alerts came. */
const intakeLock = 7_240_001;

/** The oldest waiting payloads, or none while another replica is at it. Held until the transaction ends. */
export async function takeWaiting(trx: Trx, limit: number): Promise<RawAlert[]> {
  const { rows: lock } = await sql<{
    got: boolean;
  }>`select pg_try_advisory_xact_lock(${intakeLock}) as got`.execute(trx);
  if (!lock[0]?.got) return [];
  const rows = await trx
    .selectFrom('raw_alerts')
    .select(['id', 'source', 'via', 'body', 'digest', 'observed_at'])
    .where('taken_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ observed_at, body, ...row }) => ({
    ...row,
    body: JSON.parse(body),
    observedAt: observed_at?.toISOString(),
  }));
}

export async function markTaken(trx: Trx, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  await trx.updateTable('raw_alerts').set({ taken_at: sql<Date>`now()` }).where('id', 'in', ids).execute();
}

/** Kept for inspection, with the reason; stops nothing else. */
export async function markRefused(trx: Trx | Db, id: number, reason: string): Promise<void> {
  await trx
    .updateTable('raw_alerts')
    .set({ taken_at: sql<Date>`now()`, refused: reason })
    .where('id', '=', id)
    .execute();
}

/** Payloads that could not be understood, newest first. */
export async function listRefused(
  db: Db,
  limit: number,
): Promise<{ id: number; source: string; reason: string; receivedAt: Instant; body: unknown }[]> {
  const rows = await db
    .selectFrom('raw_alerts')
    .select(['id', 'source', 'refused', 'received_at', 'body'])
    .where('refused', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    reason: row.refused ?? '',
    receivedAt: row.received_at.toISOString(),
    body: JSON.parse(row.body),
  }));
}

/** Raw payloads live on in their alerts; after a week the originals go, refused ones after 90 days. */
export async function forgetOld(db: Db): Promise<void> {
  await sql`
    delete from raw_alerts
    where taken_at < now() - (case when refused is null then interval '7 days' else interval '90 days' end)`.execute(
    db,
  );
}
