import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { MissedCall } from '../incident/audit-calls.ts';
import type { IncidentEvent } from '../incident/incident.ts';
import type { Db } from './database.ts';
import { unneeded, unseen } from './notices.ts';

/** When somebody last looked whether every call was made, and what was not. */
export interface AuditState {
  at: Instant | undefined;
  missed: MissedCall[];
}

export async function readAuditState(db: Db): Promise<AuditState> {
  const { rows } = await sql<{ at: Date | null; missed: MissedCall[] }>`
    select at, findings as missed from escalation_audit`.execute(db);
  const [row] = rows;
  return { at: row?.at?.toISOString(), missed: row?.missed ?? [] };
}

export async function recordAudit(db: Db, at: Instant, missed: MissedCall[]): Promise<void> {
  await sql`
    update escalation_audit set at = ${at}::timestamptz, findings = ${JSON.stringify(missed)}::jsonb`.execute(
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

/**
 * Calls since then of which no notice is there, and those that somebody still needs although nobody was reached: each message
 * of it failed, or has waited for too long to be sent. What the paging service took has reached somebody.
 */
export async function callsNotTold(
  db: Db,
  { since, waitedSince }: { since: Instant; waitedSince: Instant },
): Promise<MissedCall[]> {
  const { rows } = await sql<{
    incident: number;
    at: Date;
    notice: string;
    notices: number;
    waiting: number;
  }>`
    select e.incident_id as incident, e.at, e.data ->> 'notice' as notice, n.notices, n.waiting
    from incident_events e cross join lateral (
      select count(distinct n.id)::integer as notices,
        (count(*) filter (where m.sent_at is not null))::integer as told,
        (count(*) filter (where m.behind and m.sent_at is null and ${isNeeded}))::integer as waiting,
        (count(*) filter (where not m.behind and m.sent_at is null and ${isNeeded}
          and m.failure not in (${unneeded}, ${unseen})))::integer as failed
      from notices n join incidents i on i.id = n.incident_id
        -- Under the card of an incident that is shown nowhere there is nothing to be told.
        left join notice_messages m on m.notice_id = n.id
      where n.incident_id = e.incident_id and starts_with(n.key, (e.data ->> 'notice') || '/')
    ) n
    where e.type in ('escalated', 'reminded') and e.at > ${since}::timestamptz and e.data ->> 'notice' is not null
      and e.data -> 'how' <> '["page"]'::jsonb
      and (n.notices = 0 or (n.waiting > 0 and e.at < ${waitedSince}::timestamptz)
        or (n.failed > 0 and n.waiting = 0 and n.told = 0 and not (e.data -> 'how' @> '["page"]'::jsonb and exists (
          select from pages p where p.incident_id = e.incident_id and p.told_calls = p.calls))))
    order by e.at`.execute(db);
  return rows.map(({ incident, at, notice, notices, waiting }) => ({
    incident: Number(incident),
    at: at.toISOString(),
    what: inWords(notice, notices, waiting),
  }));
}

const isNeeded = sql`(n.while_status is null or n.while_status = i.status)`;

function inWords(notice: string, notices: number, waiting: number): string {
  if (notices === 0) return `The call ${notice} is on record, and there is no message of it.`;
  return waiting > 0
    ? `The message of the call ${notice} is not sent yet.`
    : `The call ${notice} reached nobody: no message of it could be sent.`;
}
