import { sql } from 'kysely';
import type { Db } from './database.ts';
import { isDue } from './due.ts';
import type { StoredAudience } from './queries.ts';

/** Between two tries, and no lease is longer. */
export const longestPaperPauseSeconds = 300;

export const paperKinds = ['review', 'timeline-csv', 'timeline-markdown'] as const;
export type PaperKind = (typeof paperKinds)[number];

/** A file about an incident, for somebody. */
export interface DuePaper {
  id: string;
  incident: number;
  kind: PaperKind;
  channel: string;
  chatUser: string;
  /** Who asked for it. */
  personId: string;
  /** Where it goes; `undefined` is the direct chat with whoever asked. */
  place: { conversation: string; thread: string | undefined } | undefined;
  audience: StoredAudience;
  attempts: number;
}

export async function insertPaper(db: Db, paper: Omit<DuePaper, 'attempts'>): Promise<void> {
  const { place } = paper;
  await sql`
    insert into papers (id, incident_id, kind, channel, chat_user, person_id, conversation, thread, audience)
    values (${paper.id}, ${paper.incident}, ${paper.kind}, ${paper.channel}, ${paper.chatUser}, ${paper.personId},
      ${place?.conversation ?? null}, ${place?.thread ?? null},
      ${JSON.stringify(paper.audience)}::jsonb)`.execute(db);
}

/** Leases up to `limit` of them to be handed over. */
export async function claimPapers(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<DuePaper[]> {
  const { rows } = await sql<{
    id: string;
    incident_id: number;
    kind: PaperKind;
    channel: string;
    chat_user: string;
    person_id: string;
    conversation: string | null;
    thread: string | null;
    audience: StoredAudience;
    attempts: number;
  }>`
    with due as (
      select id from papers where ${isDue('try_after', longestPaperPauseSeconds)}
      order by try_after limit ${limit} for update skip locked
    )
    update papers p set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due where p.id = due.id
    returning p.*`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    incident: Number(row.incident_id),
    kind: row.kind,
    channel: row.channel,
    chatUser: row.chat_user,
    personId: row.person_id,
    place:
      row.conversation === null
        ? undefined
        : { conversation: row.conversation, thread: row.thread ?? undefined },
    audience: row.audience,
    attempts: row.attempts,
  }));
}

/** It is handed over, or cannot be. */
export async function removePaper(db: Db, id: string): Promise<void> {
  await sql`delete from papers where id = ${id}`.execute(db);
}

export async function postponePaper(db: Db, id: string, pauseSeconds: number): Promise<void> {
  await sql`
    update papers set attempts = attempts + 1, leased_by = null,
      try_after = now() + make_interval(secs => ${pauseSeconds})
    where id = ${id}`.execute(db);
}
