import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What is behind at this moment, over all replicas. Ages are in seconds, 0 where nothing waits. */
export interface Backlog {
  raw: { waiting: number; oldestSeconds: number };
  /** Every channel that has conversations. Cards and logs that do not show the newest version yet. */
  cards: { channel: string; behind: number; oldestSeconds: number }[];
  /** Every source that has a feed or is behind. `givenUp` of those behind are not tried again by themselves. */
  sources: { source: string; behind: number; givenUp: number; oldestSeconds: number }[];
  /** As the queue counted itself, at most some ten seconds ago. */
  jobs: { queue: string; ready: number; deferred: number; active: number; failed: number }[];
  feeds: { source: string; feed: string; failingSeconds: number }[];
  /** Every side that was ever asked about entities. Turns that are wanted and that nobody has in hand. */
  enrichments: { side: string; waiting: number; oldestSeconds: number }[];
}

export async function readBacklog(db: Db): Promise<Backlog> {
  const { rows } = await backlogStatement.execute(db);
  const [backlog] = rows;
  if (!backlog) throw new Error('The database gave no row for the backlog.');
  return backlog;
}

/**
 * One statement over the partial indexes of what is behind: what was dealt with is not looked at, however much
 * there is of it. A test asks the planner.
 */
export const backlogStatement = sql<Backlog>`
  with
  raw as (
    select
      (select count(*) from raw_alerts where taken_at is null) as waiting,
      (
        select ${secondsSince('received_at')} from raw_alerts where taken_at is null order by id limit 1
      ) as oldest
  ),
  card as (
    select channel, count(*) as behind, ${secondsSince('min(behind_since)')} as oldest
    from cards where behind group by channel
  ),
  alert as (
    select
      source, count(*) as behind, count(*) filter (where write_after = 'infinity') as given_up,
      ${secondsSince('min(behind_since)')} as oldest
    from alerts where behind group by source
  ),
  -- The feed of a subscription that was taken out of the settings keeps its row, and its last failure with it.
  feed as (select * from feeds where failing_since is null or rest_until > now() - interval '1 hour'),
  turn as (
    select side, count(*) as waiting, ${secondsSince('min(wanted_at)')} as oldest
    from enrichments where wanted and leased_by is null group by side
  )
  select
    (
      select jsonb_build_object('waiting', waiting, 'oldestSeconds', coalesce(oldest, 0)) from raw
    ) as raw,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'channel', channel, 'behind', coalesce(behind, 0), 'oldestSeconds', coalesce(oldest, 0)
      ) order by channel), '[]')
      from (select distinct channel from conversations) v left join card using (channel)
    ) as cards,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'source', source, 'behind', coalesce(behind, 0), 'givenUp', coalesce(given_up, 0),
        'oldestSeconds', coalesce(oldest, 0)
      ) order by source), '[]')
      from (select source from feeds union select source from alert) s left join alert using (source)
    ) as sources,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'queue', name, 'ready', ready_count, 'deferred', deferred_count, 'active', active_count,
        'failed', failed_count
      ) order by name), '[]')
      from pgboss.queue where name not like '\\_\\_%'
    ) as jobs,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'source', source, 'feed', feed, 'failingSeconds', coalesce(${secondsSince('failing_since')}, 0)
      ) order by source, feed), '[]')
      from feed
    ) as feeds,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'side', side, 'waiting', coalesce(waiting, 0), 'oldestSeconds', coalesce(oldest, 0)
      ) order by side), '[]')
      from (select side from side_budgets union select side from turn) s left join turn using (side)
    ) as enrichments`;

/** A transaction that began later than this one may have written a later time than `now()`. */
function secondsSince(time: string) {
  return sql`greatest(0, extract(epoch from now() - ${sql.raw(time)}))::float8`;
}
