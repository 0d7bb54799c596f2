import { sql } from 'kysely';

/**
 * Locks the cards and logs of incidents, always in the same order: a decision marks them behind while a delivery
 * records one and tells the other, and two orders would wait for each other until one is killed.
 */
export function cardsInOrder(incidentIds: number[]) {
  return sql`
    select id, incident_id, summary_id from cards where incident_id = any(${incidentIds}::bigint[])
    order by id for update`;
}
