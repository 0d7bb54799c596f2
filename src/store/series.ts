import { sql } from 'kysely';
import { type Severity, severities } from '../incident/alert.ts';
import type { Series } from '../incident/digest.ts';
import type { steps } from '../incident/local-span.ts';
import type { Db } from './database.ts';

/** New incidents by severity, and the median time to acknowledge, of each of these days or weeks. */
export async function readSeries(
  db: Db,
  unit: Series['unit'],
  points: ReturnType<typeof steps>,
): Promise<Series> {
  const spans = sql`jsonb_to_recordset(${JSON.stringify(points.map(({ span }, n) => ({ n, ...span })))}::jsonb)
    as s (n integer, "from" timestamptz, "to" timestamptz)`;
  const { rows: opened } = await sql<{ n: number; severity: Severity; count: number }>`
    select s.n, f.severity, count(*)::integer as count
    from ${spans} join incident_facts f on f.counts and f.opened_at >= s."from" and f.opened_at < s."to"
    group by 1, 2`.execute(db);
  const { rows: medians } = await sql<{ n: number; seconds: number | null }>`
    select s.n, percentile_cont(0.5) within group (order by extract(epoch from f.acknowledged_at - f.opened_at)::float8)
      as seconds
    from ${spans} join incident_facts f
      on f.counts and f.acknowledged_at >= s."from" and f.acknowledged_at < s."to"
    where not f.is_silenced and f.acknowledged_at > f.opened_at
    group by 1`.execute(db);
  const count = (n: number, name: Severity) =>
    opened.find((row) => row.n === n && row.severity === name)?.count ?? 0;
  return {
    unit,
    labels: points.map(({ label }) => label),
    opened: severities
      .map((name) => ({ name, values: points.map((_, n) => count(n, name)) }))
      .filter(({ values }) => values.some((value) => value > 0)),
    acknowledge: points.map((_, n) => {
      const seconds = medians.find((row) => row.n === n)?.seconds;
      return seconds === null || seconds === undefined ? Number.NaN : Math.round(seconds / 6) / 10;
    }),
  };
}
