import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Trx } from './database.ts';

/** A gap or an overlap as it was told. */
export interface ToldTrouble {
  rota: string;
  /** What it is, of which layer, about whom. */
  about: string;
  from: Instant;
  to: Instant;
}

/**
 * Those that nobody was told of yet, and remembers them. One that goes on, or ends earlier or later than it did, is the same
 * one. Whoever asks at the same time waits until this transaction is over.
 */
export async function untoldTroubles<T extends ToldTrouble>(
  trx: Trx,
  troubles: readonly T[],
  at: Instant,
): Promise<T[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended('on-call troubles', 0))`.execute(trx);
  const untold: T[] = [];
  for (const one of troubles) {
    const { numAffectedRows } = await sql`
      update on_call_troubles set ends_at = greatest(ends_at, ${one.to}::timestamptz)
      where rota = ${one.rota} and about = ${one.about} and starts_at <= ${one.to} and ends_at >= ${one.from}`.execute(
      trx,
    );
    if (numAffectedRows) continue;
    await sql`
      insert into on_call_troubles (rota, about, starts_at, ends_at, told_at)
      values (${one.rota}, ${one.about}, ${one.from}, ${one.to}, ${at})
      on conflict do nothing`.execute(trx);
    untold.push(one);
  }
  // Long over: the same may come again.
  await sql`delete from on_call_troubles where ends_at < ${at}::timestamptz - interval '90 days'`.execute(
    trx,
  );
  return untold;
}
