import { type RawBuilder, sql } from 'kysely';
import { severities } from '../incident/alert.ts';
import {
  type Counts,
  type Figures,
  mostMinutes,
  type NamedCounts,
  nothingCounted,
  type Span,
  type Times,
} from '../incident/figures.ts';
import type { Db, Trx } from './database.ts';

interface Row {
  part: 'severity' | 'product' | 'rule' | null;
  name: string | null;
  opened: number;
  silenced: number;
  restricted: number;
  closed: number;
  reopened: number;
  open: number;
  age0: number;
  age1: number;
  age2: number;
  age3: number;
  acknowledged: number;
  acknowledge: (number | null)[] | null;
  acknowledge_mean: number | null;
  remediated: number;
  remediate: (number | null)[] | null;
  remediate_mean: number | null;
  acknowledge_kept: number;
  acknowledge_missed: number;
  remediate_kept: number;
  remediate_missed: number;
  true_positives: number;
  false_positives: number;
  minutes: number;
}

/** Everything that is counted of a span, in one statement. Each of its lines is found by an index. */
export async function readFigures(db: Db, span: Span): Promise<Figures> {
  const rows = await db.transaction().execute(async (trx) => {
    // A year of a million incidents takes longer than anything that somebody waits for at a button, and sorts them all.
    await sql`set local statement_timeout = '120s'`.execute(trx);
    await sql`set local work_mem = '32MB'`.execute(trx);
    return readRows(trx, span);
  });
  const of = (part: Row['part']): NamedCounts[] =>
    rows
      .filter((row) => row.part === part)
      .map((row) => ({ name: row.name ?? '', ...toCounts(row) }))
      .sort((a, b) => b.opened - a.opened || b.closed - a.closed || a.name.localeCompare(b.name));
  const all = rows.find(({ part }) => part === null);
  const bySeverity = of('severity');
  return {
    span,
    all: all ? toCounts(all) : nothingCounted,
    restricted: all?.restricted ?? 0,
    bySeverity: severities.flatMap((severity) => bySeverity.filter(({ name }) => name === severity)),
    byProduct: of('product'),
    byRule: of('rule'),
  };
}

async function readRows(trx: Trx, span: Span): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with told as (${told(span)})
    select case when grouping(severity) = 0 then 'severity' when grouping(product) = 0 then 'product'
        when grouping(rule) = 0 then 'rule' end as part,
      coalesce(severity, product, rule) as name,
      count(*) filter (where what = 'opened')::integer as opened,
      count(*) filter (where what = 'opened' and is_silenced)::integer as silenced,
      (select count(*) from incident_facts f where f.is_restricted and not f.is_merged and not f.is_exercise
        and f.opened_at >= ${span.from}::timestamptz and f.opened_at < ${span.to}::timestamptz)::integer as restricted,
      count(*) filter (where what = 'closed')::integer as closed,
      count(*) filter (where what = 'reopened')::integer as reopened,
      count(*) filter (where what = 'open')::integer as open,
      count(*) filter (where what = 'open' and seconds < 86400)::integer as age0,
      count(*) filter (where what = 'open' and seconds >= 86400 and seconds < 604800)::integer as age1,
      count(*) filter (where what = 'open' and seconds >= 604800 and seconds < 2592000)::integer as age2,
      count(*) filter (where what = 'open' and seconds >= 2592000)::integer as age3,
      ${timesOf('acknowledged', 'acknowledge')},
      ${timesOf('closed', 'remediate')},
      count(*) filter (where what = 'acknowledged' and in_time)::integer as acknowledge_kept,
      count(*) filter (where what = 'acknowledge missed')::integer as acknowledge_missed,
      count(*) filter (where what = 'closed' and in_time)::integer as remediate_kept,
      count(*) filter (where what = 'remediate missed')::integer as remediate_missed,
      count(*) filter (where what = 'closed' and classification = 'true-positive')::integer as true_positives,
      count(*) filter (where what = 'closed' and classification = 'false-positive')::integer as false_positives,
      coalesce(sum(handled) filter (where what = 'closed') / 60, 0)::float8 as minutes
    from told
    group by grouping sets ((), (severity), (product), (rule))`.execute(trx);
  return rows;
}

/** What happened in the span and what was open at its end, one row each. */
function told({ from, to }: Span): RawBuilder<unknown> {
  const within = (column: string) =>
    sql`${sql.ref(column)} >= ${from}::timestamptz and ${sql.ref(column)} < ${to}::timestamptz`;
  const who = sql`f.severity, coalesce(f.product, '') as product, coalesce(f.rule, '') as rule, f.is_silenced`;
  // What was taken in already handled tells nothing of how soon somebody came.
  const since = (column: string) => sql`case when not f.is_silenced and ${sql.ref(column)} > f.opened_at
    then extract(epoch from ${sql.ref(column)} - f.opened_at)::float8 end as seconds`;
  const handled = (column: string) => sql`case when ${sql.ref(column)} > f.acknowledged_at
    then least(extract(epoch from ${sql.ref(column)} - f.acknowledged_at)::float8, ${60 * mostMinutes}) end as handled`;
  return sql`
    select 'opened' as what, ${who}, null::float8 as seconds, null::float8 as handled, false as in_time,
      null::text as classification
    from incident_facts f where f.counts and ${within('f.opened_at')}
    union all
    select 'acknowledged', ${who}, ${since('f.acknowledged_at')}, null,
      f.has_limits and f.acknowledge_missed_at is null, null
    from incident_facts f where f.counts and ${within('f.acknowledged_at')}
    union all
    select 'closed', ${who}, ${since('f.closed_at')}, ${handled('f.closed_at')},
      f.has_limits and f.remediate_missed_at is null, f.classification
    from incident_facts f where f.counts and ${within('f.closed_at')}
    union all
    -- Reopened since, but not within the span.
    select 'closed', ${who}, ${since('r.closed_at')}, ${handled('r.closed_at')},
      f.has_limits and f.remediate_missed_at is null, r.classification
    from incident_reopenings r join incident_facts f on f.incident_id = r.incident_id
    where f.counts and ${within('r.closed_at')} and r.reopened_at >= ${to}::timestamptz
    union all
    select 'acknowledge missed', ${who}, null, null, false, null
    from incident_facts f where f.counts and ${within('f.acknowledge_missed_at')}
    union all
    select 'remediate missed', ${who}, null, null, false, null
    from incident_facts f where f.counts and ${within('f.remediate_missed_at')}
    union all
    select 'reopened', ${who}, null, null, false, null
    from incident_reopenings r join incident_facts f on f.incident_id = r.incident_id
    where f.counts and ${within('r.reopened_at')}
    union all
    select 'open', ${who}, extract(epoch from ${to}::timestamptz - f.opened_at)::float8, null, false, null
    from incident_facts f
    where f.counts and f.opened_at < ${to}::timestamptz and (f.closed_at is null or f.closed_at >= ${to}::timestamptz)
      and not exists (
        select from incident_reopenings r
        where r.incident_id = f.incident_id and r.closed_at < ${to}::timestamptz and r.reopened_at >= ${to}::timestamptz
      )`;
}

function timesOf(what: string, name: string): RawBuilder<unknown> {
  const these = sql`filter (where what = ${what}::text)`;
  return sql`
    count(seconds) ${these}::integer as ${sql.ref(name === 'acknowledge' ? 'acknowledged' : 'remediated')},
    percentile_cont(array[0.5, 0.9]) within group (order by seconds) ${these} as ${sql.ref(name)},
    avg(seconds) ${these} as ${sql.ref(`${name}_mean`)}`;
}

function toCounts(row: Row): Counts {
  return {
    opened: row.opened,
    silenced: row.silenced,
    closed: row.closed,
    reopened: row.reopened,
    open: row.open,
    backlog: [row.age0, row.age1, row.age2, row.age3],
    acknowledge: toTimes(row.acknowledged, row.acknowledge, row.acknowledge_mean),
    remediate: toTimes(row.remediated, row.remediate, row.remediate_mean),
    limits: {
      acknowledge: { kept: row.acknowledge_kept, missed: row.acknowledge_missed },
      remediate: { kept: row.remediate_kept, missed: row.remediate_missed },
    },
    truePositives: row.true_positives,
    falsePositives: row.false_positives,
    minutes: row.minutes,
  };
}

function toTimes(count: number, percentiles: (number | null)[] | null, mean: number | null): Times {
  const [median, p90] = percentiles ?? [];
  return { count, median: median ?? undefined, p90: p90 ?? undefined, mean: mean ?? undefined };
}
