import { type RawBuilder, sql } from 'kysely';

/** How far an enrichment `e` is: `Known['state']`. */
export const stateOf = sql`case
  when e.failure is not null then 'failed'
  when not e.wanted then 'answered'
  when e.is_late then 'late'
  else 'asking' end`;

/** What cards show of it, as JSON: `Known<Glance>[]`. */
export function glancesOf(incidentId: string): RawBuilder<unknown> {
  return sql`(
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'enricher', e.enricher, 'subject', e.subject, 'answer', e.glance, 'answeredAt', e.answered_at,
      'state', ${stateOf}, 'failure', e.failure, 'isTriedAgain', e.wanted
    )) order by k.place, e.enricher), '[]')
    from incident_keys k join enrichments e on e.subject_key = k.key
    where k.incident_id = ${sql.raw(incidentId)} and k.place is not null
  )`;
}
