import { sql } from 'kysely';
import type { Severity } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** Lines of a message; what comes after is counted. */
const mostListed = 30;

/** What each of them is said under; its time sorts as text. */
export const quietDigestKey = (due: Date): string => `quiet-digest/${due.toISOString()}`;

/** When the last one before this time was told; `undefined` where there was none. */
export async function lastQuietDigest(db: Db, before: Date): Promise<Date | undefined> {
  const { rows } = await sql<{ key: string | null }>`
    select max(key) as key from notices
    where starts_with(key, 'quiet-digest/') and key < ${quietDigestKey(before)}`.execute(db);
  const key = rows[0]?.key;
  return key ? new Date(key.slice('quiet-digest/'.length)) : undefined;
}

/** Incidents of these severities that came within that time, or came out of a silence or a restriction and are open, without restricted, merged and silenced ones and drills. */
export async function quietSince(
  db: Db,
  severities: Severity[],
  since: Date,
  until: Date,
): Promise<{ incidents: Incident[]; total: number; open: number }> {
  const { rows } = await sql<{ state: Incident; total: number; open: number }>`
    select state, count(*) over ()::integer as total,
      count(*) filter (where status <> 'closed') over ()::integer as open
    from incidents i
    where opened_at <= ${until.toISOString()} and (opened_at > ${since.toISOString()} or status <> 'closed' and exists (
        select from incident_events e where e.incident_id = i.id and e.type in ('unsilenced', 'unrestricted')
          and e.at > ${since.toISOString()} and e.at <= ${until.toISOString()}))
      and severity = any(${severities}::text[]) and silenced_until is null and not exercise
      and state -> 'restrictedTo' is null and state ->> 'mergedInto' is null
    order by (status = 'closed'), priority desc, id limit ${mostListed}`.execute(db);
  const [first] = rows;
  return { incidents: rows.map(({ state }) => state), total: first?.total ?? 0, open: first?.open ?? 0 };
}
