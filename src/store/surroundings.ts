import { sql } from 'kysely';
import type { SourceName } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** What an alert is looked up by. */
export interface Subject {
  source: SourceName;
  sourceId: string;
  /** Correlation key; `undefined` where it belongs to no such story. */
  key: string | undefined;
}

/** What is known around an alert that came in. */
export interface Surroundings {
  /** Digest of the payload by which the alert is known; `undefined` for one that is new. */
  knownDigest: string | undefined;
  /** The open incident of the Sentinel incident that contains it. */
  container: Incident | undefined;
  /** The open incident that tells the same story. */
  alike: Incident | undefined;
  /** For a new incident, where nothing speaks against one; 0 elsewhere. */
  freeId: number;
}

/** Looks around for many alerts at once, in their order. Nothing is locked: what is decided on it is checked on saving. */
export async function lookAround(db: Db, subjects: Subject[]): Promise<Surroundings[]> {
  const keys = new Set<string>();
  const asked = subjects.map(({ source, sourceId, key }, n) => {
    // Of several that tell one story the first opens an incident and the others join it.
    const follows = key !== undefined && keys.has(key);
    if (key !== undefined) keys.add(key);
    return { n, source, source_id: sourceId, key, follows };
  });
  const { rows } = await sql<{
    digest: string | null;
    container: Incident | null;
    alike: Incident | null;
    free_id: number | null;
  }>`
    select k.digest, c.state as container, i.state as alike,
      case when k.digest is null and c.state is null and i.state is null and not s.follows
        then nextval('incident_ids') end as free_id
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      as s (n integer, source text, source_id text, key text, follows boolean)
    left join alerts k on k.source = s.source and k.source_id = s.source_id
    left join lateral (
      select i.state from alerts a join incidents i on i.id = a.incident_id
      where s.source = 'defender' and k.digest is null
        and a.source = 'sentinel' and a.body -> 'contains' ? s.source_id and i.status <> 'closed'
      order by a.incident_id desc limit 1
    ) c on true
    left join incidents i on k.digest is null and i.correlation_key = s.key and i.status <> 'closed'
    order by s.n`.execute(db);
  return rows.map((row) => ({
    knownDigest: row.digest ?? undefined,
    container: row.container ?? undefined,
    alike: row.alike ?? undefined,
    freeId: row.free_id ?? 0,
  }));
}

/** The number of a new incident. */
export async function nextIncidentId(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`select nextval('incident_ids') as id`.execute(db);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('The sequence incident_ids gave no number.');
  return Number(id);
}
