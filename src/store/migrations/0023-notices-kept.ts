import { type Kysely, sql } from 'kysely';

/** Until when somebody needs what is said unasked, and whom it interrupted without reading all that was ever said. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  // It is said only while its incident has this status; null whatever it has.
  sql`alter table notices add column while_status text`,
  sql`create index notice_messages_sent on notice_messages (sent_at) where sent_at is not null`,
  sql`
    create or replace view interruptions as
      select n.kind, n.incident_id, m.person_id, m.sent_at as at
      from notices n join notice_messages m on m.notice_id = n.id
      where n.interrupts and m.person_id is not null and m.sent_at is not null
      union all
      -- Whoever is mentioned in several rooms is interrupted once, by the first.
      select n.kind, n.incident_id, called.person_id, m.sent_at as at
      from notices n
        join notice_messages m on m.notice_id = n.id
        cross join lateral jsonb_array_elements_text(n.calls) as called (person_id)
      where n.interrupts and m.person_id is null and m.sent_at is not null
        and not exists (
          select from notice_messages e where e.notice_id = n.id and (e.sent_at, e.id) < (m.sent_at, m.id))`,
];
