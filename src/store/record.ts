import { sql } from 'kysely';
import { z } from 'zod';
import type { Instant } from '../incident/alert.ts';
import type { RecordActor } from '../record/line.ts';
import { link, storable } from '../record/link.ts';
import type { Db, Trx } from './database.ts';

export interface NewRecord {
  at: Instant;
  actor: RecordActor;
  type: string;
  incident: number | null;
  data: Record<string, unknown>;
}

/** A line of the record; its hash covers all of it and the hash before. */
export interface StoredRecord extends NewRecord {
  /** From 1 on, without a gap. */
  number: number;
  previous: string;
  hash: string;
}

/** What a record's hash covers beside the hash before, were this its number. */
export function recordContent({ at, actor, type, incident, data }: NewRecord, number: number): object {
  return { number, at, actor, type, incident, data };
}

/** Any fixed number: the lock under which the record of a database is one chain, whoever writes it. */
const chain = 7_240_004;

/** Appends to the one chain of this database, in the caller's transaction where it has one. */
export async function appendRecords(db: Db | Trx, entries: NewRecord[]): Promise<void> {
  if (entries.length === 0) return;
  if (db.isTransaction) return append(db, entries);
  await db.transaction().execute((trx) => append(trx, entries));
}

async function append(db: Db | Trx, entries: NewRecord[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(${chain})`.execute(db);
  // A statement of its own: one that waited for the lock would still see what was there before.
  let { number, hash } = await readLastRecord(db);
  const rows = entries.map((entry) => {
    // As the database gives it back, or the hash would not fit.
    const record = { ...storable(entry), at: new Date(entry.at).toISOString() };
    number += 1;
    const previous = hash;
    hash = link(previous, recordContent(record, number));
    return { ...record, number, previous, hash };
  });
  await sql`
    insert into records (number, at, actor, type, incident, data, previous, hash)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (number bigint, at timestamptz,
      actor jsonb, type text, incident bigint, data jsonb, previous text, hash text)`.execute(db);
}

/** The last one's number and hash; 0 and empty where there is none. */
export async function readLastRecord(db: Db | Trx): Promise<{ number: number; hash: string }> {
  const { rows } = await sql<{ number: number; hash: string }>`
    select number, hash from records order by number desc limit 1`.execute(db);
  return rows[0] ?? { number: 0, hash: '' };
}

/** The next ones after that number. */
export async function readRecords(db: Db | Trx, after: number, limit: number): Promise<StoredRecord[]> {
  const rows = await db
    .selectFrom('records')
    .selectAll()
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

/** The newest ones, newest first. */
export async function readNewestRecords(db: Db, limit: number): Promise<StoredRecord[]> {
  const rows = await db.selectFrom('records').selectAll().orderBy('number', 'desc').limit(limit).execute();
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

/** Hashes of these records, as far as they are there. */
export async function readRecordHashes(db: Db | Trx, numbers: number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ number: number; hash: string }>`
    select number, hash from records where number = any(${numbers}::bigint[])`.execute(db);
  return new Map(rows.map(({ number, hash }) => [number, hash]));
}

/** What the record says of an incident that left for an archive. */
export type ArchivedNote = z.infer<typeof incidentNote>;

const incidentNote = z.object({ version: z.number().int().positive(), head: z.string() });

/** The last note of each of these incidents that has left for an archive; what is no such note counts for none. */
export async function readArchivedNotes(
  db: Db | Trx,
  incidents: number[],
): Promise<Map<number, ArchivedNote>> {
  const { rows } = await sql<{ incident: number; data: unknown }>`
    select distinct on (incident) incident, data from records
    where incident = any(${incidents}::bigint[]) and incident is not null and type = 'archived'
    order by incident, number desc`.execute(db);
  return new Map(
    rows.flatMap(({ incident, data }) => {
      const note = incidentNote.safeParse(data).data;
      return note ? [[incident, note]] : [];
    }),
  );
}

/** What the record says of records that left for an archive: up to which, and its hash. */
export interface LeavingNote {
  /** Of the record that says so. */
  number: number;
  /** `undefined` where it does not name a record before it. */
  left: { number: number; hash: string } | undefined;
  /** Whether a checkpoint was made at that very record, and nothing up to there is left. */
  isBorneOut: boolean;
}

const leaving = z.object({ to: z.number().int().positive(), hash: z.string() });

/** Every note of records that left, oldest first, held against the checkpoints and against what is there. */
export async function readLeavingNotes(db: Db | Trx): Promise<LeavingNote[]> {
  const { rows } = await sql<{ number: number; data: unknown; sealed: boolean; first: number }>`
    select r.number, r.data,
      exists (
        select from checkpoints c
        where to_jsonb(c.record_number) = r.data -> 'to' and c.record_hash = r.data ->> 'hash'
      ) as sealed,
      (select min(number) from records) as first
    from records r where r.type = 'archived' and r.incident is null and r.data ? 'to'
    order by r.number`.execute(db);
  return rows.map(({ number, data, sealed, first }) => {
    const { to, hash } = leaving.safeParse(data).data ?? { to: number, hash: '' };
    const isBefore = to < number;
    return {
      number,
      left: isBefore ? { number: to, hash } : undefined,
      isBorneOut: isBefore && sealed && first > to,
    };
  });
}

/** What the notes say is in a file of an archive. Whoever forged one may have written anything. */
export interface NotedArchive {
  file: string;
  sha256: string;
  incidents: number;
  /** Up to which record it holds them, as the note says it; `null` where it holds none. */
  to: string | null;
}

/** The files of archives that the record names, in the order in which they were made. */
export async function readNotedArchives(db: Db | Trx): Promise<NotedArchive[]> {
  const { rows } = await sql<NotedArchive>`
    select coalesce(data ->> 'file', '?') as file, coalesce(data ->> 'sha256', '?') as sha256,
      count(incident)::integer as incidents, max(data ->> 'to') filter (where incident is null) as to
    from records where type = 'archived' group by 1, 2 order by min(number)`.execute(db);
  return rows;
}
