import { sql } from 'kysely';
import type { Instant, Severity } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { cardsInOrder } from './card-order.ts';
import {
  type DueCard,
  longestRestSeconds,
  mayJoin,
  type Place,
  rest,
  type StoredRef,
  stormMinutes,
} from './cards.ts';
import type { Db } from './database.ts';
import { isDue } from './due.ts';

/** A storm's one message in a conversation, with the incidents that are rows of it. */
export interface Summary extends Place {
  id: string;
  ref: StoredRef | undefined;
  /** An earlier post may or may not have happened. */
  inDoubt: boolean;
  attempts: number;
  /** How many times incidents have left it again for cards of their own. */
  leftCount: number;
  openedAt: Instant;
  /** How many incidents are rows of it; of those that are not restricted, how many of each severity and how many open. */
  total: number;
  /** How many are restricted. */
  hidden: number;
  counts: Partial<Record<Severity, number>>;
  open: number;
  /** The most important ones; those that are open first. */
  incidents: Incident[];
}

/**
 * Priority of the gravest incident in the storm that is going on in a conversation, as a row or with a card of its
 * own; `undefined` in fair weather.
 */
export async function stormPriority(db: Db, place: Place): Promise<number | undefined> {
  const { rows } = await sql<{ priority: number | null }>`
    with storm as (${messagesOf(place)})
    select greatest(max(priority), (
      select max(c.priority) from cards c
      where c.channel = ${place.channel} and c.conversation = ${place.conversation} and c.part = 'card'
        and c.posted_at >= (select min(opened_at) from storm)
    )) as priority from storm`.execute(db);
  return rows[0]?.priority ?? undefined;
}

function messagesOf({ channel, conversation }: Place) {
  return sql`
    select id, priority, opened_at from summaries
    where channel = ${channel} and conversation = ${conversation}
      and joined_at > now() - make_interval(mins => ${stormMinutes})`;
}

/**
 * The cards that wait in this conversation become rows of its summary, the claimed one among them: as many as it can
 * list, then of a new one. After `mostMessages` nobody reads lists any more, and the last one only counts. Returns the
 * summary's id. Called by whoever has leased the conversation.
 */
export async function joinSummary(
  db: Db,
  card: DueCard,
  most: { rows: number; messages: number },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    with storm as (${messagesOf(card)}),
    newest as (
      select s.id, (select count(*) from cards c where c.summary_id = s.id) as members
      from storm s order by opened_at desc limit 1
    ),
    current as (
      select id, case when (select count(*) from storm) < ${most.messages} then ${most.rows} - members end as room
      from newest
      where members < ${most.rows} or (select count(*) from storm) >= ${most.messages}
    ),
    joining as (
      select w.id, w.priority from cards w
      where w.behind and w.channel = ${card.channel} and w.conversation = ${card.conversation}
        and (w.id = ${card.id} or ${mayJoin('w')})
      order by w.id = ${card.id} desc, w.priority desc, w.incident_id
      limit (select case when exists (select from current) then (select room from current) else ${most.rows}::bigint end)
    ),
    held as (select id from cards where id in (select id from joining) order by id for update),
    opened as (
      insert into summaries (channel, conversation, priority)
      select ${card.channel}, ${card.conversation}, max(priority) from joining
      where not exists (select from current) having count(*) > 0
      returning id
    ),
    gone_on as (
      update summaries s set joined_at = now(),
        priority = greatest(s.priority, (select max(priority) from joining))
      -- Cards before summaries: a decision that takes one out of a summary does so in the same order.
      from current where s.id = current.id and (select count(*) from held) >= 0
      returning s.id
    ),
    summary as (select id from opened union all select id from gone_on),
    joined as (
      -- Whoever took one of them meanwhile has its card alone.
      update cards w set summary_id = summary.id, posting_since = null
      from summary, held where w.id = held.id and not w.alone
    )
    select id from summary`.execute(db);
  const [summary] = rows;
  if (!summary) throw new Error(`No summary for ${card.conversation}.`);
  return summary.id;
}

/** Whether the incident `i` is for named people only. */
const isRestricted = sql`(i.id in (select id from incidents where state -> 'restrictedTo' is not null))`;

/** Marks a first post as begun and reads what the message is to show, at most `rows` incidents. */
export async function readSummary(db: Db, id: string, rows: number): Promise<Summary> {
  const { rows: found } = await sql<{
    channel: string;
    conversation: string;
    ref: StoredRef | null;
    posting_since: Date | null;
    attempts: number;
    left_count: number;
    opened_at: Date;
    total: number;
    hidden: number;
    counts: Partial<Record<Severity, number>> | null;
    open: number;
    incidents: Incident[] | null;
  }>`
    with before as (select * from summaries where id = ${id}),
    begun as (update summaries s set posting_since = now() where s.id = ${id} and s.ref is null)
    select b.*,
      (select count(*) from cards c where c.summary_id = b.id) as total,
      (select count(*) from cards c join incidents i on i.id = c.incident_id
        where c.summary_id = b.id and ${isRestricted}) as hidden,
      (select jsonb_object_agg(severity, members) from (
        select i.severity, count(*) as members from cards c join incidents i on i.id = c.incident_id
        where c.summary_id = b.id and not ${isRestricted} group by i.severity
      ) each) as counts,
      (select count(*) from cards c join incidents i on i.id = c.incident_id
        where c.summary_id = b.id and i.status <> 'closed' and not ${isRestricted}) as open,
      (select jsonb_agg(top.state) from (
        select i.state from cards c join incidents i on i.id = c.incident_id
        where c.summary_id = b.id
        -- Where a restricted one stood would tell how grave it is.
        order by ${isRestricted}, case when not ${isRestricted} then i.status = 'closed' end,
          case when not ${isRestricted} then c.priority end desc nulls last, c.incident_id limit ${rows}
      ) top) as incidents
    from before b`.execute(db);
  const [row] = found;
  if (!row) throw new Error(`There is no summary ${id}.`);
  return {
    id,
    channel: row.channel,
    conversation: row.conversation,
    ref: row.ref ?? undefined,
    inDoubt: !row.ref && row.posting_since !== null,
    attempts: row.attempts,
    leftCount: row.left_count,
    openedAt: row.opened_at.toISOString(),
    total: row.total,
    hidden: row.hidden,
    counts: row.counts ?? {},
    open: row.open,
    incidents: row.incidents ?? [],
  };
}

/**
 * The message shows its incidents; those that moved on meanwhile are behind again. Returns whether there may be more
 * to send in its conversation.
 */
export async function recordSummaryShown(
  db: Db,
  summary: Summary,
  shown: { ref: StoredRef; wanted: ShownRow[]; paceMs: number },
): Promise<boolean> {
  const { rows } = await sql<{ more: boolean }>`
    with row as (
      select * from jsonb_to_recordset(${JSON.stringify(shown.wanted)}::jsonb) as r (id uuid, revision integer)
    ),
    held as (select c.id from cards c join row on row.id = c.id order by c.id for update of c),
    posted as (
      update summaries set ref = ${JSON.stringify(shown.ref)}::jsonb, posting_since = null, attempts = 0,
        shown_left = ${summary.leftCount}
      where id = ${summary.id} and (select count(*) from held) >= 0
    ),
    recorded as (
      update cards c set shown_revision = row.revision, attempts = 0, failure = null,
        behind_since = case when c.wanted_revision > row.revision then now() end
      from row, held where c.id = held.id and c.id = row.id and c.summary_id = ${summary.id}
    ),
    rested as (${rest(summary, shown.paceMs / 1000)})
    select exists (
      select from cards c
      where c.behind and c.channel = ${summary.channel} and c.conversation = ${summary.conversation}
        and not exists (select from row where row.id = c.id and row.revision = c.wanted_revision)
    ) as more`.execute(db);
  return rows[0]?.more ?? true;
}

export interface ShownRow {
  id: string;
  revision: number;
}

/** What of the summary is behind: read before the message is drawn, recorded once it is shown. */
export async function rowsBehind(db: Db, id: string): Promise<ShownRow[]> {
  const { rows } = await sql<ShownRow>`
    select id, wanted_revision as revision from cards where summary_id = ${id} and behind`.execute(db);
  return rows;
}

/** The call failed; see `recordFailure` of cards. */
export async function recordSummaryFailure(
  db: Db,
  summary: Summary,
  failure: { reason: string; maybePosted: boolean; lost: boolean; retrySeconds: number; restSeconds: number },
): Promise<void> {
  await sql`
    with held as (select id from cards where summary_id = ${summary.id} and behind order by id for update),
    failed as (
      update summaries set attempts = attempts + 1,
        posting_since = case when ${failure.maybePosted} then posting_since end,
        ref = case when ${failure.lost} then null else ref end,
        try_after = now() + make_interval(secs => ${failure.retrySeconds})
      where id = ${summary.id} and (select count(*) from held) >= 0
    ),
    put_off as (
      update cards c set failure = ${failure.reason},
        try_after = now() + make_interval(secs => ${failure.retrySeconds})
      from held where c.id = held.id
    )
    ${rest(summary, failure.restSeconds)}`.execute(db);
}

/** The incident leaves the summaries of one channel's conversations for cards of its own. */
export async function leaveSummaries(db: Db, incidentId: number, channel: string): Promise<boolean> {
  const { rows } = await sql`
    with held as (${cardsInOrder([incidentId])}),
    leaving as (
      select c.id, held.summary_id from cards c, held
      where c.id = held.id and c.channel = ${channel} and held.summary_id is not null
    ),
    thinned as (
      update summaries s set left_count = s.left_count + 1
      where (select count(*) from held) > 0 and s.id in (select summary_id from leaving)
    )
    update cards c set summary_id = null, alone = true, shown_revision = 0, behind_since = now(),
      try_after = '-infinity'
    from leaving where c.id = leaving.id
    returning c.id`.execute(db);
  return rows.length > 0;
}

/** Leases up to `limit` conversations with a message that still shows an incident which has left it. */
export async function claimThinned(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<{ id: string; channel: string }[]> {
  const { rows } = await sql<{ id: string; channel: string }>`
    with due as (
      select s.id, v.channel, v.id as conversation from conversations v
      cross join lateral (
        select id from summaries
        where behind and channel = v.channel and conversation = v.id and ${isDue('try_after', longestRestSeconds)}
        order by opened_at limit 1
      ) s
      where ${isDue('v.rest_until', longestRestSeconds)}
      limit ${limit}
      for no key update of v skip locked
    ),
    leased as (
      update conversations v set rest_until = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
      from due where v.channel = due.channel and v.id = due.conversation
    )
    select id, channel from due`.execute(db);
  return rows;
}
