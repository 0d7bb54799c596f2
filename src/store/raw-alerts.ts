import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import stringify from 'safe-stable-stringify';
import type { Instant, SourceName } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';

/** What came in, as text: how it came says what it is good for. */
export interface Incoming {
  source: SourceName;
  /** `poll`: one payload that the source itself showed. `push`: as it came. `part`: one payload of a push. */
  via: 'poll' | 'push' | 'part';
  body: string;
  /** Of a push the hash of its bytes, otherwise `digestOf` the payload. */
  digest: string;
  /** Database time before the source was asked; only of a poll. */
  observedAt: Instant | undefined;
  /** W3C traceparent. */
  trace: string | undefined;
}

export interface RawAlert extends Incoming {
  id: number;
  receivedAt: Instant;
}

/** The same payload has the same digest however its keys are ordered. */
export function digestOf(payload: unknown): string {
  return hashOf(stringify(payload) ?? '');
}

export function hashOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What the source showed, ready to be accepted. */
export function polled(source: SourceName, payload: unknown, observedAt: Instant | undefined): Incoming {
  const body = JSON.stringify(payload) ?? 'null';
  return { source, via: 'poll', body, digest: digestOf(payload), observedAt, trace: undefined };
}

/**
 * Accepts what came in: one durable insert. Returns what is new, in its order: a push that came before, and a
 * payload that waits already or was refused, is stored once.
 */
export async function acceptRaw(db: Db | Trx, incoming: Incoming[]): Promise<RawAlert[]> {
  if (incoming.length === 0) return [];
  const rows = incoming.map(({ observedAt, ...row }, n) => ({ n, ...row, observed_at: observedAt }));
  const { rows: stored } = await sql<{ id: number; digest: string; source: string; received_at: Date }>`
    insert into raw_alerts (source, via, body, digest, observed_at, trace)
    select source, via, body, digest, observed_at, trace
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (n integer, source text, via text, body text, digest text, observed_at timestamptz, trace text)
    order by n
    on conflict do nothing
    returning id, digest, source, received_at`.execute(db);
  const byDigest = new Map(stored.map((row) => [`${row.source} ${row.digest}`, row]));
  return incoming.flatMap((raw) => {
    const row = byDigest.get(`${raw.source} ${raw.digest}`);
    byDigest.delete(`${raw.source} ${raw.digest}`);
    return row ? [{ ...raw, id: row.id, receivedAt: row.received_at.toISOString() }] : [];
  });
}

/** The oldest waiting that came at least so long ago; younger ones are in the hands of who accepted them. */
export async function findWaiting(db: Db, limit: number, seconds: number): Promise<RawAlert[]> {
  const { rows } = await sql<Row>`
    select id, source, via, body, digest, observed_at, received_at, trace from raw_alerts
    where taken_at is null and received_at <= now() - make_interval(secs => ${seconds})
    order by id limit ${limit}`.execute(db);
  return rows.map(toRawAlert);
}

/** Of these, what still waits: somebody else may have taken some. */
export async function stillWaiting(db: Db, ids: number[]): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from raw_alerts where id = any(${ids}::bigint[]) and taken_at is null`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** Whether anything of a source is not taken in yet. */
export async function isAnyWaiting(db: Db, source: SourceName): Promise<boolean> {
  const { rows } = await sql`
    select from raw_alerts where taken_at is null and source = ${source} limit 1`.execute(db);
  return rows.length > 0;
}

interface Row {
  id: number;
  source: SourceName;
  via: Incoming['via'];
  body: string;
  digest: string;
  observed_at: Date | null;
  received_at: Date;
  trace: string | null;
}

function toRawAlert({ observed_at, received_at, trace, ...row }: Row): RawAlert {
  return {
    ...row,
    observedAt: observed_at?.toISOString(),
    receivedAt: received_at.toISOString(),
    trace: trace ?? undefined,
  };
}

/** A push came apart into its payloads: these wait in its place. Returns them. */
export async function takeApart(trx: Trx, push: RawAlert, payloads: unknown[]): Promise<RawAlert[]> {
  await sql`update raw_alerts set taken_at = now() where id = ${push.id}`.execute(trx);
  return acceptRaw(
    trx,
    payloads.map((payload) => ({
      source: push.source,
      via: 'part',
      body: JSON.stringify(payload),
      digest: digestOf(payload),
      observedAt: undefined,
      trace: push.trace,
    })),
  );
}

/** Kept for inspection, with the reason; stops nothing else. */
export async function markRefused(db: Db, id: number, reason: string): Promise<void> {
  await sql`update raw_alerts set taken_at = now(), refused = ${reason} where id = ${id}`.execute(db);
}

export interface RefusedAlert {
  id: number;
  source: string;
  reason: string;
  receivedAt: Instant;
}

/** What could not be understood, newest first. */
export async function listRefused(db: Db, limit: number): Promise<RefusedAlert[]> {
  const { rows } = await sql<{ id: number; source: string; refused: string; received_at: Date }>`
    select id, source, refused, received_at from raw_alerts
    where refused is not null and dropped_at is null order by id desc limit ${limit}`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    reason: row.refused,
    receivedAt: row.received_at.toISOString(),
  }));
}

/** Days for which raw alerts are kept once they are dealt with, and those that were refused. */
export interface RawKeeping {
  rawDays: number;
  refusedDays: number;
}

/** Deleted at once; a day's storm in one statement would hold up the embedded database. */
const forgottenAtOnce = 1_000;

/** Raw payloads live on in their alerts; the originals go after a while, what was refused later. */
export async function forgetOld(db: Db, { rawDays, refusedDays }: RawKeeping): Promise<void> {
  let forgotten = forgottenAtOnce;
  while (forgotten === forgottenAtOnce) {
    const { rows } = await sql`
      delete from raw_alerts where id in (
        select id from raw_alerts
        where taken_at < now() - make_interval(days => ${Math.min(rawDays, refusedDays)})
          and taken_at < now() - make_interval(days => case when refused is null then ${rawDays}::integer else ${refusedDays} end)
        order by taken_at limit ${forgottenAtOnce}
      )
      returning id`.execute(db);
    forgotten = rows.length;
  }
}
