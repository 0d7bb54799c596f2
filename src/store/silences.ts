import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import type { Silence } from '../incident/silence.ts';
import type { Db, Trx } from './database.ts';

/** A silence as it stands, and how it went. */
export interface StoredSilence {
  silence: Silence;
  endedAt: Instant | undefined;
  endedBy: string | undefined;
  /** Incidents that it has kept quiet so far. */
  hidden: number;
  /** Who alone may see the incident that it was made from, where that is restricted by now. */
  restrictedTo: Owner[] | undefined;
  /** What Azure is to hold of it and what it holds, an end, `nothing` or `in doubt`, with the last failure. */
  rules: { source: string; wanted: string; held: string; failure: string | undefined }[];
}

interface Row {
  body: Silence;
  until_at: Date;
  ended_at: Date | null;
  ended_by: string | null;
  hidden: number;
  restricted_to: Owner[] | null;
  about_gone: boolean;
  rules: StoredSilence['rules'] | null;
}

const toSilence = ({ body, until_at }: Pick<Row, 'body' | 'until_at'>): Silence => ({
  ...body,
  until: until_at.toISOString(),
});

/** One that is shown already is the same as the silence that becomes of it. */
export async function nextSilenceNumber(db: Db | Trx): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    select nextval('silence_numbers')::integer as number`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The database gave no number.');
  return row.number;
}

/** Whether it is new: of one occasion of a maintenance window there is one over all replicas. */
export async function insertSilence(db: Db | Trx, silence: Silence, occasion?: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into silences (number, body, begins_at, until_at, occasion)
    values (${silence.number}, ${JSON.stringify(silence)}::jsonb, ${silence.from}, ${silence.until}, ${occasion ?? null})
    on conflict do nothing`.execute(db);
  return numAffectedRows === 1n;
}

/** Whether one of this occasion is there, ended or not. */
export async function knowsOccasion(db: Db, occasion: string): Promise<boolean> {
  const { rows } = await sql`select from silences where occasion = ${occasion}`.execute(db);
  return rows.length > 0;
}

/** Those that keep something quiet at a moment. */
export async function activeSilences(db: Db | Trx, now: Instant): Promise<Silence[]> {
  const { rows } = await sql<Pick<Row, 'body' | 'until_at'>>`
    select body, until_at from silences
    where until_at > ${now} and begins_at <= ${now} and ended_at is null order by number`.execute(db);
  return rows.map(toSilence);
}

/** Active ones first, those that end soonest before all others; then those that are over, the last first. */
export async function listSilences(db: Db, now: Instant, limit: number): Promise<StoredSilence[]> {
  const { rows } = await sql<Row>`
    ${stored} order by (s.until_at > ${now} and s.ended_at is null) desc,
      case when s.until_at > ${now} and s.ended_at is null then s.until_at end,
      coalesce(s.ended_at, s.until_at) desc
    limit ${limit}`.execute(db);
  return rows.map(toStored);
}

export async function readSilence(db: Db | Trx, number: number): Promise<StoredSilence | undefined> {
  const { rows } = await sql<Row>`${stored} where s.number = ${number}`.execute(db);
  return rows[0] && toStored(rows[0]);
}

const stored = sql`
  select s.body, s.until_at, s.ended_at, s.ended_by, (
      select count(distinct e.incident_id)::integer from incident_events e
      where e.type = 'silenced' and e.data ->> 'silence' = s.name
    ) as hidden, (
      select i.state -> 'restrictedTo' from incidents i where i.id = (s.body ->> 'about')::bigint
    ) as restricted_to, s.body ? 'about' and not exists (
      select from incidents i where i.id = (s.body ->> 'about')::bigint
    ) as about_gone, (
      select jsonb_agg(jsonb_build_object('source', r.rule ->> 'source', 'wanted', r.wanted, 'held', r.held, 'failure', r.failure))
      from silence_rules r where r.number = s.number
    ) as rules
  from silences s`;

function toStored({
  ended_at,
  ended_by,
  hidden,
  restricted_to,
  about_gone,
  rules,
  ...row
}: Row): StoredSilence {
  return {
    silence: toSilence(row),
    endedAt: ended_at?.toISOString(),
    endedBy: ended_by ?? undefined,
    hidden,
    // Of one in an archive nobody can tell any more whom it was for.
    restrictedTo: restricted_to ?? (about_gone ? [] : undefined),
    rules: (rules ?? []).map(({ failure, ...rule }) => ({ ...rule, failure: failure ?? undefined })),
  };
}

/** Whether it was active until then. What it kept quiet is looked at anew. */
export async function endSilence(trx: Trx, number: number, at: Instant, by: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update silences set ended_at = ${at}, ended_by = ${by}
    where number = ${number} and ended_at is null and until_at > ${at}`.execute(trx);
  return numAffectedRows === 1n;
}

/** Whether it is active: one that is over stays over. */
export async function extendSilence(
  trx: Trx,
  number: number,
  until: Instant,
  now: Instant,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update silences set until_at = ${until}
    where number = ${number} and ended_at is null and until_at > ${now}`.execute(trx);
  return numAffectedRows === 1n;
}

/** What somebody was shown, and may create while it lasts. */
export interface StoredPreview<Order> {
  author: string;
  order: Order;
  hash: string;
  expiresAt: Instant;
}

export async function insertPreview<Order>(
  db: Db,
  number: number,
  { author, order, hash, expiresAt }: StoredPreview<Order>,
): Promise<void> {
  await sql`
    insert into silence_previews (number, author, body, hash, expires_at)
    values (${number}, ${author}, ${JSON.stringify(order)}::jsonb, ${hash}, ${expiresAt})`.execute(db);
}

export async function readPreview<Order>(
  db: Db | Trx,
  number: number,
): Promise<StoredPreview<Order> | undefined> {
  const { rows } = await sql<{ author: string; body: Order; hash: string; expires_at: Date }>`
    select author, body, hash, expires_at from silence_previews where number = ${number}`.execute(db);
  const [row] = rows;
  return (
    row && { author: row.author, order: row.body, hash: row.hash, expiresAt: row.expires_at.toISOString() }
  );
}

/** Nobody can create them any more, or has. */
export async function dropPreviews(db: Db | Trx, expiredBefore: Instant): Promise<void> {
  await sql`delete from silence_previews where expires_at < ${expiredBefore}`.execute(db);
}
