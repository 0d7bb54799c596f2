import { sql } from 'kysely';
import type { StoredRef } from './cards.ts';
import type { Db } from './database.ts';
import { isDue } from './due.ts';
import { type ClaimFiles, claimRows, type DueFile, type DueFileRow, toDueFile } from './due-files.ts';
import { type QueryRow, type StoredQuery, toQuery } from './queries.ts';

/** Between two tries, and no lease is longer. */
export const longestPauseSeconds = 300;

/** A query whose message is behind, leased to the caller. */
export interface DueMessage {
  query: StoredQuery;
  /** An earlier post may or may not have happened. */
  inDoubt: boolean;
  attempts: number;
}

type MessageRow = QueryRow & { posting_since: Date | null; show_attempts: number };

/**
 * Leases up to `limit` queries whose message does not show how they are now. Of what waits or runs the message is drawn
 * anew every `everySeconds`: places in line and seconds move by themselves.
 */
export async function claimMessages(
  db: Db,
  {
    limit,
    leaseSeconds,
    replica,
    everySeconds,
  }: { limit: number; leaseSeconds: number; replica: number; everySeconds: number },
): Promise<DueMessage[]> {
  const { rows } = await sql<MessageRow>`
    with due as (
      select id from queries
      where behind and ${isDue('show_after', longestPauseSeconds)}
        and (case when state in ('waiting', 'running')
          then shown_at is null or shown_at < now() - make_interval(secs => ${everySeconds})
          else revision > shown_revision end)
      order by show_after limit ${limit}
      for update skip locked
    )
    update queries q set show_after = now() + make_interval(secs => ${leaseSeconds}), show_by = ${replica}
    from due where q.id = due.id
    returning q.*`.execute(db);
  return rows.map((row) => ({
    query: toQuery(row),
    inDoubt: !row.ref && row.posting_since !== null,
    attempts: row.show_attempts,
  }));
}

/** A post is about to be made there; from now on it may have happened. */
export async function beginPosting(db: Db, id: string, conversation: string): Promise<void> {
  await sql`update queries set conversation = ${conversation}, posting_since = now() where id = ${id}`.execute(
    db,
  );
}

/**
 * The message shows this revision; what came meanwhile is shown at once. The conversation stays as it was asked: where a
 * message stands may be named otherwise, as Teams names a thread, and the settings list rooms by the name that is asked.
 */
export async function recordMessage(
  db: Db,
  id: string,
  { ref, revision }: { ref: StoredRef; revision: number },
): Promise<void> {
  await sql`
    update queries set ref = ${JSON.stringify(ref)}::jsonb, shown_revision = ${revision}, shown_at = now(), posting_since = null, show_attempts = 0,
      show_after = '-infinity', show_by = null
    where id = ${id}`.execute(db);
}

/** Nobody can be shown it now: nothing more until there is news, which is then posted. */
export async function giveUpMessage(db: Db, id: string, revision: number): Promise<void> {
  await sql`
    update queries set ref = null, posting_since = null, shown_revision = ${revision}, shown_at = 'infinity',
      show_attempts = 0, show_after = '-infinity', show_by = null
    where id = ${id}`.execute(db);
}

/** The message is gone, and is posted anew at once. */
export async function forgetMessage(db: Db, id: string): Promise<void> {
  await sql`
    update queries set ref = null, posting_since = null, show_attempts = 0, show_after = '-infinity', show_by = null
    where id = ${id}`.execute(db);
}

/** We are not let in there; whoever asked is told in their direct chat. */
export async function tellDirectly(db: Db, id: string): Promise<void> {
  await sql`
    update queries set is_direct = true, conversation = null, thread = null, posting_since = null, ref = null,
      show_attempts = 0, show_after = '-infinity', show_by = null
    where id = ${id}`.execute(db);
}

/** It did not work, and is tried again after a pause. */
export async function postponeMessage(
  db: Db,
  id: string,
  { pauseSeconds, maybePosted }: { pauseSeconds: number; maybePosted: boolean },
): Promise<void> {
  await sql`
    update queries set show_attempts = show_attempts + 1, show_by = null,
      posting_since = case when ${maybePosted} then posting_since end,
      show_after = now() + make_interval(secs => ${pauseSeconds})
    where id = ${id}`.execute(db);
}

/** A file with the rows of a query, for somebody. */
export interface QueryFile extends DueFile {
  queryId: string;
  /** Who pressed for it. */
  personId: string;
  place: StoredQuery['place'];
}

export async function insertQueryFile(db: Db, file: Omit<QueryFile, 'attempts'>): Promise<void> {
  await sql`
    insert into query_files (id, query_id, channel, chat_user, person_id, is_direct, conversation, thread, audience)
    values (${file.id}, ${file.queryId}, ${file.channel}, ${file.chatUser}, ${file.personId}, ${file.place.isDirect},
      ${file.place.conversation ?? null}, ${file.place.thread ?? null},
      ${JSON.stringify(file.audience)}::jsonb)`.execute(db);
}

type FileRow = DueFileRow & {
  query_id: string;
  person_id: string;
  is_direct: boolean;
  conversation: string | null;
  thread: string | null;
};

export const claimQueryFiles: ClaimFiles<QueryFile> = async (db, wish) =>
  (await claimRows<FileRow>(db, 'query_files', wish)).map((row) => ({
    ...toDueFile(row),
    queryId: row.query_id,
    personId: row.person_id,
    place: {
      isDirect: row.is_direct,
      conversation: row.conversation ?? undefined,
      thread: row.thread ?? undefined,
    },
  }));

/** The message that heads an incident's thread in this channel: of several rooms the first that was told. */
export async function findThread(db: Db, incident: number, channel: string): Promise<StoredRef | undefined> {
  const { rows } = await sql<{ ref: StoredRef }>`
    select ref from cards
    where incident_id = ${incident} and channel = ${channel} and part = 'card' and ref is not null
    order by posted_at limit 1`.execute(db);
  return rows[0]?.ref;
}
