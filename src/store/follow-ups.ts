import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import type { FollowUp } from '../incident/follow-up.ts';
import type { Db, Trx } from './database.ts';

/** What is to be done after an incident, as it is stored. */
export interface StoredFollowUp extends FollowUp {
  incident: number;
  done: { at: Instant; by: Owner } | undefined;
}

interface FollowUpRow {
  number: number;
  incident_id: number;
  what: string;
  owner: Owner;
  due_at: Date | null;
  done_at: Date | null;
  done_by: Owner | null;
}

const toFollowUp = (row: FollowUpRow): StoredFollowUp => ({
  number: Number(row.number),
  incident: Number(row.incident_id),
  what: row.what,
  owner: row.owner,
  dueAt: row.due_at?.toISOString(),
  done: row.done_at && row.done_by ? { at: row.done_at.toISOString(), by: row.done_by } : undefined,
});

/** Numbers have gaps: one is taken before it is known whether it is needed. */
export async function nextFollowUpNumber(db: Db | Trx): Promise<number> {
  const { rows } = await sql<{
    number: number;
  }>`select nextval('follow_up_numbers')::integer as number`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The database gave no number.');
  return row.number;
}

export async function insertFollowUp(trx: Trx, incident: number, followUp: FollowUp): Promise<void> {
  const { number, what, owner, dueAt = null } = followUp;
  await sql`
    insert into follow_ups (number, incident_id, what, owner, due_at, remind_at)
    values (${number}, ${incident}, ${what}, ${JSON.stringify(owner)}::jsonb, ${dueAt}::timestamptz,
      ${dueAt}::timestamptz)`.execute(trx);
}

export async function findFollowUp(db: Db | Trx, number: number): Promise<StoredFollowUp | undefined> {
  const { rows } = await sql<FollowUpRow>`select * from follow_ups where number = ${number}`.execute(db);
  return rows[0] && toFollowUp(rows[0]);
}

/** Whether it was open until now. */
export async function endFollowUp(trx: Trx, number: number, by: Owner, at: Instant): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update follow_ups set done_at = ${at}, done_by = ${JSON.stringify(by)}::jsonb, remind_at = null
    where number = ${number} and done_at is null`.execute(trx);
  return numAffectedRows === 1n;
}

/** Those that are open, the soonest due first; of one incident all, in order. Restricted ones for `forPerson` alone. */
export async function listFollowUps(
  db: Db,
  filter: {
    incident?: number | undefined;
    ownerId?: string | undefined;
    forPerson: string | undefined;
    limit: number;
  },
): Promise<StoredFollowUp[]> {
  const { incident, ownerId, forPerson, limit } = filter;
  const wanted = [
    incident === undefined ? sql`f.done_at is null` : sql`f.incident_id = ${incident}`,
    ...(ownerId === undefined ? [] : [sql`f.owner ->> 'id' = ${ownerId}`]),
  ];
  const { rows } = await sql<FollowUpRow>`
    select f.* from follow_ups f join incidents i on i.id = f.incident_id
    where ${sql.join(wanted, sql` and `)}
      and (i.state -> 'restrictedTo' is null
        or i.state -> 'restrictedTo' @> ${JSON.stringify([{ id: forPerson ?? '' }])}::jsonb)
    order by ${incident === undefined ? sql`f.due_at nulls last, f.number` : sql`f.number`}
    limit ${limit}`.execute(db);
  return rows.map(toFollowUp);
}

/** One of which its owner is to be told `by` then; nobody else takes it until this transaction is over. */
export async function takeDueFollowUp(trx: Trx, by: Instant): Promise<StoredFollowUp | undefined> {
  const { rows } = await sql<FollowUpRow>`
    select * from follow_ups where remind_at <= ${by}
    order by remind_at limit 1 for update skip locked`.execute(trx);
  return rows[0] && toFollowUp(rows[0]);
}

export async function recordReminded(trx: Trx, number: number): Promise<void> {
  await sql`update follow_ups set remind_at = null where number = ${number}`.execute(trx);
}
