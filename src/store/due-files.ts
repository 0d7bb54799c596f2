import { sql } from 'kysely';
import type { Db } from './database.ts';
import { isDue } from './due.ts';
import type { StoredAudience } from './queries.ts';

/** Between two tries, and no lease is longer. */
export const longestFilePauseSeconds = 300;

/** Where files stand that people asked for, until they have them: rows of an answer, papers about an incident, numbers. */
export type FileTable = 'query_files' | 'papers' | 'stat_files';

/** What every one of them tells. */
export interface DueFile {
  id: string;
  channel: string;
  /** Who asked for it, as their chat names them. */
  chatUser: string;
  audience: StoredAudience;
  attempts: number;
}

export interface DueFileRow {
  id: string;
  channel: string;
  chat_user: string;
  audience: StoredAudience;
  attempts: number;
}

/** Leases up to `limit` of them to be handed over. */
export type ClaimFiles<Due extends DueFile> = (
  db: Db,
  wish: { limit: number; leaseSeconds: number; replica: number },
) => Promise<Due[]>;

export async function claimRows<Row extends DueFileRow>(
  db: Db,
  table: FileTable,
  { limit, leaseSeconds, replica }: Parameters<ClaimFiles<DueFile>>[1],
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with due as (
      select id from ${sql.table(table)} where ${isDue('try_after', longestFilePauseSeconds)}
      order by try_after limit ${limit} for update skip locked
    )
    update ${sql.table(table)} f set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due where f.id = due.id
    returning f.*`.execute(db);
  return rows;
}

export function toDueFile({ id, channel, chat_user, audience, attempts }: DueFileRow): DueFile {
  return { id, channel, chatUser: chat_user, audience, attempts };
}

/** It is handed over, or cannot be. */
export async function removeFile(db: Db, table: FileTable, id: string): Promise<void> {
  await sql`delete from ${sql.table(table)} where id = ${id}`.execute(db);
}

export async function postponeFile(
  db: Db,
  table: FileTable,
  id: string,
  pauseSeconds: number,
): Promise<void> {
  await sql`
    update ${sql.table(table)} set attempts = attempts + 1, leased_by = null,
      try_after = now() + make_interval(secs => ${pauseSeconds})
    where id = ${id}`.execute(db);
}
