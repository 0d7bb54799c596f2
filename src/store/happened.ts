import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Happened } from '../incident/catch-up.ts';
import type { Actor, IncidentEvent } from '../incident/incident.ts';
import type { Db } from './database.ts';
import { readStates } from './incidents.ts';

/** What alerts do by themselves all day, and what is nobody's business. */
const quiet = ['alert-changed', 'worth-learned', 'revealed'];

interface EventRow {
  incident_id: number;
  at: Date;
  actor: Actor;
  type: string;
  data: object;
}

/**
 * What happened since, newest first and at most `limit`, without what this person did themselves. Of restricted incidents only
 * where they are named; `isSure` says whether it is sure that it is them.
 */
export async function readHappened(
  db: Db,
  { since, personId, isSure, limit }: { since: Instant; personId: string; isSure: boolean; limit: number },
): Promise<Happened[]> {
  const { rows } = await sql<EventRow>`
    select e.incident_id, e.at, e.actor, e.type, e.data
    from incident_events e join incidents i on i.id = e.incident_id
    where e.at >= ${since} and e.type <> all(${quiet}::text[]) and e.actor ->> 'id' is distinct from ${personId}
      and (i.state -> 'restrictedTo' is null
        or i.state -> 'restrictedTo' @> ${JSON.stringify([{ id: isSure ? personId : '' }])}::jsonb)
    order by e.at desc, e.incident_id desc, e.version desc limit ${limit}`.execute(db);
  const states = await readStates(db, [...new Set(rows.map(({ incident_id }) => Number(incident_id)))]);
  return rows.flatMap(({ incident_id, at, actor, type, data }) => {
    const incident = states.get(Number(incident_id));
    // Written by us, and by nobody else.
    const event = { ...data, type, at: at.toISOString(), by: actor } as IncidentEvent;
    return incident ? [{ incident, event }] : [];
  });
}
