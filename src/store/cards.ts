import { sql } from 'kysely';
import type { Incident } from '../incident/incident.ts';
import type { Db, Trx } from './database.ts';

export interface Place {
  channel: string;
  conversation: string;
}

/** Stored reference of a message, opaque here. */
export interface StoredRef {
  conversation: string;
  message: string;
}

/** A card that is behind, with its conversation leased to the caller. */
export interface DueCard extends Place {
  id: string;
  incidentId: number;
  part: 'card' | 'log';
  ref: StoredRef | undefined;
  /** Where the log belongs to; only for a log. */
  cardRef: StoredRef | undefined;
  /** An earlier post may or may not have happened. */
  inDoubt: boolean;
  attempts: number;
  /** Revision of the incident that it should show. */
  wantedRevision: number;
}

/** The incident is to be shown in these places, each a card with a log in its thread. Once only. */
export async function addCards(
  trx: Trx,
  incident: Incident,
  priority: number,
  places: Place[],
): Promise<void> {
  if (places.length === 0) return;
  const wanted = JSON.stringify(places);
  await sql`
    with place as (
      select * from jsonb_to_recordset(${wanted}::jsonb) as p (channel text, conversation text)
    ),
    -- Only what is not there: an insert that meets a row which is just being updated waits for that update, and
    -- a delivery that updates it may be waiting for a card of ours.
    known as (
      insert into conversations (channel, id)
      select channel, conversation from place p
      where not exists (select from conversations v where v.channel = p.channel and v.id = p.conversation)
      on conflict do nothing
    )
    insert into cards (incident_id, channel, conversation, part, priority, wanted_revision)
    select i.id, p.channel, p.conversation, part, ${priority},
      case when part = 'card' or ${incident.deedCount > 0} then i.revision else 0 end
    from incidents i, place p, unnest(array['card', 'log']) as part
    where i.id = ${incident.id} and not exists (
      select from cards c
      where c.incident_id = i.id and c.channel = p.channel and c.conversation = p.conversation
    )
    on conflict do nothing`.execute(trx);
}

/**
 * Leases the conversation whose most important card is behind, and marks a first post as begun. One
 * statement, so that no two replicas send into one conversation at a time. `undefined` where nothing is due.
 */
export async function claimCard(db: Db, leaseSeconds: number): Promise<DueCard | undefined> {
  const { rows } = await sql<{
    id: string;
    incident_id: number;
    channel: string;
    conversation: string;
    part: 'card' | 'log';
    ref: StoredRef | null;
    card_ref: StoredRef | null;
    posting_since: Date | null;
    attempts: number;
    wanted_revision: number;
  }>`
    with due as (
      select c.id, c.incident_id, c.channel, c.conversation, c.part, c.ref, c.card_ref, c.posting_since, c.attempts,
        c.wanted_revision
      from cards c
      join conversations v on v.channel = c.channel and v.id = c.conversation
      where c.behind and c.try_after <= now() and v.rest_until <= now()
        and (c.part = 'card' or c.card_ref is not null)
      order by c.priority desc, c.incident_id, c.part
      limit 1
      for update of v, c skip locked
    ),
    leased as (
      update conversations v set rest_until = now() + make_interval(secs => ${leaseSeconds})
      from due where v.channel = due.channel and v.id = due.conversation
    ),
    begun as (
      update cards c set posting_since = now() from due where c.id = due.id and due.ref is null
    )
    select * from due`.execute(db);
  const row = rows[0];
  return (
    row && {
      id: row.id,
      incidentId: row.incident_id,
      channel: row.channel,
      conversation: row.conversation,
      part: row.part,
      ref: row.ref ?? undefined,
      cardRef: row.card_ref ?? undefined,
      inDoubt: !row.ref && row.posting_since !== null,
      attempts: row.attempts,
      wantedRevision: row.wanted_revision,
    }
  );
}

/** The message shows this revision; it is behind again only if the incident moved on meanwhile. */
export async function recordShown(
  db: Db,
  card: DueCard,
  shown: { ref: StoredRef | undefined; revision: number; paceMs: number },
): Promise<void> {
  const ref = shown.ref ? JSON.stringify(shown.ref) : null;
  await sql`
    with held as (${cardsInOrder(card.incidentId)}),
    shown as (
      update cards c set
        ref = ${ref}::jsonb, message_id = ${shown.ref?.message ?? null}, shown_revision = ${shown.revision},
        posting_since = null, attempts = 0, failure = null
      from held where c.id = held.id and c.id = ${card.id}
    ),
    headed as (
      update cards c set card_ref = ${ref}::jsonb
      from held
      where c.id = held.id and ${card.part === 'card'} and part = 'log' and channel = ${card.channel}
        and conversation = ${card.conversation} and card_ref is distinct from ${ref}::jsonb
    )
    ${rest(card, shown.paceMs / 1000)}`.execute(db);
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
    with held as (${cardsInOrder(card.incidentId)}),
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

/**
 * Locks an incident's cards and logs, always in the same order: a decision marks both behind while a delivery
 * records one and tells the other, and two orders would wait for each other until one is killed.
 */
export function cardsInOrder(incidentId: number) {
  return sql`select id from cards where incident_id = ${incidentId} order by id for update`;
}

function rest(place: Place, seconds: number) {
  return sql`
    update conversations set rest_until = now() + make_interval(secs => ${seconds})
    where channel = ${place.channel} and id = ${place.conversation}`;
}

/** Milliseconds until a card that is behind may be sent; `undefined` where none is behind. */
export async function millisecondsUntilDue(db: Db): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select extract(epoch from min(greatest(v.rest_until, c.try_after, now())) - now())::float8 * 1000 as ms
    from cards c
    join conversations v on v.channel = c.channel and v.id = c.conversation
    where c.behind and (c.part = 'card' or c.card_ref is not null)`.execute(db);
  return rows[0]?.ms ?? undefined;
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

/** The sole owner was killed in the middle of something: its conversations are free again. */
export async function freeConversations(db: Db): Promise<void> {
  await sql`update conversations set rest_until = '-infinity' where rest_until > now()`.execute(db);
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
