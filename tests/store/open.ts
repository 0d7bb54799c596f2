import { pino } from 'pino';
import type { Alert } from '../../src/incident/alert.ts';
import { bot, emptyIncident, type Incident, type IncidentFact } from '../../src/incident/incident.ts';
import { stanceOf } from '../../src/incident/stance.ts';
import type { Place } from '../../src/store/cards.ts';
import { type Database, type Db, openDatabase, type Trx } from '../../src/store/database.ts';
import { addAlert, append, openDraft, showIn } from '../../src/store/draft.ts';
import { save } from '../../src/store/save.ts';
import { nextIncidentId } from '../../src/store/surroundings.ts';
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

/** An incident with one alert, stored; shown in `places`. */
export async function storeIncident(
  db: Db,
  options: { alert?: Alert; priority?: number; key?: string; places?: Place[] } = {},
): Promise<Incident> {
  const alert = options.alert ?? defenderAlert({ sourceId: crypto.randomUUID() });
  const draft = openDraft();
  const empty = emptyIncident(await nextIncidentId(db));
  const incident = append(draft, empty, events({ type: 'opened', alert }), {
    priorityOf: () => options.priority ?? 4,
    forSources: false,
    correlationKey: options.key,
  });
  const shown = { alert, digest: 'digest', stance: stanceOf(incident), observedAt: undefined };
  addAlert(draft, shown, { incidentId: incident.id, wantedVersion: 0 });
  showIn(draft, incident.id, options.places ?? []);
  await save(db, draft);
  return incident;
}

/** Appends and saves. */
export async function appendTo(db: Db | Trx, before: Incident, ...facts: IncidentFact[]): Promise<Incident> {
  const draft = openDraft();
  const after = append(draft, before, events(...facts), { priorityOf: () => 4, forSources: true });
  await save(db, draft);
  return after;
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
