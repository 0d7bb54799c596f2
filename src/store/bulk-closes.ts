import { sql } from 'kysely';
import type { BulkClose } from '../incident/bulk-close.ts';
import type { Incident } from '../incident/incident.ts';
import type { Db, Trx } from './database.ts';
import { Overtaken } from './save.ts';

/** Numbers have gaps: one is taken before it is known whether it is needed. */
export async function nextBulkNumber(db: Db): Promise<number> {
  const { rows } = await sql<{ number: number }>`select nextval('bulk_numbers')::integer as number`.execute(
    db,
  );
  const [row] = rows;
  if (!row) throw new Error('The database gave no number.');
  return row.number;
}

export async function insertBulk(db: Db, bulk: BulkClose): Promise<void> {
  await sql`
    insert into bulk_closes (number, version, state, by_id, body, previewed_at)
    values (${bulk.number}, ${bulk.version}, ${bulk.state}, ${bulk.by.id}, ${JSON.stringify(bulk)}::jsonb,
      ${bulk.previewedAt})`.execute(db);
}

/** Throws `Overtaken` where it was moved since it was read: nothing is closed twice. */
export async function updateBulk(trx: Trx, bulk: BulkClose, from: number): Promise<void> {
  const { numAffectedRows } = await sql`
    update bulk_closes set version = ${bulk.version}, state = ${bulk.state}, body = ${JSON.stringify(bulk)}::jsonb
    where number = ${bulk.number} and version = ${from}`.execute(trx);
  if (numAffectedRows !== 1n) throw new Overtaken('Somebody else moved the bulk.');
}

export async function readBulk(db: Db, number: number): Promise<BulkClose | undefined> {
  const { rows } = await sql<{ body: BulkClose }>`
    select body from bulk_closes where number = ${number}`.execute(db);
  return rows[0]?.body;
}

/**
 * Open incidents with an alert of one of these rules, oldest first, without those that are restricted to others than
 * `forPerson`. Every open one is looked at: they are few beside all that were ever closed.
 */
export async function listOpenOfRules(
  db: Db,
  { rules, forPerson, limit }: { rules: string[]; forPerson: string | undefined; limit: number },
): Promise<Incident[]> {
  const { rows } = await sql<{ state: Incident }>`
    select state from incidents
    where status <> 'closed'
      and exists (
        select from jsonb_array_elements(state -> 'alerts') a where lower(a ->> 'type') = any(${rules}::text[])
      )
      and (state -> 'restrictedTo' is null
        or state -> 'restrictedTo' @> ${JSON.stringify([{ id: forPerson ?? '' }])}::jsonb)
    order by id limit ${limit}`.execute(db);
  return rows.map(({ state }) => state);
}
