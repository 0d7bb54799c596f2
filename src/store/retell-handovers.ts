import { sql } from 'kysely';

/** What messages of handovers say of these incidents is to be taken back, or may be told again. */
export function retellHandovers(incidentIds: number[]) {
  return sql`
    update handovers h set behind = true from handover_incidents i
    where i.incident_id = any(${incidentIds}::bigint[]) and h.number = i.handover`;
}
