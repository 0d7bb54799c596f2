import { type RawBuilder, sql } from 'kysely';
import type { Span } from '../incident/figures.ts';
import { type Interrupted, night } from '../incident/load.ts';
import { type Backtest, backtestDays } from '../incident/proposal.ts';
import type { Db } from './database.ts';

/** At whose clocks it is night, as `extract` reads them. */
const isNight = (timeZone: string): RawBuilder<unknown> => sql`(
  extract(hour from i.at at time zone ${timeZone}) >= ${night.from}
  or extract(hour from i.at at time zone ${timeZone}) < ${night.to})`;

const within = ({ from, to }: Span): RawBuilder<unknown> =>
  sql`i.at >= ${from}::timestamptz and i.at < ${to}::timestamptz`;

/** How often people were called for incidents of each rule, and how often at night. */
export async function readInterruptions(db: Db, span: Span, timeZone: string) {
  const { rows } = await sql<{ rule: string; interruptions: number; nights: number }>`
    select coalesce(f.rule, '') as rule, count(*)::integer as interruptions,
      (count(*) filter (where ${isNight(timeZone)}))::integer as nights
    from interruptions i join incident_facts f on f.incident_id = i.incident_id
    where f.counts and ${within(span)}
    group by 1`.execute(db);
  return new Map(rows.map(({ rule, ...counts }) => [rule, counts]));
}

/** How often each person was, whatever for; whoever was not is not here. What is practised counts nowhere. */
export async function readLoad(db: Db, span: Span, timeZone: string): Promise<Interrupted[]> {
  const { rows } = await sql<{ person_id: string; interruptions: number; nights: number }>`
    select lower(i.person_id) as person_id, count(*)::integer as interruptions,
      (count(*) filter (where ${isNight(timeZone)}))::integer as nights
    from interruptions i left join incident_facts f on f.incident_id = i.incident_id
    where ${within(span)} and f.is_exercise is not true
    group by 1`.execute(db);
  return rows.map(({ person_id, ...counts }) => ({ personId: person_id, ...counts }));
}

/** Nobody needs more to see what a rule is like. */
const newest = 5_000;
const mostSubjects = 20;

/** What a silence of the rule, or of the rule about one entity, would have hidden in the weeks before that moment. */
export async function backtest(db: Db, rule: string, at: Date): Promise<Backtest[]> {
  const { rows } = await sql<{ key: string | null; hidden: number; true_positives: number; open: number }>`
    with fired as (
      select incident_id, classification, closed_at from incident_facts
      -- High severity no silence hides that does not say so, and what is proposed does not.
      where counts and rule = ${rule} and severity <> 'high' and opened_at < ${at.toISOString()}::timestamptz
        and opened_at >= ${at.toISOString()}::timestamptz - make_interval(days => ${backtestDays})
      order by opened_at desc limit ${newest}
    ),
    by_key as (
      select k.key, count(*)::integer as hidden,
        (count(*) filter (where f.classification = 'true-positive'))::integer as true_positives,
        (count(*) filter (where f.closed_at is null))::integer as open
      from fired f join incident_keys k on k.incident_id = f.incident_id and k.place is not null
      group by k.key order by hidden desc, k.key limit ${mostSubjects}
    )
    select null::text as key, count(*)::integer as hidden,
      (count(*) filter (where classification = 'true-positive'))::integer as true_positives,
      (count(*) filter (where closed_at is null))::integer as open
    from fired
    union all select * from by_key`.execute(db);
  return rows.map(({ key, hidden, true_positives, open }) => ({
    key: key ?? undefined,
    hidden,
    truePositives: true_positives,
    open,
  }));
}
