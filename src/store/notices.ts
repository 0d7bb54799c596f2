import { type RawBuilder, sql } from 'kysely';
import type { PageView } from '../channels/page-view.ts';
import type { Status } from '../incident/alert.ts';
import type { StoredRef } from './cards.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

/** Between two tries, and no lease is longer. */
export const longestNoticePauseSeconds = 300;

export const noticeKinds = [
  'reminder',
  'escalation',
  'handover',
  'digest',
  'silence',
  'on-call',
  'drill',
  'clock',
  'update',
  'follow-up',
  'upkeep',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Something that is said unasked. */
export interface Notice {
  /** What it is about, at most 200 characters: what is added under the same key again is not said again. */
  key: string;
  kind: NoticeKind;
  to: NoticeTarget;
  /** Object ids of those who are mentioned. */
  calls: string[];
  /** Then nobody is told who may not see it. */
  incident: number | undefined;
  /** It is said only while its incident stands so: nobody needs a call about what somebody has by now. */
  whileStatus?: Status;
  page: PageView;
  /** It wants somebody's attention now: it counts as an interruption of whom it calls or goes to. */
  interrupts: boolean;
}

export type NoticeTarget =
  | { kind: 'room'; channel: 'slack' | 'teams'; conversation: string }
  /** Under the incident's cards, in every room that shows it. */
  | { kind: 'thread' }
  /** Entra object id; in the first chat that lets us in. */
  | { kind: 'person'; personId: string };

/** They are said once the transaction is; what is there under its key already stays as it is. */
export async function addNotices(trx: Db | Trx, notices: Notice[], at: Date, trace?: string): Promise<void> {
  for (const notice of notices) await add(trx, notice, at, trace);
}

async function add(trx: Db | Trx, notice: Notice, at: Date, trace: string | undefined): Promise<void> {
  await sql`
    with added as (
      insert into notices (key, kind, incident_id, while_status, calls, interrupts, page, at, trace)
      values (${notice.key}, ${notice.kind}, ${notice.incident ?? null}, ${notice.whileStatus ?? null},
        ${JSON.stringify(notice.calls)}::jsonb, ${notice.interrupts}, ${JSON.stringify(notice.page)}::jsonb, ${at.toISOString()}::timestamptz, ${trace ?? null})
      on conflict (key) do nothing
      returning id, incident_id
    )
    insert into notice_messages (notice_id, channel, place, person_id, conversation, in_thread)
    ${messagesOf(notice.to)}`.execute(trx);
}

function messagesOf(to: NoticeTarget): RawBuilder<unknown> {
  switch (to.kind) {
    case 'room':
      return sql`
        select id, ${to.channel}::text, ${to.conversation}::text, null, ${to.conversation}::text, false from added`;
    case 'thread':
      return sql`
        select a.id, c.channel, c.conversation, null, c.conversation, true
        from added a join cards c on c.incident_id = a.incident_id and c.part = 'card'`;
    case 'person':
      return sql`select id, null, null, ${to.personId.toLowerCase()}::text, null, false from added`;
  }
}

/** It says something else from now on; where it was shown it is edited. Whether there is such a notice. */
export async function reviseNotice(trx: Db | Trx, key: string, page: PageView): Promise<boolean> {
  const { rows } = await sql`
    with revised as (
      update notices set page = ${JSON.stringify(page)}::jsonb where key = ${key} returning id
    ), behind as (
      update notice_messages m set ${behind} from revised r where m.notice_id = r.id and m.failure is null
    )
    select id from revised`.execute(trx);
  return rows.length > 0;
}

/** What was said of these incidents is to be taken back, or may be read again. */
export function retellNotices(incidentIds: number[]) {
  return sql`
    update notice_messages m set ${behind} from notices n
    where n.id = m.notice_id and n.incident_id = any(${incidentIds}::bigint[]) and m.failure is null`;
}

/** One that somebody is at is shown anew after. */
const behind = sql`
  wanted_revision = m.wanted_revision + 1,
  show_after = case when m.leased_by is null then '-infinity' else m.show_after end`;

/** A message that does not say yet what its notice says, leased to the caller. */
export interface DueNotice {
  id: string;
  key: string;
  kind: NoticeKind;
  incident: number | undefined;
  whileStatus: Status | undefined;
  calls: string[];
  page: PageView;
  channel: string | undefined;
  place: string | undefined;
  personId: string | undefined;
  inThread: boolean;
  conversation: string | undefined;
  ref: StoredRef | undefined;
  wantedRevision: number;
  /** An earlier post may or may not have happened. */
  inDoubt: boolean;
  /** Chats that did not let us in, as `channel user`. */
  passed: string[];
  attempts: number;
  trace: string | undefined;
}

interface NoticeRow {
  id: string;
  key: string;
  kind: NoticeKind;
  incident_id: number | null;
  while_status: Status | null;
  calls: string[];
  page: PageView;
  channel: string | null;
  place: string | null;
  person_id: string | null;
  in_thread: boolean;
  conversation: string | null;
  ref: StoredRef | null;
  wanted_revision: number;
  posting_since: Date | null;
  passed: string[];
  attempts: number;
  trace: string | null;
}

/** Leases up to `limit` messages that are behind, oldest notice first. One in a thread waits until the card is there. */
export async function claimNotices(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<DueNotice[]> {
  const { rows } = await sql<NoticeRow>`
    with due as (
      select m.id from notice_messages m join notices n on n.id = m.notice_id
      where m.behind and ${isDue('m.show_after', longestNoticePauseSeconds)}
        and not (m.in_thread and m.ref is null and ${cardComes})
      order by m.show_after, n.at limit ${limit}
      for update of m skip locked
    )
    update notice_messages m set show_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due, notices n
    where m.id = due.id and n.id = m.notice_id
    returning m.*, n.key, n.kind, n.incident_id, n.while_status, n.calls, n.page, n.trace`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    kind: row.kind,
    incident: row.incident_id ?? undefined,
    whileStatus: row.while_status ?? undefined,
    calls: row.calls,
    page: row.page,
    channel: row.channel ?? undefined,
    place: row.place ?? undefined,
    personId: row.person_id ?? undefined,
    inThread: row.in_thread,
    conversation: row.conversation ?? undefined,
    ref: row.ref ?? undefined,
    wantedRevision: row.wanted_revision,
    inDoubt: !row.ref && row.posting_since !== null,
    passed: row.passed,
    attempts: row.attempts,
    trace: row.trace ?? undefined,
  }));
}

/** Of a card that is part of a storm's summary, or was refused, there is no telling. */
const cardComes = sql`exists (
  select from cards c
  where c.incident_id = n.incident_id and c.channel = m.channel and c.conversation = m.conversation and c.part = 'card'
    and c.ref is null and c.summary_id is null and c.behind)`;

/** A post is about to be made there; from now on it may have happened. */
export async function beginNoticePost(
  db: Db,
  id: string,
  { channel, place, conversation }: { channel: string; place: string; conversation: string },
): Promise<void> {
  await sql`
    update notice_messages set channel = ${channel}, place = ${place}, conversation = ${conversation},
      posting_since = now()
    where id = ${id}`.execute(db);
}

/** The message says what the notice said when it was claimed; what came meanwhile is shown at once. */
export async function recordNotice(
  db: Db,
  { id, wantedRevision }: Pick<DueNotice, 'id' | 'wantedRevision'>,
  ref: StoredRef,
  at: Date,
): Promise<void> {
  await sql`
    update notice_messages set ref = ${JSON.stringify(ref)}::jsonb, shown_revision = ${wantedRevision},
      sent_at = coalesce(sent_at, ${at.toISOString()}::timestamptz), posting_since = null, attempts = 0,
      show_after = '-infinity', leased_by = null
    where id = ${id}`.execute(db);
}

/** It did not work, and is tried again after a pause. */
export async function postponeNotice(
  db: Db,
  id: string,
  { pauseSeconds, maybePosted }: { pauseSeconds: number; maybePosted: boolean },
): Promise<void> {
  await sql`
    update notice_messages set attempts = attempts + 1, leased_by = null,
      posting_since = case when ${maybePosted} then posting_since end,
      show_after = now() + make_interval(secs => ${pauseSeconds})
    where id = ${id}`.execute(db);
}

/** That chat does not let us in: the next one is tried at once. */
export async function passNotice(db: Db, id: string, chat: string): Promise<void> {
  await sql`
    update notice_messages set passed = passed || ${JSON.stringify([chat])}::jsonb, channel = null, place = null,
      conversation = null, posting_since = null, attempts = 0, show_after = '-infinity', leased_by = null
    where id = ${id}`.execute(db);
}

/** Why a notice is not sent though nothing went wrong: nobody needs it any more, or nobody there may see it. */
export const unneeded = 'nobody needs it any more';
export const unseen = 'they may not see it';

/** Nobody can be told there, or may be, or needs to be. */
export async function giveUpNotice(
  db: Db,
  { id, wantedRevision }: Pick<DueNotice, 'id' | 'wantedRevision'>,
  failure: string,
): Promise<void> {
  await sql`
    update notice_messages set shown_revision = ${wantedRevision}, failure = ${failure}, posting_since = null,
      attempts = 0, show_after = '-infinity', leased_by = null
    where id = ${id}`.execute(db);
}

/** What was said so long ago no number tells any more, and nobody says again. */
export async function forgetNotices(db: Db, days: number): Promise<void> {
  await sql`delete from notices where at < now() - make_interval(days => ${days})`.execute(db);
}
