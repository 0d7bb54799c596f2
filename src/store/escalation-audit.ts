import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { CallFinding } from '../incident/audit-calls.ts';
import type { IncidentEvent } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** When somebody last looked whether every call was made, and what was not. */
export interface AuditState {
  at: Instant | undefined;
  findings: CallFinding[];
}

export async function readAuditState(db: Db): Promise<AuditState> {
  const { rows } = await sql<{ at: Date | null; findings: CallFinding[] }>`
    select at, findings from escalation_audit`.execute(db);
  const [row] = rows;
  return { at: row?.at?.toISOString(), findings: row?.findings ?? [] };
}

export async function recordAudit(db: Db, at: Instant, findings: CallFinding[]): Promise<void> {
  await sql`
    update escalation_audit set at = ${at}::timestamptz, findings = ${JSON.stringify(findings)}::jsonb`.execute(
    db,
  );
}

/** Incidents whose limits something happened to since, and those of which something has been due for a while. */
export async function incidentsToAudit(
  db: Db,
  { since, overdueAt }: { since: Instant; overdueAt: Instant },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select incident_id as id from incident_events where at > ${since}::timestamptz and ${movesLimits}
    union
    select id from incidents where watch_at <= ${overdueAt}::timestamptz
    order by id`.execute(db);
  return rows.map(({ id }) => Number(id));
}

/** As the index has it. */
const movesLimits = sql`type in ('acknowledged', 'released', 'closed', 'reopened', 'merged', 'escalated', 'reminded')`;

/** What happened to an incident, without what its alerts did, of which a storm brings thousands. */
export async function readDeeds(db: Db, incident: number): Promise<IncidentEvent[]> {
  const { rows } = await sql<{ at: Date; actor: IncidentEvent['by']; type: string; data: object }>`
    select at, actor, type, data from incident_events
    where incident_id = ${incident} and type not in ('alert-joined', 'alert-changed', 'worth-learned')
    order by version`.execute(db);
  return rows.map(
    ({ at, actor, type, data }) => ({ ...data, type, at: at.toISOString(), by: actor }) as IncidentEvent,
  );
}

/** Calls since then of which no notice is there, or whose notice has waited for too long to be sent. */
export async function callsNotTold(
  db: Db,
  { since, waitedSince }: { since: Instant; waitedSince: Instant },
): Promise<CallFinding[]> {
  const { rows } = await sql<{ incident: number; at: Date; notice: string; notices: number }>`
    select e.incident_id as incident, e.at, e.data ->> 'notice' as notice, n.notices
    from incident_events e cross join lateral (
      select count(*)::integer as notices, count(*) filter (where m.behind)::integer as waiting
      from notices n join notice_messages m on m.notice_id = n.id
      where n.incident_id = e.incident_id and starts_with(n.key, (e.data ->> 'notice') || '/')
    ) n
    where e.type in ('escalated', 'reminded') and e.at > ${since}::timestamptz and e.data ->> 'notice' is not null
      and e.data -> 'how' <> '["page"]'::jsonb
      and (n.notices = 0 or (n.waiting > 0 and e.at < ${waitedSince}::timestamptz))
    order by e.at`.execute(db);
  return rows.map(({ incident, at, notice, notices }) => ({
    incident: Number(incident),
    at: at.toISOString(),
    what:
      notices === 0
        ? `The call ${notice} is on record, and there is no message of it.`
        : `The message of the call ${notice} is not sent yet.`,
  }));
}
