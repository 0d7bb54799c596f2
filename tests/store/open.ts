import { pino } from 'pino';
import type { Alert } from '../../src/incident/alert.ts';
import { bot, type Incident, type IncidentFact } from '../../src/incident/incident.ts';
import { stanceOf } from '../../src/incident/stance.ts';
import { addAlert } from '../../src/store/alerts.ts';
import { type Database, type Db, openDatabase, type Trx } from '../../src/store/database.ts';
import { append, newIncident } from '../../src/store/incidents.ts';
import { defenderAlert } from '../incident/alerts.ts';
import type { DatabaseKind } from '../support/databases.ts';

const log = pino({ level: 'silent' });

/** A store of one kind; `close` removes it. */
export async function openStore(kind: DatabaseKind): Promise<Database> {
  const place = await kind.create();
  const database = await openDatabase({ ...place, log });
  return {
    ...database,
    async close() {
      await database.close();
      await place.release();
    },
  };
}

/** Events of the bot; nobody looks at when. */
export function events(...facts: IncidentFact[]) {
  return facts.map((fact) => ({ ...fact, at: '2026-11-21T10:00:00.000Z', by: bot }));
}

/** An incident with one alert, stored. */
export function storeIncident(
  db: Db,
  options: { alert?: Alert; priority?: number; key?: string } = {},
): Promise<Incident> {
  const alert = options.alert ?? defenderAlert({ sourceId: crypto.randomUUID() });
  return db.transaction().execute(async (trx) => {
    const incident = await append(trx, await newIncident(trx), events({ type: 'opened', alert }), {
      priorityOf: () => options.priority ?? 4,
      forSources: false,
      correlationKey: options.key,
    });
    await addAlert(trx, alert, 'digest', {
      incidentId: incident.id,
      stance: stanceOf(incident),
      wantedVersion: 0,
    });
    return incident;
  });
}

/** Appends in a transaction of its own. */
export function appendTo(db: Db, before: Incident, ...facts: IncidentFact[]): Promise<Incident> {
  return db.transaction().execute((trx) => appendIn(trx, before, ...facts));
}

export function appendIn(trx: Trx, before: Incident, ...facts: IncidentFact[]): Promise<Incident> {
  return append(trx, before, events(...facts), { priorityOf: () => 4, forSources: true });
}

/** Everything that happened, as it was stored. */
export async function readEvents(db: Db, incidentId: number) {
  const rows = await db
    .selectFrom('incident_events')
    .select(['at', 'actor', 'type', 'data'])
    .where('incident_id', '=', incidentId)
    .orderBy('version')
    .execute();
  return rows.map((row) => ({ at: row.at.toISOString(), by: row.actor, type: row.type, ...row.data }));
}
