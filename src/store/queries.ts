import { type RawBuilder, sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import type { QueryPlan } from '../kql/plan.ts';
import type { StoredRef } from './cards.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

export type QueryState = 'waiting' | 'running' | 'unconfirmed' | 'answered' | 'failed' | 'cancelled';

/** A part as the guard let it through. */
export interface AllowedPart {
  title: string;
  /** As it was typed or filled in; what is shown, pinned and asked again. */
  text: string;
  /** What is run: bounded, without comments. */
  bounded: string;
  tables: string[];
  isSearch: boolean;
  more: string | undefined;
}

/** Where an answer goes: a room or a thread in it, or the direct chat with whoever asked. */
export interface AnswerPlace {
  isDirect: boolean;
  /** Of a direct chat `undefined` until the first post. */
  conversation: string | undefined;
  thread: string | undefined;
}

/** What is stored of who reads it. */
export interface StoredAudience {
  shows: 'whole' | 'masked' | 'existence' | 'revealed';
  hideHosts: boolean;
}

/** Which page, from 1, and whether as a chart or as a table; `undefined` where the answer decides. */
export interface Face {
  page?: number;
  shape?: 'chart' | 'table';
}

export interface StoredFault {
  message: string;
  excerpt: string;
}

/** What somebody asked of the logs, and how far it is. */
export interface StoredQuery {
  id: string;
  askedAt: Instant;
  person: Owner;
  deed: string;
  channel: string;
  chatUser: string;
  place: AnswerPlace;
  audience: StoredAudience;
  incident: number | undefined;
  plan: QueryPlan;
  parts: AllowedPart[];
  tables: string[];
  leftOut: string[];
  state: QueryState;
  identity: string;
  attempts: number;
  cancelWanted: boolean;
  startedAt: Instant | undefined;
  endedAt: Instant | undefined;
  /** Gzip; see `flow/queries/packed.ts`. */
  result: Uint8Array | undefined;
  rowCount: number | undefined;
  fault: StoredFault | undefined;
  pinned: boolean;
  face: Face;
  revision: number;
  ref: StoredRef | undefined;
  trace: string | undefined;
}

export type NewQuery = Pick<
  StoredQuery,
  | 'id'
  | 'person'
  | 'deed'
  | 'channel'
  | 'chatUser'
  | 'place'
  | 'audience'
  | 'incident'
  | 'plan'
  | 'parts'
  | 'tables'
  | 'leftOut'
  | 'identity'
  | 'trace'
> & { state: 'waiting' | 'unconfirmed' };

export interface QueryRow {
  id: string;
  asked_at: Date;
  person: Owner;
  deed: string;
  channel: string;
  chat_user: string;
  is_direct: boolean;
  conversation: string | null;
  thread: string | null;
  audience: StoredAudience;
  incident_id: number | null;
  plan: QueryPlan;
  parts: AllowedPart[];
  tables: string[];
  left_out: string[];
  state: QueryState;
  identity: string;
  attempts: number;
  cancel_wanted: boolean;
  started_at: Date | null;
  ended_at: Date | null;
  result: Uint8Array | null;
  row_count: number | null;
  fault: StoredFault | null;
  pinned: boolean;
  face: Face;
  revision: number;
  ref: StoredRef | null;
  trace: string | null;
}

/** No lease of a run is longer than this; it is extended while the run goes on. */
const longestLeaseSeconds = 60;
/** Any fixed number: one replica at a time hands out places, so that no name has more than its share. */
const handingOut = 7_240_006;
/** Beside the person's: one of somebody's queries at a time joins the line. */
const liningUp = 7_240_007;

/**
 * Stores it, unless this person has `most` that wait already; whether it was stored. `quickMs` is how long a quick
 * answer has to come before the first message tells of waiting.
 */
export async function insertQuery(
  db: Db,
  query: NewQuery,
  { most, quickMs }: { most: number; quickMs: number },
): Promise<boolean> {
  const { place } = query;
  const delay = query.state === 'waiting' ? quickMs / 1000 : 0;
  return db.transaction().execute(async (trx) => {
    if ((await countInLine(trx, query.person.id, { andUnconfirmed: true })) >= most) return false;
    await sql`
    insert into queries (id, person, person_id, deed, channel, chat_user, is_direct, conversation, thread, audience,
      incident_id, plan, parts, tables, left_out, state, identity, show_after, trace)
    values (${query.id}, ${json(query.person)}, ${query.person.id}, ${query.deed}, ${query.channel}, ${query.chatUser},
      ${place.isDirect}::boolean, ${place.conversation ?? null}, ${place.thread ?? null}, ${json(query.audience)},
      ${query.incident ?? null}::bigint, ${json(query.plan)}, ${json(query.parts)}, ${json(query.tables)},
      ${json(query.leftOut)}, ${query.state}, ${query.identity}, now() + make_interval(secs => ${delay}),
      ${query.trace ?? null})`.execute(trx);
    return true;
  });
}

/** How many of somebody's are in line, whom nobody else may add to until the transaction ends. */
async function countInLine(
  trx: Trx,
  personId: string,
  { andUnconfirmed }: { andUnconfirmed: boolean },
): Promise<number> {
  await sql`select pg_advisory_xact_lock(${liningUp}::integer, hashtext(${personId}))`.execute(trx);
  // A statement of its own, which sees what was there when the lock was had. What waits for a word for longer than a
  // day was forgotten; if the word comes all the same, it is counted then.
  const { rows } = await sql<{ count: number }>`
    select (
      select count(*) from queries where state in ('waiting', 'running') and person_id = ${personId}
    )::integer + (
      select count(*) from queries
      where ${andUnconfirmed} and state = 'unconfirmed' and person_id = ${personId}
        and asked_at > now() - interval '1 day' and not pinned
    )::integer as count`.execute(trx);
  return rows[0]?.count ?? 0;
}

/** `id` is a UUID. */
export async function readQuery(db: Db | Trx, id: string): Promise<StoredQuery | undefined> {
  const { rows } = await sql<QueryRow>`select * from queries where id = ${id}`.execute(db);
  return rows[0] && toQuery(rows[0]);
}

/**
 * Leases up to `limit` queries to be run now. Over all replicas each name has at most `atOnce` that run; whoever has the
 * fewest of their own goes first, then whoever has waited longest. One whose replica died is run a second time, and
 * after that has failed.
 */
export async function claimToRun(
  db: Db,
  {
    limit,
    leaseSeconds,
    replica,
    atOnce,
  }: { limit: number; leaseSeconds: number; replica: number; atOnce: number },
): Promise<StoredQuery[]> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${handingOut})`.execute(trx);
    await endLapsed(trx);
    // A statement of its own: one that waited for the lock would still see what was there before.
    const { rows } = await sql<QueryRow>`
      with running as (
        select identity, person_id, count(*) as count from queries
        where state = 'running' and not ${lapsed} group by identity, person_id
      ),
      turns as (${turns()}),
      numbered as (
        select t.*, row_number() over (partition by identity order by turn, asked_at, id) as nth from turns t
      ),
      due as (
        select n.id from numbered n
        where n.nth + coalesce((select sum(count) from running r where r.identity = n.identity), 0) <= ${atOnce}
          and not exists (
            select from query_rests s where s.identity = n.identity and not ${isDue('s.rest_until', longestRestSeconds)}
          )
        order by n.turn, n.asked_at, n.id limit ${limit}
      )
      update queries q set state = 'running', attempts = q.attempts + 1, started_at = now(), revision = q.revision + 1,
        run_until = now() + make_interval(secs => ${leaseSeconds}), run_by = ${replica}
      from due where q.id = due.id
      returning q.*`.execute(trx);
    return rows.map(toQuery);
  });
}

/** Azure's longest pause that is believed. */
export const longestRestSeconds = 300;

const lapsed = isDue('run_until', longestLeaseSeconds);

/** Everything that waits, with its turn: the first of whoever has nothing running is in turn 1, their second in 2. */
function turns(): RawBuilder<unknown> {
  return sql`
    select q.id, q.identity, q.person_id, q.asked_at,
      row_number() over (partition by q.identity, q.person_id order by q.asked_at, q.id) + coalesce((
        select count from running r where r.identity = q.identity and r.person_id = q.person_id
      ), 0) as turn
    from queries q
    where q.state = 'waiting' or (q.state = 'running' and ${lapsed})`;
}

/** Twice begun by replicas that died, or cancelled meanwhile: there is no third time. */
async function endLapsed(trx: Trx): Promise<void> {
  const gaveUp = {
    message: 'It was begun twice, and each time the process that ran it ended. Ask again, perhaps for less.',
    excerpt: '',
  };
  await sql`
    update queries set
      state = case when cancel_wanted then 'cancelled' else 'failed' end,
      fault = case when cancel_wanted then null else ${json(gaveUp)} end,
      ended_at = now(), run_by = null, revision = revision + 1, show_after = least(show_after, now())
    where state = 'running' and ${lapsed} and (cancel_wanted or attempts >= 2)`.execute(trx);
}

/** How many are before it in line, this one included, and whether its name rests; `undefined` where it does not wait. */
export async function placeInLine(
  db: Db,
  { id, identity }: Pick<StoredQuery, 'id' | 'identity'>,
): Promise<{ place: number; isResting: boolean } | undefined> {
  const { rows } = await sql<{ place: number; resting: boolean }>`
    with running as (
      select identity, person_id, count(*) as count from queries
      where state = 'running' and not ${lapsed} and identity = ${identity} group by identity, person_id
    ),
    turns as (${turns()}),
    numbered as (
      select id, row_number() over (order by turn, asked_at, id)::integer as place from turns
      where identity = ${identity}
    )
    select place, exists (
      select from query_rests s where s.identity = ${identity} and not ${isDue('s.rest_until', longestRestSeconds)}
    ) as resting
    from numbered where id = ${id}`.execute(db);
  const [row] = rows;
  return row && { place: row.place, isResting: row.resting };
}

/** Still at it. `lost` where somebody else has it by now; `cancel` where it is to end. */
export async function extendRun(
  db: Db,
  id: string,
  { leaseSeconds, replica }: { leaseSeconds: number; replica: number },
): Promise<'go on' | 'cancel' | 'lost'> {
  const { rows } = await sql<{ cancel_wanted: boolean }>`
    update queries set run_until = now() + make_interval(secs => ${leaseSeconds})
    where id = ${id} and state = 'running' and run_by = ${replica}
    returning cancel_wanted`.execute(db);
  const [row] = rows;
  if (!row) return 'lost';
  return row.cancel_wanted ? 'cancel' : 'go on';
}

/** What has come of it so far: the message shows that, too. */
export async function recordProgress(
  db: Db,
  { id, attempts }: Pick<StoredQuery, 'id' | 'attempts'>,
  { result, rowCount }: { result: Uint8Array; rowCount: number },
): Promise<void> {
  await sql`
    update queries set result = ${result}, row_count = ${rowCount}, revision = revision + 1
    where id = ${id} and state = 'running' and attempts = ${attempts}`.execute(db);
}

/** How it ended. False where somebody else has it by now: then what came of it counts for nothing. */
export async function recordRan(
  db: Db | Trx,
  { id, attempts }: Pick<StoredQuery, 'id' | 'attempts'>,
  end: {
    state: 'answered' | 'failed' | 'cancelled';
    result?: Uint8Array;
    rowCount?: number;
    fault?: StoredFault;
  },
): Promise<boolean> {
  const { rows } = await sql`
    update queries set state = ${end.state}, result = coalesce(${end.result ?? null}::bytea, result),
      row_count = coalesce(${end.rowCount ?? null}::integer, row_count),
      fault = ${end.fault ? json(end.fault) : null}, ended_at = now(), run_by = null, run_until = '-infinity',
      revision = revision + 1,
      -- The first message waited for a quick answer; a failure's pause stays.
      show_after = case when ref is null and show_attempts = 0 and show_by is null then now() else show_after end
    where id = ${id} and state = 'running' and attempts = ${attempts}
    returning id`.execute(db);
  return rows.length > 0;
}

/**
 * It is in line again, unless it was cancelled, and nobody of that name asks for a while. Without `isTry` it is as
 * though it had not been tried.
 */
export async function putBack(
  db: Db,
  { id, attempts, identity }: Pick<StoredQuery, 'id' | 'attempts' | 'identity'>,
  { restSeconds, isTry }: { restSeconds: number; isTry: boolean },
): Promise<void> {
  await sql`
    with rested as (
      insert into query_rests (identity, rest_until)
      values (${identity}, now() + make_interval(secs => ${restSeconds}))
      on conflict (identity) do update set rest_until = greatest(query_rests.rest_until, excluded.rest_until)
    )
    update queries set state = case when cancel_wanted then 'cancelled' else 'waiting' end,
      attempts = attempts - ${isTry ? 0 : 1}::integer, run_by = null, run_until = '-infinity',
      started_at = case when cancel_wanted then started_at end,
      ended_at = case when cancel_wanted then now() end, revision = revision + 1
    where id = ${id} and state = 'running' and attempts = ${attempts}`.execute(db);
}

/** Ends one: what waits at once, what runs as soon as whoever runs it sees. Whether there was something to end. */
export async function cancelQuery(db: Db, id: string): Promise<boolean> {
  return (await cancelWhere(db, sql`id = ${id}`)) > 0;
}

/** Ends all of one person's; returns how many. */
export async function cancelQueriesOf(db: Db, personId: string): Promise<number> {
  return cancelWhere(db, sql`person_id = ${personId}`);
}

async function cancelWhere(db: Db, which: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql`
    update queries set cancel_wanted = true, revision = revision + 1,
      state = case when state = 'running' then 'running' else 'cancelled' end,
      ended_at = case when state = 'running' then null else now() end,
      show_after = case when show_attempts = 0 and show_by is null then now() else show_after end
    where ${which} and state in ('waiting', 'running', 'unconfirmed') and not cancel_wanted
    returning id`.execute(db);
  return rows.length;
}

/** It is to be run though it costs something, unless whoever asked has `most` in line. */
export async function confirmQuery(
  db: Db,
  id: string,
  most: number,
): Promise<'in line' | 'was in line' | 'too many'> {
  return db.transaction().execute(async (trx) => {
    const query = await readQuery(trx, id);
    if (query?.state !== 'unconfirmed') return 'was in line';
    if ((await countInLine(trx, query.person.id, { andUnconfirmed: false })) >= most) return 'too many';
    const { rows } = await sql`
      update queries set state = 'waiting', revision = revision + 1 where id = ${id} and state = 'unconfirmed'
      returning id`.execute(trx);
    return rows.length > 0 ? 'in line' : 'was in line';
  });
}

/** Shown otherwise from now on. */
export async function turnQuery(db: Db, id: string, face: Face): Promise<StoredQuery | undefined> {
  const { rows } = await sql<QueryRow>`
    update queries set face = ${json(face)}, revision = revision + 1,
      show_after = case when show_attempts = 0 and show_by is null then now() else show_after end
    where id = ${id} returning *`.execute(db);
  return rows[0] && toQuery(rows[0]);
}

/** It is evidence: it stays as long as its incident. */
export async function recordPinned(trx: Trx, id: string): Promise<void> {
  await sql`update queries set pinned = true, revision = revision + 1 where id = ${id}`.execute(trx);
}

/** What ended more than so many days ago and is no evidence. */
export async function forgetQueries(db: Db, days: number): Promise<void> {
  await sql`
    delete from queries where asked_at < now() - make_interval(days => ${days}) and not pinned
      and state not in ('waiting', 'running')`.execute(db);
  await sql`delete from query_rests where rest_until < now() - interval '1 day'`.execute(db);
}

function json(value: unknown): RawBuilder<unknown> {
  return sql`${JSON.stringify(value)}::jsonb`;
}

export function toQuery(row: QueryRow): StoredQuery {
  return {
    id: row.id,
    askedAt: row.asked_at.toISOString(),
    person: row.person,
    deed: row.deed,
    channel: row.channel,
    chatUser: row.chat_user,
    place: {
      isDirect: row.is_direct,
      conversation: row.conversation ?? undefined,
      thread: row.thread ?? undefined,
    },
    audience: row.audience,
    incident: row.incident_id ?? undefined,
    plan: row.plan,
    parts: row.parts,
    tables: row.tables,
    leftOut: row.left_out,
    state: row.state,
    identity: row.identity,
    attempts: row.attempts,
    cancelWanted: row.cancel_wanted,
    startedAt: row.started_at?.toISOString(),
    endedAt: row.ended_at?.toISOString(),
    result: row.result ?? undefined,
    rowCount: row.row_count ?? undefined,
    fault: row.fault ?? undefined,
    pinned: row.pinned,
    face: row.face,
    revision: row.revision,
    ref: row.ref ?? undefined,
    trace: row.trace ?? undefined,
  };
}
