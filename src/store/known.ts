import { sql } from 'kysely';
import type { FarSideReason } from '../errors.ts';
import type { Enrichment, Known, Subject } from '../incident/enrichment.ts';
import type { Db } from './database.ts';
import { stateOf } from './glances.ts';

/** Everything that was asked for an incident, to be asked again. */
export async function readAskedOf(
  db: Db,
  incidentId: number,
): Promise<{ enricher: string; key: string; subject: Subject }[]> {
  const { rows } = await sql<{ enricher: string; subject_key: string; subject: Subject }>`
    select e.enricher, e.subject_key, e.subject
    from incident_keys k join enrichments e on e.subject_key = k.key
    where k.incident_id = ${incidentId} and k.place is not null`.execute(db);
  return rows.map(({ enricher, subject_key, subject }) => ({ enricher, key: subject_key, subject }));
}

interface KnownRow {
  enricher: string;
  subject: Subject;
  answer: Enrichment | null;
  answered_at: Date | null;
  state: Known['state'];
  failure: FarSideReason | null;
  wanted: boolean;
}

/** All that is known of an incident and its subjects, in the order in which they are shown. */
export async function readKnownOf(db: Db, incidentId: number): Promise<Known<Enrichment>[]> {
  const { rows } = await sql<KnownRow>`
    select e.enricher, e.subject, e.answer, e.answered_at, ${stateOf} as state, e.failure, e.wanted
    from incident_keys k join enrichments e on e.subject_key = k.key
    where k.incident_id = ${incidentId} and k.place is not null
    order by k.place, e.enricher`.execute(db);
  return rows.map(toKnown);
}

/** All that is known of one subject. */
export async function readKnownBy(db: Db, key: string): Promise<Known<Enrichment>[]> {
  const { rows } = await sql<KnownRow>`
    select e.enricher, e.subject, e.answer, e.answered_at, ${stateOf} as state, e.failure, e.wanted
    from enrichments e where e.subject_key = ${key} order by e.enricher`.execute(db);
  return rows.map(toKnown);
}

function toKnown(row: KnownRow): Known<Enrichment> {
  return {
    enricher: row.enricher,
    subject: row.subject,
    answer: row.answer ?? undefined,
    answeredAt: row.answered_at?.toISOString(),
    state: row.state,
    failure: row.failure ?? undefined,
    isTriedAgain: row.wanted,
  };
}

/** How each enricher fares: subjects that it knows, and of those that failed last, the newest reason. */
export async function readHealth(
  db: Db,
): Promise<Map<string, { answered: number; failed: number; failure: FarSideReason | undefined }>> {
  const { rows } = await sql<{
    enricher: string;
    answered: number;
    failed: number;
    failure: FarSideReason | null;
  }>`
    select enricher, count(*) filter (where failure is null and answered_at is not null)::integer as answered,
      count(*) filter (where failure is not null)::integer as failed,
      (array_agg(failure order by wanted_at desc) filter (where failure is not null))[1] as failure
    from enrichments where wanted_at > now() - interval '1 day' group by enricher`.execute(db);
  return new Map(
    rows.map(({ enricher, failure, ...counts }) => [enricher, { ...counts, failure: failure ?? undefined }]),
  );
}

/** What has not been wanted for so many days, whatever it is about. */
export async function forgetEnrichments(db: Db, days: number): Promise<void> {
  await sql`
    delete from enrichments e
    where not wanted and leased_by is null and wanted_at < now() - make_interval(days => ${days})
      and not exists (
        select from incident_keys k join incidents i on i.id = k.incident_id
        where k.key = e.subject_key and i.status <> 'closed'
      )`.execute(db);
}
