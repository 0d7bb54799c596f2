import { sql } from 'kysely';
import type { FarSideReason } from '../errors.ts';
import type { Alert, SourceName } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Stance } from '../incident/stance.ts';
import type { Db, Trx } from './database.ts';

export interface Unwritten {
  incident: Incident;
  /** As its source last showed it. */
  alert: Alert;
  /** What the incident said when the source last held the same. */
  held: Stance;
  failedBefore: boolean;
}

/** Alerts of an incident whose sources do not hold yet what people decided. */
export async function listUnwritten(db: Db, incidentId: number): Promise<Unwritten[]> {
  const rows = await db
    .selectFrom('alerts as a')
    .innerJoin('incidents as i', 'i.id', 'a.incident_id')
    .select(['i.state', 'a.body', 'a.stance', 'a.write_failure'])
    .where('a.incident_id', '=', incidentId)
    .where('a.behind', '=', true)
    .orderBy('a.source_id')
    .execute();
  return rows.map((row) => ({
    incident: row.state,
    alert: row.body,
    held: row.stance,
    failedBefore: row.write_failure !== null,
  }));
}

/** What the source shows of this alert from now on may be our own doing. */
export async function beginWriting(db: Db, alert: Alert): Promise<void> {
  await sql`
    update alerts set writing_since = now()
    where source = ${alert.source} and source_id = ${alert.sourceId}`.execute(db);
}

/** The source was made to hold this version of the incident. */
export async function recordWritten(trx: Trx, alert: Alert, version: number): Promise<void> {
  await trx
    .updateTable('alerts')
    .set({ written_version: version, writing_since: null, written_at: sql<Date>`now()`, write_failure: null })
    .where('source', '=', alert.source)
    .where('source_id', '=', alert.sourceId)
    .execute();
}

/** Shown on the card until it succeeds. Returns whether the card shows something new. */
export async function recordWriteFailure(
  trx: Trx,
  source: SourceName,
  sourceId: string,
  failure: FarSideReason,
): Promise<boolean> {
  const { rows } = await sql<{ news: boolean }>`
    update alerts a set write_failure = ${failure}, writing_since = null, written_at = now()
    from (select source, source_id, write_failure from alerts) as old
    where a.source = ${source} and a.source_id = ${sourceId}
      and old.source = a.source and old.source_id = a.source_id
    returning old.write_failure is distinct from a.write_failure as news`.execute(trx);
  return rows[0]?.news ?? false;
}

/** Incidents with something to write that no job seems to know of; what failed has a job that tries again. */
export async function incidentsUnwritten(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('alerts as a')
    .innerJoin('incidents as i', 'i.id', 'a.incident_id')
    .select('i.id')
    .distinct()
    .where('a.behind', '=', true)
    .where('a.write_failure', 'is', null)
    .where('i.updated_at', '<', sql<Date>`now() - interval '1 minute'`)
    .orderBy('i.id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}
