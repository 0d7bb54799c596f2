import { sql } from 'kysely';
import type { Alert, Instant, SourceName } from '../incident/alert.ts';
import type { Stance } from '../incident/stance.ts';
import type { Db } from './database.ts';

export interface KnownAlert {
  incidentId: number;
  body: Alert;
  digest: string;
  stance: Stance;
  /** What a write that failed or was cut off may have left there. */
  tried: Stance | undefined;
  /** Database time at which its source was asked for what we know; `undefined` after a push. */
  observedAt: Instant | undefined;
  /** Since when a write has been under way. */
  writingSince: Instant | undefined;
  writtenAt: Instant | undefined;
}

export async function findAlert(
  db: Db,
  source: SourceName,
  sourceId: string,
): Promise<KnownAlert | undefined> {
  const row = await db
    .selectFrom('alerts')
    .select([
      'incident_id',
      'body',
      'digest',
      'stance',
      'tried',
      'observed_at',
      'writing_since',
      'written_at',
    ])
    .where('source', '=', source)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    incidentId: row.incident_id,
    body: row.body,
    digest: row.digest,
    stance: row.stance,
    tried: row.tried ?? undefined,
    observedAt: row.observed_at?.toISOString(),
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
    .where('source_id', '=', sql<string>`any(${sourceIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.source_id, row.digest]));
}

/** Open incidents that hold alerts which a Sentinel incident contains, oldest first. */
export async function idsOfOpenIncidentsHolding(db: Db, sourceIds: string[]): Promise<number[]> {
  if (sourceIds.length === 0) return [];
  const rows = await db
    .selectFrom('alerts as a')
    .innerJoin('incidents as i', 'i.id', 'a.incident_id')
    .select('i.id')
    .distinct()
    .where('a.source', '=', 'defender')
    .where('a.source_id', '=', sql<string>`any(${sourceIds}::text[])`)
    .where('i.status', '<>', 'closed')
    .orderBy('i.id')
    .execute();
  return rows.map((row) => row.id);
}

/** How many other alerts of the incident are still open at their sources. */
export async function countOthersOpen(
  db: Db,
  incidentId: number,
  source: SourceName,
  sourceId: string,
): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from alerts
    where incident_id = ${incidentId} and open and not (source = ${source} and source_id = ${sourceId})`.execute(
    db,
  );
  return Number(rows[0]?.open ?? 0);
}

/** All alerts of one incident, for merging it into another. */
export async function alertsOf(db: Db, incidentId: number): Promise<Alert[]> {
  const rows = await db
    .selectFrom('alerts')
    .select('body')
    .where('incident_id', '=', incidentId)
    .orderBy('source_id')
    .execute();
  return rows.map((row) => row.body);
}
