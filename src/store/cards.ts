import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { cardsInOrder } from './card-order.ts';
import type { Db } from './database.ts';
import { isDue } from './due.ts';
import { glancesOf } from './glances.ts';
import { failuresOf, type StoredIncident } from './incidents.ts';

export interface Place {
  channel: string;
  conversation: string;
}

/** Stored reference of a message, opaque here. */
export interface StoredRef {
  conversation: string;
  message: string;
}

/** After so many minutes with nothing new a storm has passed: the next one gets a message of its own. */
export const stormMinutes = 10;

/** A quarter of an hour: the longest pause of ours is five minutes, and a platform's Retry-After is cut to this. */
export const longestRestSeconds = 900;

/** A card that is behind, with its conversation leased to the caller. */
export interface DueCard extends Place {
  id: string;
  incidentId: number;
  part: 'card' | 'log';
  ref: StoredRef | undefined;
  /** Where the log belongs to; only for a log. */
  cardRef: StoredRef | undefined;
  /** It is a row of this summary. */
  summaryId: string | undefined;
  /** Somebody deals with it or asked for it: it has a card of its own in any storm. */
  alone: boolean;
  /** An earlier post may or may not have happened. */
  inDoubt: boolean;
  attempts: number;
  priority: number;
  /** Revision of the incident that it should show. */
  wantedRevision: number;
  /** The incident as it was when the card was claimed. */
  stored: StoredIncident;
  /** Other cards of this conversation that were never shown and may join a summary. */
  waiting: number;
  /** Cards that were first shown in this conversation within the last minute. */
  shownLastMinute: number;
  /** A storm's message was added to there within its last minutes. */
  inStorm: boolean;
  /** When what it does not show yet began. */
  behindSince: Instant;
  trace: string | undefined;
}

interface DueRow {
  id: string;
  incident_id: number;
  channel: string;
  conversation: string;
  part: 'card' | 'log';
  ref: StoredRef | null;
  card_ref: StoredRef | null;
  summary_id: string | null;
  alone: boolean;
  posting_since: Date | null;
  attempts: number;
  priority: number;
  wanted_revision: number;
  state: Incident;
  revision: number;
  failures: StoredIncident['failures'];
  known: StoredIncident['known'] | null;
  waiting: number;
  shown_last_minute: number;
  in_storm: boolean;
  behind_since: Date | null;
  trace: string | null;
}

/**
 * Leases up to `limit` conversations, those with the most important card that is behind first, and marks first
 * posts as begun. One statement, so that no two replicas send into one conversation at a time. The lock is the weakest
 * that does: whoever adds a card to the conversation meanwhile need not wait, and nobody waits for each other.
 */
export async function claimCards(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<DueCard[]> {
  const { rows } = await sql<DueRow>`
    with due as (
      select c.* from conversations v
      cross join lateral (
        select * from cards
        where behind and channel = v.channel and conversation = v.id and ${isDue('try_after', longestRestSeconds)}
          and (part = 'card' or card_ref is not null)
        order by priority desc, incident_id, part limit 1
      ) c
      where ${isDue('v.rest_until', longestRestSeconds)}
      order by c.priority desc, c.incident_id
      limit ${limit}
      for no key update of v skip locked
    ),
    leased as (
      update conversations v set rest_until = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
      from due where v.channel = due.channel and v.id = due.conversation
    ),
    begun as (
      update cards c set posting_since = now() from due
      where c.id = due.id and due.ref is null and due.summary_id is null
    )
    select due.*, i.state, i.revision, ${failuresOf('i.id')} as failures,
      case when due.part = 'card' then ${glancesOf('i.id')} end as known,
      case when due.ref is null and due.part = 'card' then (
        select count(*) from (
          select from cards w
          where w.behind and w.channel = due.channel and w.conversation = due.conversation and w.id <> due.id
            and ${mayJoin('w')}
          limit 1000
        ) few
      ) else 0 end as waiting,
      case when due.ref is null and due.part = 'card' then (
        select count(*) from cards p
        where p.channel = due.channel and p.conversation = due.conversation and p.part = 'card'
          and p.posted_at > now() - interval '1 minute'
      ) else 0 end as shown_last_minute,
      exists (
        select from summaries s
        where s.channel = due.channel and s.conversation = due.conversation
          and s.joined_at > now() - make_interval(mins => ${stormMinutes})
      ) as in_storm
    from due join incidents i on i.id = due.incident_id
    order by due.priority desc, due.incident_id`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    incidentId: row.incident_id,
    channel: row.channel,
    conversation: row.conversation,
    part: row.part,
    ref: row.ref ?? undefined,
    cardRef: row.card_ref ?? undefined,
    summaryId: row.summary_id ?? undefined,
    alone: row.alone,
    inDoubt: !row.ref && row.posting_since !== null,
    attempts: row.attempts,
    priority: row.priority,
    wantedRevision: row.wanted_revision,
    stored: {
      incident: row.state,
      revision: row.revision,
      priority: row.priority,
      failures: row.failures,
      known: row.known ?? [],
    },
    waiting: row.waiting,
    shownLastMinute: row.shown_last_minute,
    inStorm: row.in_storm,
    behindSince: (row.behind_since ?? new Date()).toISOString(),
    trace: row.trace ?? undefined,
  }));
}

/** Which cards a storm's summary may take in: never shown, not being posted, and with nobody dealing with them. */
export function mayJoin(alias: string) {
  const card = sql.raw(alias);
  return sql`${card}.part = 'card' and ${card}.ref is null and ${card}.posting_since is null
    and ${card}.summary_id is null and not ${card}.alone`;
}

/**
 * The message shows this revision; it is behind again only if the incident moved on meanwhile. Returns whether there
 * may be more to send in its conversation.
 */
export async function recordShown(
  db: Db,
  card: DueCard,
  shown: { ref: StoredRef | undefined; revision: number; paceMs: number },
): Promise<boolean> {
  const ref = shown.ref ? JSON.stringify(shown.ref) : null;
  const { rows } = await sql<{ more: boolean }>`
    with held as (${cardsInOrder([card.incidentId])}),
    shown as (
      update cards c set
        ref = ${ref}::jsonb, message_id = ${shown.ref?.message ?? null}, shown_revision = ${shown.revision},
        posting_since = null, attempts = 0, failure = null, posted_at = coalesce(c.posted_at, now()),
        behind_since = case when c.wanted_revision > ${shown.revision} then now() end
      from held where c.id = held.id and c.id = ${card.id}
    ),
    headed as (
      update cards c set card_ref = ${ref}::jsonb
      from held
      where c.id = held.id and ${card.part === 'card'} and part = 'log' and channel = ${card.channel}
        and conversation = ${card.conversation} and card_ref is distinct from ${ref}::jsonb
    ),
    rested as (${rest(card, shown.paceMs / 1000)})
    -- As it was before this statement: its own log, waiting for the card, is among the rest.
    select exists (
      select from cards c
      where c.behind and c.channel = ${card.channel} and c.conversation = ${card.conversation}
        and (c.id <> ${card.id} or c.wanted_revision > ${shown.revision})
    ) as more`.execute(db);
  return rows[0]?.more ?? true;
}

/**
 * The call failed. `maybePosted` says whether a post may have happened all the same; without `retrySeconds` the
 * card is given up until the next change; `lost` says that a person deleted the message, thread and all.
 */
export async function recordFailure(
  db: Db,
  card: DueCard,
  failure: {
    reason: string;
    maybePosted: boolean;
    retrySeconds: number | undefined;
    restSeconds: number;
    lost: boolean;
  },
): Promise<void> {
  await sql`
    with held as (${cardsInOrder([card.incidentId])}),
    failed as (
      update cards c set
        attempts = attempts + 1, failure = ${failure.reason},
        ref = case when ${failure.lost} then null else ref end,
        message_id = case when ${failure.lost} then null else message_id end,
        posting_since = case when ${failure.maybePosted} then posting_since else null end,
        refused_revision = case when ${failure.retrySeconds === undefined} then ${card.wantedRevision} else 0 end,
        -- A card that is lost is shown nowhere.
        shown_revision = case when ${failure.lost} then 0 else shown_revision end,
        try_after = now() + make_interval(secs => ${failure.retrySeconds ?? 0})
      from held where c.id = held.id and c.id = ${card.id}
    ),
    beheaded as (
      update cards c set card_ref = null, shown_revision = 0, ref = null, message_id = null
      from held
      where c.id = held.id and ${failure.lost && card.part === 'card'} and part = 'log'
        and channel = ${card.channel} and conversation = ${card.conversation}
    )
    ${rest(card, failure.restSeconds)}`.execute(db);
}

/** Ends the lease; nothing more is sent there for a while. */
export function rest(place: Place, seconds: number) {
  return sql`
    update conversations set rest_until = now() + make_interval(secs => ${seconds}), leased_by = null
    where channel = ${place.channel} and id = ${place.conversation}`;
}

/** The incident whose card or log this message is, or whose thread it heads. */
export async function findByMessage(
  db: Db,
  channel: string,
  message: StoredRef,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('cards')
    .select('incident_id')
    .where('channel', '=', channel)
    .where('conversation', '=', message.conversation)
    .where('message_id', '=', message.message)
    .executeTakeFirst();
  return row?.incident_id;
}

/** Address of the chat service that a conversation was last heard from. */
export async function rememberService(
  db: Db,
  channel: string,
  id: string,
  serviceUrl: string,
): Promise<void> {
  await db
    .insertInto('conversations')
    .values({ channel, id, service_url: serviceUrl })
    .onConflict((conflict) =>
      conflict
        .columns(['channel', 'id'])
        .doUpdateSet({ service_url: serviceUrl })
        .where('conversations.service_url', 'is distinct from', serviceUrl),
    )
    .execute();
}

export async function recallService(db: Db, channel: string, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('conversations')
    .select('service_url')
    .where('channel', '=', channel)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.service_url ?? undefined;
}
