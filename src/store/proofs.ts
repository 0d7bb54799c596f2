import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import { type Proof, type ProofStep, type ProofTimes, proofKey } from '../incident/proof.ts';
import type { Db } from './database.ts';
import { isDue } from './due.ts';

/** No lease is longer. */
const longestProofLeaseSeconds = 60;

interface ProofRow {
  number: number;
  due_at: Date;
  rooms: Proof['rooms'];
  steps: ProofTimes;
  running: boolean;
  missing: ProofStep | null;
}

function toProof({ number, due_at, rooms, steps, running, missing }: ProofRow): Proof {
  return {
    number,
    dueAt: due_at.toISOString(),
    rooms,
    times: steps,
    state: running ? 'running' : missing === null ? 'done' : 'failed',
    missing: missing ?? undefined,
  };
}

/** One proof for each time that it is due. */
export async function insertProof(db: Db, dueAt: Date, rooms: Proof['rooms'], now: Date): Promise<void> {
  await sql`
    insert into proofs (due_at, rooms, steps, next_at)
    values (${dueAt.toISOString()}::timestamptz, ${JSON.stringify(rooms)}::jsonb, '{}', ${now.toISOString()}::timestamptz)
    on conflict do nothing`.execute(db);
}

/** Leases a proof that can be gone on with `by` then. */
export async function claimProof(
  db: Db,
  { by, leaseSeconds, replica }: { by: Instant; leaseSeconds: number; replica: number },
): Promise<Proof | undefined> {
  const { rows } = await sql<ProofRow>`
    with due as (
      select number from proofs
      where running and next_at <= ${by}::timestamptz and ${isDue('try_after', longestProofLeaseSeconds)}
      order by next_at limit 1 for update skip locked
    )
    update proofs p set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due where p.number = due.number
    returning p.*`.execute(db);
  return rows[0] && toProof(rows[0]);
}

/** So far it is; looked at again then. */
export async function goOnProof(
  db: Db,
  number: number,
  { times, nextAt }: { times: ProofTimes; nextAt: Instant },
): Promise<void> {
  await sql`
    update proofs set steps = ${JSON.stringify(times)}::jsonb, next_at = ${nextAt}::timestamptz,
      try_after = '-infinity', leased_by = null
    where number = ${number} and running`.execute(db);
}

/** It is over; false where it was already. */
export async function endProof(
  db: Db,
  number: number,
  { times, missing }: { times: ProofTimes; missing: ProofStep | undefined },
): Promise<boolean> {
  const { rows } = await sql`
    update proofs set steps = ${JSON.stringify(times)}::jsonb, running = false, missing = ${missing ?? null},
      next_at = null, try_after = '-infinity', leased_by = null
    where number = ${number} and running returning number`.execute(db);
  return rows.length > 0;
}

/** The newest first. */
export async function listProofs(db: Db, limit: number): Promise<Proof[]> {
  const { rows } = await sql<ProofRow>`select * from proofs order by number desc limit ${limit}`.execute(db);
  return rows.map(toProof);
}

/** What of a proof can be seen from outside. */
export interface ProofTrail {
  incident: number;
  version: number;
  isClosed: boolean;
  cards: { id: string; channel: string; conversation: string; isPosted: boolean; isBehind: boolean }[];
  /** Its source was told all that was decided. */
  isHeld: boolean;
}

/** `undefined` where its alert was not taken in yet. */
export async function trailOf(db: Db, number: number): Promise<ProofTrail | undefined> {
  const { rows } = await sql<{
    id: number;
    version: number;
    status: string;
    behind: boolean;
    written: boolean;
    cards: ProofTrail['cards'] | null;
  }>`
    select i.id, i.version, i.status, a.behind, a.written_at is not null as written, (
        select jsonb_agg(jsonb_build_object('id', c.id, 'channel', c.channel, 'conversation', c.conversation,
          'isPosted', c.ref is not null, 'isBehind', c.behind))
        from cards c where c.incident_id = i.id and c.part = 'card'
      ) as cards
    from alerts a join incidents i on i.id = a.incident_id
    where a.source = 'proof' and a.source_id = ${proofKey(number)}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  return {
    incident: Number(row.id),
    version: row.version,
    isClosed: row.status === 'closed',
    cards: row.cards ?? [],
    isHeld: !row.behind && row.written,
  };
}
