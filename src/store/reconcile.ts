import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { cardsInOrder } from './card-order.ts';
import type { Db } from './database.ts';
import type { Jobs } from './jobs.ts';

/** The next open incidents after that one, in the order of their numbers. */
export async function openIncidentsAfter(db: Db, id: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from incidents where status <> 'closed' and id > ${id} order by id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/** Where the alerts of incidents are kept at their sources; `address` is empty where only a poll will tell. */
export async function addressesOf(db: Db, incidents: number[]): Promise<Jobs['reread'][]> {
  const { rows } = await sql<Jobs['reread']>`
    select source, coalesce(body ->> 'address', '') as address from alerts
    where incident_id = any(${incidents}::bigint[]) and source in ('defender', 'sentinel')
    order by source, source_id`.execute(db);
  return rows;
}

/** Queues them all in one statement; alerts of one address are read one after the other. */
export async function rereadAll(boss: PgBoss, alerts: Jobs['reread'][]): Promise<void> {
  if (alerts.length === 0) return;
  const jobs = alerts.map(({ source, address }) => ({
    data: { source, address, queue: 'reread' },
    singletonKey: `${source} ${address}`,
  }));
  await boss.insert('reread', jobs);
}

/** Cards, logs and rows of summaries that show something are edited anew; those given up are tried again. Returns how many. */
export async function showAnew(db: Db, incidents: number[]): Promise<number> {
  const { rows } = await sql`
    with held as (${cardsInOrder(incidents)})
    update cards c set shown_revision = 0, refused_revision = 0, attempts = 0, try_after = '-infinity',
      behind_since = coalesce(c.behind_since, now())
    from held where c.id = held.id and c.wanted_revision > 0
    returning c.id`.execute(db);
  return rows.length;
}

/** The next incident and the next run get numbers that are so much higher. */
export async function skipNumbers(db: Db, count: number): Promise<void> {
  await sql`
    select setval('incident_ids', last_value + ${count}::bigint, is_called) from incident_ids`.execute(db);
  await sql`
    select setval('run_numbers', last_value + ${count}::bigint, is_called) from run_numbers`.execute(db);
}
