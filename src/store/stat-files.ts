import { sql } from 'kysely';
import type { Db } from './database.ts';
import { isDue } from './due.ts';
import type { StoredAudience } from './queries.ts';

/** No lease or pause is longer. */
export const longestStatPauseSeconds = 300;

/** Numbers that somebody is to be given as a file. */
export interface StatFile {
  id: string;
  /** Says which numbers, and how they are written. */
  key: string;
  channel: string;
  chatUser: string;
  audience: StoredAudience;
  attempts: number;
}

export async function insertStatFile(db: Db, file: Omit<StatFile, 'attempts'>): Promise<void> {
  await sql`
    insert into stat_files (id, key, channel, chat_user, audience)
    values (${file.id}, ${file.key}, ${file.channel}, ${file.chatUser}, ${JSON.stringify(file.audience)}::jsonb)`.execute(
    db,
  );
}

/** Leases those that are due. Whoever dies with one leaves it until its lease ends. */
export async function claimStatFiles(
  db: Db,
  { limit, leaseSeconds }: { limit: number; leaseSeconds: number },
): Promise<StatFile[]> {
  const { rows } = await sql<Omit<StatFile, 'chatUser'> & { chat_user: string }>`
    with due as (
      select id from stat_files where ${isDue('try_after', longestStatPauseSeconds)}
      order by try_after limit ${limit} for update skip locked
    )
    update stat_files f set try_after = now() + make_interval(secs => ${leaseSeconds})
    from due where f.id = due.id
    returning f.*`.execute(db);
  return rows.map(({ chat_user, ...row }) => ({ ...row, chatUser: chat_user }));
}

export async function removeStatFile(db: Db, id: string): Promise<void> {
  await sql`delete from stat_files where id = ${id}`.execute(db);
}

export async function postponeStatFile(db: Db, id: string, pauseSeconds: number): Promise<void> {
  await sql`
    update stat_files set attempts = attempts + 1, try_after = now() + make_interval(secs => ${pauseSeconds})
    where id = ${id}`.execute(db);
}
