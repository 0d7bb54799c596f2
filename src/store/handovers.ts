import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import { type Handover, isOpen } from '../incident/handover.ts';
import type { Incident } from '../incident/incident.ts';
import type { Db, Trx } from './database.ts';
import { Overtaken } from './save.ts';

/** Numbers have gaps: one is taken before it is known whether it is needed. */
export async function nextHandoverNumber(db: Db | Trx): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    select nextval('handover_numbers')::integer as number`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The database gave no number.');
  return row.number;
}

/**
 * Whether it was stored: not where the same occasion made one before, nor where somebody has one open. `occasion` is what
 * made it by itself.
 */
export async function insertHandover(trx: Trx, handover: Handover, occasion?: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into handovers (number, version, state, from_id, open_of, to_id, body, occasion, next_at)
    values (${handover.number}, ${handover.version}, ${handover.state}, ${handover.from.id}, ${openOf(handover)},
      ${handover.to?.id ?? null}, ${JSON.stringify(handover)}::jsonb, ${occasion ?? null}, ${handover.expiresAt})
    on conflict do nothing`.execute(trx);
  if (numAffectedRows !== 1n) return false;
  await nameIncidents(trx, handover);
  return true;
}

/** Throws `Overtaken` where somebody else moved it since it was read. */
export async function updateHandover(trx: Trx, handover: Handover, from: number): Promise<void> {
  const { numAffectedRows } = await sql`
    update handovers set version = ${handover.version}, state = ${handover.state}, to_id = ${handover.to?.id ?? null},
      open_of = ${openOf(handover)},
      body = ${JSON.stringify(handover)}::jsonb, next_at = ${isOpen(handover) ? handover.expiresAt : null},
      behind = false
    where number = ${handover.number} and version = ${from}`.execute(trx);
  if (numAffectedRows !== 1n) throw new Overtaken('Somebody else moved the handover.');
  await nameIncidents(trx, handover);
}

const openOf = (handover: Handover): string | null => (isOpen(handover) ? handover.from.id : null);

async function nameIncidents(trx: Trx, { number, entries }: Handover): Promise<void> {
  const ids = entries.map(({ incident }) => incident);
  await sql`
    insert into handover_incidents (handover, incident_id)
    select ${number}, id from incidents where id = any(${ids}::bigint[])
    on conflict do nothing`.execute(trx);
}

export async function readHandover(db: Db | Trx, number: number): Promise<Handover | undefined> {
  const { rows } = await sql<{ body: Handover }>`
    select body from handovers where number = ${number}`.execute(db);
  return rows[0]?.body;
}

/** What this person is about to hand over. */
export async function openHandoverOf(db: Db | Trx, personId: string): Promise<Handover | undefined> {
  const { rows } = await sql<{ body: Handover }>`
    select body from handovers where open_of = ${personId}`.execute(db);
  return rows[0]?.body;
}

/** Whether this very occasion has made one. */
export async function hasHandoverOf(db: Db, occasion: string): Promise<boolean> {
  const { rows } = await sql`select from handovers where occasion = ${occasion}`.execute(db);
  return rows.length > 0;
}

/** Handovers whose time is over by then, and those whose messages do not tell how it is now. */
export async function handoversToLookAt(
  db: Db,
  by: Instant,
  limit: number,
): Promise<{ number: number; behind: boolean }[]> {
  const { rows } = await sql<{ number: number; behind: boolean }>`
    select number, behind from handovers where behind or next_at <= ${by}
    order by number limit ${limit}`.execute(db);
  return rows.map(({ number, behind }) => ({ number: Number(number), behind }));
}

/** Its messages tell how it was at that version. */
export async function recordHandoverTold(trx: Trx, { number, version }: Handover): Promise<void> {
  await sql`update handovers set behind = false where number = ${number} and version = ${version}`.execute(
    trx,
  );
}

/**
 * Open incidents that nobody has and nothing silences, most important first; those that a room shows, or all. Without those that are restricted to
 * others than `forPerson`.
 */
export async function listUnowned(
  db: Db,
  {
    room,
    forPerson,
    limit,
  }: {
    room: { channel: string; conversation: string } | undefined;
    forPerson: string | undefined;
    limit: number;
  },
): Promise<Incident[]> {
  const shown = room
    ? sql`and exists (
        select from cards c
        where c.incident_id = i.id and c.channel = ${room.channel} and c.conversation = ${room.conversation}
      )`
    : sql``;
  const { rows } = await sql<{ state: Incident }>`
    select state from incidents i
    where status <> 'closed' and owner_id is null and silenced_until is null ${shown}
      and (state -> 'restrictedTo' is null
        or state -> 'restrictedTo' @> ${JSON.stringify([{ id: forPerson ?? '' }])}::jsonb)
    order by priority desc, id limit ${limit}`.execute(db);
  return rows.map(({ state }) => state);
}

/** Whether any card stands in that room: it is one where incidents are worked on. */
export async function hasCards(db: Db, room: { channel: string; conversation: string }): Promise<boolean> {
  const { rows } = await sql`
    select from cards where channel = ${room.channel} and conversation = ${room.conversation} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}
