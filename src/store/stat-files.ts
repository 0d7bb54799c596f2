import { sql } from 'kysely';
import type { Db } from './database.ts';
import { type ClaimFiles, claimRows, type DueFile, type DueFileRow, toDueFile } from './due-files.ts';

/** Numbers that somebody is to be given as a file. */
export interface StatFile extends DueFile {
  /** Says which numbers, and how they are written. */
  key: string;
}

export async function insertStatFile(db: Db, file: Omit<StatFile, 'attempts'>): Promise<void> {
  await sql`
    insert into stat_files (id, key, channel, chat_user, audience)
    values (${file.id}, ${file.key}, ${file.channel}, ${file.chatUser}, ${JSON.stringify(file.audience)}::jsonb)`.execute(
    db,
  );
}

export const claimStatFiles: ClaimFiles<StatFile> = async (db, wish) =>
  (await claimRows<DueFileRow & { key: string }>(db, 'stat_files', wish)).map((row) => ({
    ...toDueFile(row),
    key: row.key,
  }));
