import { sql } from 'kysely';
import type { StoredRef } from './cards.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

/** Between two tries, and no lease is longer. */
export const longestPauseSeconds = 300;

/** Where a run is shown: in the thread of its incident's card, in a room, or to one person. */
export interface RunPlace {
  channel: string;
  /** The conversation, or the user whose direct chat it is. */
  place: string;
  isDirect: boolean;
  inThread: boolean;
  /** Object id of the one person who reads it there. */
  personId: string | undefined;
}

/** A message that does not show how its run is now, leased to the caller. */
export interface DueRunMessage extends RunPlace {
  runId: string;
  /** Of a direct chat `undefined` until the first post. */
  conversation: string | undefined;
  ref: StoredRef | undefined;
  wantedRevision: number;
  /** An earlier post may or may not have happened. */
  inDoubt: boolean;
  attempts: number;
  trace: string | undefined;
}

/** The run is shown there, too; where it is already nothing changes. */
export async function addRunPlaces(trx: Trx, runId: string, places: RunPlace[]): Promise<void> {
  if (places.length === 0) return;
  await sql`
    insert into run_messages (run_id, channel, place, is_direct, conversation, in_thread, person_id)
    select ${runId}::uuid, p.channel, p.place, p."isDirect", case when p."isDirect" then null else p.place end,
      p."inThread", p."personId"
    from jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
      as p (channel text, place text, "isDirect" boolean, "inThread" boolean, "personId" text)
    on conflict (run_id, channel, place) do nothing`.execute(trx);
}

/** Whoever is there is told by a new message: nobody hears of an edit. The one from before stays as it is. */
export async function leaveRunPlaces(trx: Trx, runId: string, places: RunPlace[]): Promise<void> {
  if (places.length === 0) return;
  await sql`
    delete from run_messages m
    using jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as p (channel text, place text)
    where m.run_id = ${runId} and m.channel = p.channel and m.place = p.place`.execute(trx);
}

/** Every message of the run is behind. One that is just being posted is left to whoever is at it, and shown anew after. */
export async function markRunMessages(trx: Trx, runId: string): Promise<void> {
  await sql`update run_messages m set ${behind} where run_id = ${runId}`.execute(trx);
}

/** What messages of runs say of these incidents is to be taken back, or may be told again. */
export function retellRuns(incidentIds: number[]) {
  return sql`
    update run_messages m set ${behind} from runs r
    where r.id = m.run_id and r.incident_id = any(${incidentIds}::bigint[])`;
}

const behind = sql`
  wanted_revision = m.wanted_revision + 1,
  show_after = case when m.leased_by is null then least(m.show_after, now()) else m.show_after end`;

interface MessageRow {
  run_id: string;
  channel: string;
  place: string;
  is_direct: boolean;
  conversation: string | null;
  in_thread: boolean;
  person_id: string | null;
  ref: StoredRef | null;
  wanted_revision: number;
  posting_since: Date | null;
  attempts: number;
  trace: string | null;
}

/** Leases up to `limit` messages that are behind. One in a thread waits until the card above it is there. */
export async function claimRunMessages(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<DueRunMessage[]> {
  const { rows } = await sql<MessageRow>`
    with due as (
      select run_id, channel, place from run_messages m
      where behind and ${isDue('show_after', longestPauseSeconds)} and not (in_thread and ref is null and ${cardComes})
      order by show_after limit ${limit}
      for update skip locked
    )
    update run_messages m set show_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due, runs r
    where m.run_id = due.run_id and m.channel = due.channel and m.place = due.place and r.id = m.run_id
    returning m.*, r.trace`.execute(db);
  return rows.map((row) => ({
    runId: row.run_id,
    channel: row.channel,
    place: row.place,
    isDirect: row.is_direct,
    conversation: row.conversation ?? undefined,
    inThread: row.in_thread,
    personId: row.person_id ?? undefined,
    ref: row.ref ?? undefined,
    wantedRevision: row.wanted_revision,
    inDoubt: !row.ref && row.posting_since !== null,
    attempts: row.attempts,
    trace: row.trace ?? undefined,
  }));
}

/** Of a card that is part of a storm's summary, or was refused, there is no telling. */
const cardComes = sql`exists (
  select from runs r join cards c on c.incident_id = r.incident_id
  where r.id = m.run_id and c.channel = m.channel and c.conversation = m.conversation and c.part = 'card'
    and c.ref is null and c.summary_id is null and c.behind)`;

type Key = Pick<DueRunMessage, 'runId' | 'channel' | 'place'>;
type Claimed = Key & Pick<DueRunMessage, 'wantedRevision'>;

const keyed = ({ runId, channel, place }: Key) =>
  sql`run_id = ${runId} and channel = ${channel} and place = ${place}`;

/** A post is about to be made there; from now on it may have happened. */
export async function beginRunPost(db: Db, key: Key, conversation: string): Promise<void> {
  await sql`
    update run_messages set conversation = ${conversation}, posting_since = now() where ${keyed(key)}`.execute(
    db,
  );
}

/** The message shows this revision; what came meanwhile is shown at once. */
export async function recordRunMessage(db: Db, key: Claimed, ref: StoredRef): Promise<void> {
  await sql`
    update run_messages set ref = ${JSON.stringify(ref)}::jsonb, shown_revision = ${key.wantedRevision},
      posting_since = null, attempts = 0, show_after = '-infinity', leased_by = null
    where ${keyed(key)}`.execute(db);
}

/** It did not work, and is tried again after a pause. */
export async function postponeRunMessage(
  db: Db,
  key: Key,
  { pauseSeconds, maybePosted }: { pauseSeconds: number; maybePosted: boolean },
): Promise<void> {
  await sql`
    update run_messages set attempts = attempts + 1, leased_by = null,
      posting_since = case when ${maybePosted} then posting_since end,
      show_after = now() + make_interval(secs => ${pauseSeconds})
    where ${keyed(key)}`.execute(db);
}

/** Somebody deleted it: it is posted anew at once. */
export async function forgetRunMessage(db: Db, key: Key): Promise<void> {
  await sql`
    update run_messages set ref = null, posting_since = null, attempts = 0, show_after = '-infinity', leased_by = null
    where ${keyed(key)}`.execute(db);
}

/** Nobody can be shown it there now: nothing more until there is news, which is then posted. */
export async function giveUpRunMessage(db: Db, key: Claimed): Promise<void> {
  await sql`
    update run_messages set ref = null, shown_revision = ${key.wantedRevision}, posting_since = null, attempts = 0,
      show_after = '-infinity', leased_by = null
    where ${keyed(key)}`.execute(db);
}

/** The card of the run's incident in this conversation, once it is there. */
export async function cardIn(
  db: Db,
  incident: number,
  channel: string,
  conversation: string,
): Promise<StoredRef | undefined> {
  const { rows } = await sql<{ ref: StoredRef | null }>`
    select ref from cards
    where incident_id = ${incident} and channel = ${channel} and conversation = ${conversation} and part = 'card'
      and ref is not null and summary_id is null`.execute(db);
  return rows[0]?.ref ?? undefined;
}

/** Rooms in which the incident has a card of its own. */
export async function roomsOf(
  db: Db | Trx,
  incident: number,
): Promise<{ channel: string; conversation: string }[]> {
  const { rows } = await sql<{ channel: string; conversation: string }>`
    select channel, conversation from cards where incident_id = ${incident} and part = 'card'
    order by channel, conversation`.execute(db);
  return rows;
}
