import { sql } from 'kysely';
import type { Subject } from '../incident/enrichment.ts';
import type { Incident } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** What is asked about one incident, and by what it is found again. */
export interface EnrichmentPlan {
  id: number;
  version: number;
  priority: number;
  /** `place` is the order in which subjects are shown; `null` of a rule. */
  keys: { key: string; place: number | null }[];
  wanted: { enricher: string; key: string; subject: Subject; side: string }[];
}

/** Incidents of which nobody has looked yet whom and what they concern, newest first. */
export async function readToEnrich(
  db: Db,
  limit: number,
): Promise<{ incident: Incident; priority: number }[]> {
  const { rows } = await sql<{ state: Incident; priority: number }>`
    select state, priority from incidents where to_enrich order by id desc limit ${limit}`.execute(db);
  return rows.map(({ state, priority }) => ({ incident: state, priority }));
}

/**
 * Stores what is wanted to know of incidents. An answer within its lifetime serves them all; what somebody waits for
 * already is asked once. An incident that has moved on since it was read is left for the next look.
 */
export async function savePlans(db: Db, plans: EnrichmentPlan[]): Promise<void> {
  const incidents = plans.map(({ id, version }) => ({ id, version }));
  const keys = plans.flatMap(({ id, keys }) => keys.map((one) => ({ id, ...one })));
  const wanted = plans.flatMap(({ id, priority, wanted }) => wanted.map((one) => ({ id, priority, ...one })));
  await sql`
    with planned as (
      update incidents i set to_enrich = false
      from jsonb_to_recordset(${JSON.stringify(incidents)}::jsonb) as p (id bigint, version integer)
      where i.id = p.id and i.version = p.version
      returning i.id
    ),
    keyed as (
      insert into incident_keys (incident_id, key, place)
      select k.id, k.key, k.place
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (id bigint, key text, place integer)
      join planned on planned.id = k.id
      on conflict do nothing
    )
    insert into enrichments (enricher, subject_key, subject, side, wanted, priority)
    select w.enricher, w.key, (array_agg(w.subject))[1], w.side, true, max(w.priority)
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as w (id bigint, priority integer, enricher text, key text, subject jsonb, side text)
    join planned on planned.id = w.id
    group by w.enricher, w.key, w.side
    order by w.enricher, w.key
    on conflict (enricher, subject_key) do update set
      wanted = true, priority = greatest(enrichments.priority, excluded.priority),
      subject = excluded.subject,
      wanted_at = case when enrichments.wanted then enrichments.wanted_at else now() end,
      attempts = case when enrichments.wanted then enrichments.attempts else 0 end,
      try_after = case when enrichments.wanted then enrichments.try_after else '-infinity' end
    where enrichments.wanted or enrichments.expires_at <= now()`.execute(db);
}
