import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import { clockWakesAt, isRunning } from '../incident/clock.ts';
import type { Incident, IncidentFact } from '../incident/incident.ts';
import type { Db, Trx } from './database.ts';

/** Whether clocks run otherwise after that. What merges goes on in another incident, and so do its clocks. */
export function movesClocks(type: IncidentFact['type']): boolean {
  return ['clock-started', 'clock-stopped', 'clock-ran-out', 'merged'].includes(type);
}

/** Parts of a statement: when something is told of the clocks of these incidents next, and of nothing else. */
export function wakeForClocks(incidents: Incident[], at: Instant): RawBuilder<unknown>[] {
  const ids = incidents.map(({ id }) => id);
  const rows = incidents.flatMap(({ id, clocks = [], mergedInto }) =>
    clocks.flatMap((clock) => {
      const next_at = mergedInto === undefined && isRunning(clock) ? clockWakesAt(clock, at) : undefined;
      return next_at ? [{ incident_id: id, clock: clock.name, next_at }] : [];
    }),
  );
  return [
    sql`clock_wake as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as c (incident_id bigint, clock text, next_at timestamptz)
    )`,
    sql`clocks_ended as (
      delete from clock_reminders r where r.incident_id = any(${ids}::bigint[]) and not exists (
        select from clock_wake w where w.incident_id = r.incident_id and w.clock = r.clock)
    )`,
    sql`clocks_running as (
      insert into clock_reminders (incident_id, clock, next_at)
      select incident_id, clock, next_at from clock_wake
      on conflict (incident_id, clock) do update set next_at = least(clock_reminders.next_at, excluded.next_at)
    )`,
  ];
}

/** A clock of which something is to be told `by` then; nobody else takes it until this transaction is over. */
export async function takeDueClock(
  trx: Trx,
  by: Instant,
): Promise<{ incident: number; clock: string } | undefined> {
  const { rows } = await sql<{ incident_id: number; clock: string }>`
    select incident_id, clock from clock_reminders where next_at <= ${by}
    order by next_at limit 1 for update skip locked`.execute(trx);
  return rows[0] && { incident: Number(rows[0].incident_id), clock: rows[0].clock };
}

/** It has been told; `undefined` where nothing is told any more. */
export async function wakeClock(
  trx: Db | Trx,
  { incident, clock }: { incident: number; clock: string },
  nextAt: Instant | undefined,
): Promise<void> {
  if (nextAt === undefined) {
    await sql`delete from clock_reminders where incident_id = ${incident} and clock = ${clock}`.execute(trx);
    return;
  }
  await sql`
    update clock_reminders set next_at = ${nextAt} where incident_id = ${incident} and clock = ${clock}`.execute(
    trx,
  );
}
