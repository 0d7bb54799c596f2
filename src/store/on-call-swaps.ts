import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';

/** One asks another to change places. Nothing is changed before both agree. */
export interface StoredSwap {
  number: number;
  rota: string;
  layer: string;
  askedBy: Owner;
  asked: Owner;
  gives: { from: Instant; to: Instant };
  gets: { from: Instant; to: Instant } | undefined;
  state: SwapState;
}

export type SwapState = 'asked' | 'agreed' | 'declined' | 'withdrawn';

interface SwapRow {
  id: number;
  rota: string;
  layer: string;
  asked_by: Owner;
  asked: Owner;
  gives_from: Date;
  gives_to: Date;
  gets_from: Date | null;
  gets_to: Date | null;
  state: SwapState;
}

/** Returns its number. */
export async function insertSwap(
  trx: Trx,
  { rota, layer, askedBy, asked, gives, gets }: Omit<StoredSwap, 'number' | 'state'>,
  at: Instant,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into on_call_swaps (rota, layer, asked_by, asked, gives_from, gives_to, gets_from, gets_to, asked_at)
    values (${rota}, ${layer}, ${JSON.stringify(askedBy)}::jsonb, ${JSON.stringify(asked)}::jsonb, ${gives.from},
      ${gives.to}, ${gets?.from ?? null}, ${gets?.to ?? null}, ${at})
    returning id`.execute(trx);
  return Number(rows[0]?.id);
}

export async function readSwap(db: Db | Trx, number: number): Promise<StoredSwap | undefined> {
  const { rows } = await sql<SwapRow>`select * from on_call_swaps where id = ${number}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const { gets_from, gets_to } = row;
  return {
    number: Number(row.id),
    rota: row.rota,
    layer: row.layer,
    askedBy: row.asked_by,
    asked: row.asked,
    gives: { from: row.gives_from.toISOString(), to: row.gives_to.toISOString() },
    gets: gets_from && gets_to ? { from: gets_from.toISOString(), to: gets_to.toISOString() } : undefined,
    state: row.state,
  };
}

/** False where it was decided already: the first one counts. */
export async function decideSwap(
  trx: Trx,
  number: number,
  state: Exclude<SwapState, 'asked'>,
  at: Instant,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update on_call_swaps set state = ${state}, decided_at = ${at} where id = ${number} and state = 'asked'`.execute(
    trx,
  );
  return numAffectedRows === 1n;
}
