import { sql } from 'kysely';
import type { Alert, Instant, SourceName } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Stance } from '../incident/stance.ts';
import type { Db, Trx } from './database.ts';

export interface KnownAlert {
  incidentId: number;
  body: Alert;
  digest: string;
  stance: Stance;
  /** Since when a write has been under way. */
  writingSince: Instant | undefined;
  writtenAt: Instant | undefined;
}

export async function findAlert(
  trx: Db | Trx,
  source: SourceName,
  sourceId: string,
): Promise<KnownAlert | undefined> {
  const row = await trx
    .selectFrom('alerts')
    .select(['incident_id', 'body', 'digest', 'stance', 'writing_since', 'written_at'])
    .where('source', '=', source)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    incidentId: row.incident_id,
    body: row.body,
    digest: row.digest,
    stance: row.stance,
    writingSince: row.writing_since?.toISOString(),
    writtenAt: row.written_at?.toISOString(),
  };
}

/** Digest of each alert that is known, by source id; what is unchanged need not be taken in again. */
export async function knownDigests(
  db: Db,
  source: SourceName,
  sourceIds: string[],
): Promise<Map<string, string>> {
  if (sourceIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('alerts')
    .select(['source_id', 'digest'])
    .where('source', '=', source)
    .where('source_id', 'in', sourceIds)
    .execute();
  return new Map(rows.map((row) => [row.source_id, row.digest]));
}

/** Open incidents that hold alerts which a Sentinel incident contains, oldest first. */
export async function openIncidentsHolding(trx: Trx, sourceIds: string[]): Promise<number[]> {
  if (sourceIds.length === 0) return [];
  const rows = await trx
    .selectFrom('alerts as a')
    .innerJoin('incidents as i', 'i.id', 'a.incident_id')
    .select('i.id')
    .distinct()
    .where('a.source', '=', 'defender')
    .where('a.source_id', 'in', sourceIds)
    .where('i.status', '<>', 'closed')
    .orderBy('i.id')
    .execute();
  return rows.map((row) => row.id);
}

/** The open incident of the Sentinel incident that contains this Defender alert. */
export async function openIncidentContaining(trx: Trx, sourceId: string): Promise<number | undefined> {
  const { rows } = await sql<{ incident_id: number }>`
    select a.incident_id from alerts a join incidents i on i.id = a.incident_id
    where a.source = 'sentinel' and a.body -> 'contains' ? ${sourceId} and i.status <> 'closed'
    order by a.incident_id desc limit 1`.execute(trx);
  return rows[0]?.incident_id;
}

/** A new alert of an incident. `wantedVersion` is what its source is to hold; 0 where it does already. */
export async function addAlert(
  trx: Trx,
  alert: Alert,
  digest: string,
  to: { incidentId: number; stance: Stance; wantedVersion: number },
): Promise<void> {
  await trx
    .insertInto('alerts')
    .values({
      source: alert.source,
      source_id: alert.sourceId,
      incident_id: to.incidentId,
      wanted_version: to.wantedVersion,
      ...shownColumns(alert, digest, to.stance),
    })
    .execute();
}

/** How the source shows a known alert now, and the stance that it holds. */
export async function saveShown(trx: Trx, alert: Alert, digest: string, stance: Stance): Promise<void> {
  await trx
    .updateTable('alerts')
    .set(shownColumns(alert, digest, stance))
    .where('source', '=', alert.source)
    .where('source_id', '=', alert.sourceId)
    .execute();
}

function shownColumns(alert: Alert, digest: string, stance: Stance) {
  return {
    body: JSON.stringify(alert),
    digest,
    open: alert.handling.status !== 'closed',
    stance: JSON.stringify(stance),
  };
}

/** How many other alerts of the incident are still open at their sources. */
export async function countOthersOpen(
  trx: Trx,
  incidentId: number,
  source: SourceName,
  sourceId: string,
): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from alerts
    where incident_id = ${incidentId} and open and not (source = ${source} and source_id = ${sourceId})`.execute(
    trx,
  );
  return Number(rows[0]?.open ?? 0);
}

/** All alerts of one incident, for merging it into another. */
export async function alertsOf(trx: Trx, incidentId: number): Promise<Alert[]> {
  const rows = await trx
    .selectFrom('alerts')
    .select('body')
    .where('incident_id', '=', incidentId)
    .orderBy('source_id')
    .execute();
  return rows.map((row) => row.body);
}

export async function moveAlerts(trx: Trx, from: number, to: Incident): Promise<void> {
  await trx
    .updateTable('alerts')
    // What their sources hold was said by the other incident.
    .set({ incident_id: to.id, wanted_version: to.version, written_version: 0 })
    .where('incident_id', '=', from)
    .execute();
}
