import { sql } from 'kysely';
import type { Incident } from '../incident/incident.ts';
import type { Question } from '../incident/question.ts';
import type { StoredRef } from './cards.ts';
import type { Db } from './database.ts';
import { isDue } from './due.ts';

/** Between two tries, and no lease is longer. */
export const longestPauseSeconds = 300;

/** "Was this you?" as it stands. */
export interface StoredQuestion {
  question: Question;
  askedBy: string;
  incidentId: number;
  /** Where it was asked, or a post was begun; `undefined` before. */
  place: { channel: string; conversation: string } | undefined;
  ref: StoredRef | undefined;
  settled: boolean;
}

/** A question with something to do, leased to the caller. */
export interface DueQuestion extends StoredQuestion {
  /** The incident as it was when the question was claimed. */
  incident: Incident;
  /** An earlier post may or may not have happened. */
  inDoubt: boolean;
  /** Keys of places in which the person cannot be reached. */
  passed: string[];
  attempts: number;
  trace: string | undefined;
}

interface Row {
  incident_id: number;
  question: Question;
  asked_by: string;
  settled_at: Date | null;
  channel: string | null;
  conversation: string | null;
  ref: StoredRef | null;
}

interface DueRow extends Row {
  state: Incident;
  posting_since: Date | null;
  passed: string[];
  attempts: number;
  trace: string | null;
}

/**
 * Leases up to `limit` questions that are to be asked, given up because their time is over at `now`, or shown as
 * settled where they were asked; those that end soonest first.
 */
export async function claimQuestions(
  db: Db,
  { limit, leaseSeconds, replica, now }: { limit: number; leaseSeconds: number; replica: number; now: Date },
): Promise<DueQuestion[]> {
  const { rows } = await sql<DueRow>`
    with due as (
      select q.id, i.state from questions q join incidents i on i.id = q.incident_id
      where (q.behind or (q.settled_at is null and q.due_at <= ${now.toISOString()}::timestamptz))
        and ${isDue('q.try_after', longestPauseSeconds)}
      order by q.due_at limit ${limit}
      for update of q skip locked
    )
    update questions q set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due where q.id = due.id
    returning q.*, due.state`.execute(db);
  return rows.map((row) => ({
    ...toQuestion(row),
    incident: row.state,
    inDoubt: !row.ref && row.posting_since !== null,
    passed: row.passed,
    attempts: row.attempts,
    trace: row.trace ?? undefined,
  }));
}

/** `id` is a UUID. */
export async function readQuestion(db: Db, id: string): Promise<StoredQuestion | undefined> {
  const { rows } = await sql<Row>`select * from questions where id = ${id}`.execute(db);
  return rows[0] && toQuestion(rows[0]);
}

/** Questions in this conversation that may still be answered, oldest first. */
export async function findOpenIn(db: Db, channel: string, conversation: string): Promise<StoredQuestion[]> {
  const { rows } = await sql<Row>`
    select * from questions
    where channel = ${channel} and conversation = ${conversation} and settled_at is null and ref is not null
    order by due_at`.execute(db);
  return rows.map(toQuestion);
}

/** A post into this conversation is about to be made; from now on it may have happened. */
export async function beginAsking(
  db: Db,
  id: string,
  { channel, conversation }: { channel: string; conversation: string },
): Promise<void> {
  await sql`
    update questions set channel = ${channel}, conversation = ${conversation}, posting_since = now()
    where id = ${id}`.execute(db);
}

/** It is asked. What settled it meanwhile is shown at once. */
export async function recordAsked(db: Db, id: string, ref: StoredRef): Promise<void> {
  await sql`
    update questions set ref = ${JSON.stringify(ref)}::jsonb, posting_since = null, attempts = 0,
      try_after = '-infinity', leased_by = null
    where id = ${id}`.execute(db);
}

/** Its message shows how it ended, or there is none to show it. */
export async function recordEnded(db: Db, id: string): Promise<void> {
  await sql`
    update questions set ended = true, settled_at = coalesce(settled_at, now()), leased_by = null
    where id = ${id}`.execute(db);
}

/** Whoever was at it is done; what there is to do next is done at once. */
export async function releaseQuestion(db: Db, id: string): Promise<void> {
  await sql`update questions set try_after = '-infinity', leased_by = null where id = ${id}`.execute(db);
}

/** The person cannot be reached in this place; the next one is tried at once. */
export async function passPlace(db: Db, id: string, place: string): Promise<void> {
  await sql`
    update questions set passed = passed || ${JSON.stringify([place])}::jsonb, posting_since = null, channel = null,
      conversation = null, attempts = 0, try_after = '-infinity', leased_by = null
    where id = ${id}`.execute(db);
}

/** It did not work, and is tried again after a pause. */
export async function postponeQuestion(
  db: Db,
  id: string,
  { pauseSeconds, maybePosted }: { pauseSeconds: number; maybePosted: boolean },
): Promise<void> {
  await sql`
    update questions set attempts = attempts + 1, leased_by = null,
      posting_since = case when ${maybePosted} then posting_since end,
      try_after = now() + make_interval(secs => ${pauseSeconds})
    where id = ${id}`.execute(db);
}

function toQuestion(row: Row): StoredQuestion {
  return {
    question: row.question,
    askedBy: row.asked_by,
    incidentId: row.incident_id,
    place:
      row.channel && row.conversation ? { channel: row.channel, conversation: row.conversation } : undefined,
    ref: row.ref ?? undefined,
    settled: row.settled_at !== null,
  };
}
