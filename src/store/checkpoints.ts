import { sql } from 'kysely';
import type { Checkpoint, Head } from '../record/checkpoint.ts';
import type { KeyRing, PublicKey } from '../record/signature.ts';
import type { Db, Trx } from './database.ts';
import { readLastRecord } from './record.ts';

/** What the next checkpoint is to cover. */
export interface Uncovered {
  heads: Head[];
  record: { number: number; hash: string };
  /** Rows of `unsealed` that these heads stand for. */
  ids: number[];
}

/** How many changes no checkpoint covers yet, counted up to `most`. */
export async function countUncovered(db: Db, coveredRecord: number, most: number): Promise<number> {
  const { rows } = await sql<{ changes: number }>`
    select (select count(*) from (select from unsealed order by id limit ${most}) u)
      + (select coalesce(max(number), 0) from records) - ${coveredRecord} as changes`.execute(db);
  return Number(rows[0]?.changes ?? 0);
}

/** The oldest changes that no checkpoint covers, at most so many, and the record as it stands. */
export async function readUncovered(db: Db, limit: number): Promise<Uncovered> {
  const { rows } = await sql<{ ids: number[]; incident_id: number; version: number | null; hash: string }>`
    select u.ids, u.incident_id, e.version, e.hash
    from (
      select incident_id, array_agg(id) as ids
      from (select id, incident_id from unsealed order by id limit ${limit}) w group by incident_id
    ) u
    left join lateral (
      select version, hash from incident_events e where e.incident_id = u.incident_id
      order by version desc limit 1
    ) e on true
    order by u.incident_id`.execute(db);
  return {
    // Without those that have left for an archive meanwhile.
    heads: rows.flatMap(({ incident_id, version, hash }): Head[] =>
      version === null ? [] : [[incident_id, version, hash]],
    ),
    record: await readLastRecord(db),
    ids: rows.flatMap(({ ids }) => ids.map(Number)),
  };
}

/** Whether it was this one that followed; where another replica was faster nothing is stored. */
export async function saveCheckpoint(
  db: Db,
  checkpoint: Checkpoint,
  publicKey: PublicKey,
  ids: number[],
): Promise<boolean> {
  const { number, at, record, heads, previous, hash, keyId, signature } = checkpoint;
  const { rows } = await sql<{ number: number }>`
    with known as (
      insert into audit_keys (key_id, public_key) values (${keyId}, ${JSON.stringify(publicKey)}::jsonb)
      on conflict do nothing
    ),
    saved as (
      insert into checkpoints (number, at, record_number, record_hash, heads, previous, hash, key_id, signature)
      values (${number}, ${at}, ${record.number}, ${record.hash}, ${JSON.stringify(heads)}::jsonb, ${previous},
        ${hash}, ${keyId}, ${signature})
      on conflict do nothing
      returning number
    ),
    covered as (
      delete from unsealed where id = any(${ids}::bigint[]) and exists (select from saved)
    )
    select number from saved`.execute(db);
  return rows.length > 0;
}

/** The newest one without its heads; `undefined` before the first. */
export async function readLastCheckpoint(db: Db | Trx): Promise<Omit<Checkpoint, 'heads'> | undefined> {
  const rows = await db
    .selectFrom('checkpoints')
    .select(['number', 'at', 'record_number', 'record_hash', 'previous', 'hash', 'key_id', 'signature'])
    .orderBy('number', 'desc')
    .limit(1)
    .execute();
  const [row] = rows;
  return row && toCheckpoint({ ...row, heads: [] });
}

/** The next ones after that number. */
export async function readCheckpoints(db: Db | Trx, after: number, limit: number): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom('checkpoints')
    .selectAll()
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(toCheckpoint);
}

function toCheckpoint(row: {
  number: number;
  at: Date;
  record_number: number;
  record_hash: string;
  heads: Head[];
  previous: string;
  hash: string;
  key_id: string;
  signature: string;
}): Checkpoint {
  const { number, heads, previous, hash, signature } = row;
  const record = { number: row.record_number, hash: row.record_hash };
  return { number, at: row.at.toISOString(), record, heads, previous, hash, keyId: row.key_id, signature };
}

/** Public keys of whoever signed, as the database has them: it vouches for them no more than for the rest of it. */
export async function readAuditKeys(db: Db | Trx): Promise<KeyRing> {
  const rows = await db.selectFrom('audit_keys').select(['key_id', 'public_key']).execute();
  return new Map(rows.map((row) => [row.key_id, row.public_key]));
}

/** Up to which record everything is older than that, covered by a checkpoint, and of no incident under legal hold. */
export async function findPastRecords(
  db: Db | Trx,
  days: number,
): Promise<{ checkpoint: number; to: number; hash: string } | undefined> {
  const { rows } = await sql<{ checkpoint: number; to: number; hash: string }>`
    with held as (
      select min(r.number) as number from records r join incidents i on i.id = r.incident
      where r.incident is not null and i.state ->> 'hold' is not null
    )
    select c.number as checkpoint, c.record_number as to, c.record_hash as hash from checkpoints c
    where c.at < now() - make_interval(days => ${days}) and c.record_number > 0
      and c.record_number < coalesce((select number from held), 'infinity'::float)
      and c.record_number < (select record_number from checkpoints order by number desc limit 1)
      and exists (select from records r where r.number = c.record_number)
    order by c.number desc limit 1`.execute(db);
  return rows[0];
}
