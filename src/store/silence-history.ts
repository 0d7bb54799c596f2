import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Matchable, Matcher } from '../incident/match.ts';
import type { HiddenBefore } from '../incident/silence.ts';
import type { Db } from './database.ts';
import { matching } from './matching.ts';

/** So many incidents are read and compared in well under a second. */
export const mostLooked = 10_000;
/** Names of true positives that are shown; their number counts all. */
const mostNamed = 5;
/** With more hits of its words a matcher hardly narrows anything down. */
const mostHits = 50_000;

/**
 * Incidents since then whose first alert fits, without merged and restricted ones and those made up to practise. Where
 * words of the matcher are rare enough all are looked at, or else the newest alone, and `cutAt` says so.
 */
export async function hiddenSince(
  db: Db,
  matcher: Matcher,
  since: Instant,
  now: Instant,
): Promise<HiddenBefore> {
  const ids = await candidates(db, matcher);
  const among = ids ? sql`i.id = any(${ids}::bigint[])` : sql`true`;
  const { rows } = await sql<{
    count: number;
    high: number;
    true_positives: number;
    named: number[] | null;
    looked: number;
    oldest: Date | null;
  }>`
    with newest as materialized (
      select i.id, i.severity, i.opened_at, i.exercise, i.state from incidents i
      where i.opened_at >= ${since} and i.opened_at <= ${now} and ${among}
      order by i.opened_at desc, i.id desc limit ${mostLooked}
    ),
    hidden as materialized (
      select i.id, i.severity,
        coalesce(i.state #>> '{closing,classification}' = 'true-positive', false) as is_true
      from newest i cross join lateral (select i.state #> '{alerts,0}' as body offset 0) a
      where i.state ->> 'mergedInto' is null and i.state -> 'restrictedTo' is null
        and not i.exercise and ${matching(matcher, sql`a.body`)}
    )
    select
      (select count(*)::integer from hidden) as count,
      (select count(*)::integer from hidden where severity = 'high') as high,
      (select count(*)::integer from hidden where is_true) as true_positives,
      (select jsonb_agg(n.id) from (
        select id from hidden where is_true order by id desc limit ${mostNamed}) n) as named,
      (select count(*)::integer from newest) as looked,
      (select min(opened_at) from newest) as oldest`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The database counted nothing.');
  return {
    count: row.count,
    high: row.high,
    truePositives: row.named ?? [],
    truePositiveCount: row.true_positives,
    cutAt: row.looked === mostLooked ? row.oldest?.toISOString() : undefined,
  };
}

/** Incidents that have the words of the matcher; `undefined` where it has none that could be looked up, or they are common. */
async function candidates(db: Db, matcher: Matcher): Promise<string[] | undefined> {
  const query = wordsOf(matcher);
  if (!query) return undefined;
  return db.transaction().execute(async (trx) => {
    // Where many hits do not fit into memory as single rows, every row of their pages is read again: see `hitsOf`.
    await sql`set local work_mem = '64MB'`.execute(trx);
    const { rows } = await sql<{ id: string }>`
      select incident_id as id from alerts
      where alert_words(body) @@ ${query} and numnode(${query}) > 0 limit ${mostHits + 1}`.execute(trx);
    // A query of nothing but marks finds nothing, and narrows nothing down.
    if (rows.length === 0 && (await isEmpty(trx, query))) return undefined;
    return rows.length > mostHits ? undefined : [...new Set(rows.map(({ id }) => id))];
  });
}

async function isEmpty(db: Db, query: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ nodes: number }>`select numnode(${query}) as nodes`.execute(db);
  return rows[0]?.nodes === 0;
}

const inWords = ['title', 'type', 'product', 'target'] as const satisfies Matchable[];
const inEntities = ['account', 'host', 'ip'] as const satisfies Matchable[];

/** Fields that are said whole, as a query of the words that the index has: all fields, and of each one of its patterns. */
function wordsOf(matcher: Matcher): RawBuilder<unknown> | undefined {
  const said = (field: Matchable) => matcher[field]?.filter((pattern) => !pattern.includes('*')) ?? [];
  const isWhole = (field: Matchable) =>
    said(field).length > 0 && said(field).length === matcher[field]?.length;
  const words = inWords.filter(isWhole).map((field) =>
    // As the index has it: slashes and underscores end words.
    said(field).map((pattern) => sql`plainto_tsquery('simple', ${pattern.replace(/[/\\_]/g, ' ')})`),
  );
  const names = inEntities
    .filter(isWhole)
    .map((field) =>
      said(field).map((pattern) => sql`${quoted(`entity:${pattern.toLowerCase().slice(0, 200)}`)}::tsquery`),
    );
  const all = [...words, ...names].map((some) => sql`(${sql.join(some, sql` || `)})`);
  return all.length === 0 ? undefined : sql`(${sql.join(all, sql` && `)})`;
}

function quoted(term: string): string {
  return `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
