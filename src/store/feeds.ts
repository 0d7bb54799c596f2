import { sql } from 'kysely';
import type { Instant, SourceName } from '../incident/alert.ts';
import type { Db } from './database.ts';
import { isDue } from './due.ts';

/** An hour between two polls is the most that can be set. */
const longestRestSeconds = 3_660;

export interface FeedTurn {
  watermark: Instant | undefined;
  /** Database time, so that replicas with different clocks agree on what was seen before what. */
  startedAt: Instant;
}

/** Makes the feed known, so that it can be leased. */
export async function registerFeed(db: Db, source: SourceName, feed: string): Promise<void> {
  await db
    .insertInto('feeds')
    .values({ source, feed })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes the turn to poll a feed for `leaseSeconds`; `undefined` while another replica has it or it rests. */
export async function takeTurn(
  db: Db,
  source: SourceName,
  feed: string,
  leaseSeconds: number,
  replica: number,
): Promise<FeedTurn | undefined> {
  const { rows } = await sql<{ watermark: string | null; started_at: Date }>`
    update feeds set rest_until = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    where source = ${source} and feed = ${feed} and ${isDue('rest_until', longestRestSeconds)}
    returning watermark, now() as started_at`.execute(db);
  const row = rows[0];
  return row && { watermark: row.watermark ?? undefined, startedAt: row.started_at.toISOString() };
}

/** Keeps the turn for another while; a long first poll is not taken for a dead one. */
export async function keepTurn(
  db: Db,
  source: SourceName,
  feed: string,
  leaseSeconds: number,
): Promise<void> {
  await sql`
    update feeds set rest_until = now() + make_interval(secs => ${leaseSeconds})
    where source = ${source} and feed = ${feed}`.execute(db);
}

/** Ends the turn: the watermark reached, how long the feed rests, and what went wrong if anything did. */
export async function endTurn(
  db: Db,
  source: SourceName,
  feed: string,
  end: { watermark: Instant | undefined; restSeconds: number; failure: string | undefined },
): Promise<void> {
  const failure = end.failure ?? null;
  await sql`
    update feeds set
      watermark = coalesce(${end.watermark ?? null}, watermark),
      rest_until = now() + make_interval(secs => ${end.restSeconds}), leased_by = null,
      failure = ${failure},
      failing_since = case when ${failure}::text is null then null else coalesce(failing_since, now()) end,
      told = told and ${failure}::text is not null
    where source = ${source} and feed = ${feed}`.execute(db);
}

/** Whether the feed has failed for so long that people must know, and they are told now. Once an outage. */
export async function takeSilence(
  db: Db,
  source: SourceName,
  feed: string,
  minutes: number,
): Promise<boolean> {
  const { rows } = await sql`
    update feeds set told = true
    where source = ${source} and feed = ${feed} and not told
      and failing_since < now() - make_interval(mins => ${minutes})
    returning feed`.execute(db);
  return rows.length > 0;
}
