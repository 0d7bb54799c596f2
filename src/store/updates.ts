import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';

/** What somebody wants an audience to be told of an incident. */
export interface StoredUpdate {
  number: number;
  incident: number;
  audience: string;
  /** As it was written; what an audience is not shown is hidden when it is sent. */
  written: string;
  by: Owner;
  at: Instant;
  sentAt: Instant | undefined;
}

interface UpdateRow {
  number: number;
  incident_id: number;
  audience: string;
  written: string;
  by: Owner;
  at: Date;
  sent_at: Date | null;
}

const toUpdate = (row: UpdateRow): StoredUpdate => ({
  number: Number(row.number),
  incident: Number(row.incident_id),
  audience: row.audience,
  written: row.written,
  by: row.by,
  at: row.at.toISOString(),
  sentAt: row.sent_at?.toISOString(),
});

/** Its number. */
export async function insertUpdate(
  db: Db,
  { incident, audience, written, by, at }: Omit<StoredUpdate, 'number' | 'sentAt'>,
): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    insert into updates (number, incident_id, audience, written, by, at)
    values (nextval('update_numbers'), ${incident}, ${audience}, ${written}, ${JSON.stringify(by)}::jsonb, ${at})
    returning number::integer as number`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The database gave no number.');
  return row.number;
}

export async function findUpdate(db: Db | Trx, number: number): Promise<StoredUpdate | undefined> {
  const { rows } = await sql<UpdateRow>`select * from updates where number = ${number}`.execute(db);
  return rows[0] && toUpdate(rows[0]);
}

/** Whether nobody had sent it before. */
export async function recordSent(trx: Trx, number: number, sent: string, at: Instant): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update updates set sent = ${sent}, sent_at = ${at} where number = ${number} and sent_at is null`.execute(
    trx,
  );
  return numAffectedRows === 1n;
}
