import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';

/** Somebody takes a layer over for a while. */
export interface StoredOverride {
  number: number;
  rota: string;
  layer: string;
  person: Owner;
  from: Instant;
  to: Instant;
  reason: string;
  madeBy: Owner;
  /** One that came of a swap goes with the other half of it. */
  swap: number | undefined;
}

interface OverrideRow {
  id: number;
  rota: string;
  layer: string;
  person: Owner;
  starts_at: Date;
  ends_at: Date;
  reason: string;
  made_by: Owner;
  swap_id: number | null;
}

/** Returns its number. */
export async function addOverride(
  trx: Db | Trx,
  { rota, layer, person, from, to, reason, madeBy, swap }: Omit<StoredOverride, 'number'>,
  at: Instant,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into on_call_overrides (rota, layer, person, starts_at, ends_at, reason, made_by, made_at, swap_id)
    values (${rota}, ${layer}, ${JSON.stringify(person)}::jsonb, ${from}, ${to}, ${reason},
      ${JSON.stringify(madeBy)}::jsonb, ${at}, ${swap ?? null})
    returning id`.execute(trx);
  return Number(rows[0]?.id);
}

/** Those that change anything within a stretch, and of a swap the id of whoever they are there instead of. */
export async function overridesWithin(
  db: Db | Trx,
  { from, to }: { from: Instant; to: Instant },
): Promise<(StoredOverride & { instead: string | undefined })[]> {
  const { rows } = await sql<OverrideRow & { instead: string | null }>`
    select o.*, case when o.person->>'id' = s.asked->>'id' then s.asked_by else s.asked end->>'id' as instead
    from on_call_overrides o left join on_call_swaps s on s.id = o.swap_id
    where o.ends_at > ${from} and o.starts_at < ${to} and o.starts_at < o.ends_at
    order by o.id`.execute(db);
  return rows.map((row) => ({ ...toOverride(row), instead: row.instead ?? undefined }));
}

export async function findOverride(db: Db, number: number): Promise<StoredOverride | undefined> {
  const { rows } = await sql<OverrideRow>`
    select * from on_call_overrides where id = ${number} and undone_at is null`.execute(db);
  return rows[0] && toOverride(rows[0]);
}

/**
 * Ends it now, with the other half of its swap; who was on call until now stays as it was. Returns what was ended: nothing
 * where somebody else was faster or it is over.
 */
export async function undoOverride(
  trx: Trx,
  { number, swap }: Pick<StoredOverride, 'number' | 'swap'>,
  by: Owner,
  at: Instant,
): Promise<StoredOverride[]> {
  const { rows } = await sql<OverrideRow & { was_until: Date }>`
    with wanted as (
      select id, ends_at from on_call_overrides
      where (id = ${number} or swap_id = ${swap ?? null}) and undone_at is null and ends_at > ${at}
      for update
    )
    update on_call_overrides o set ends_at = greatest(o.starts_at, ${at}::timestamptz), undone_at = ${at},
      undone_by = ${JSON.stringify(by)}::jsonb
    from wanted w where o.id = w.id
    returning o.*, w.ends_at as was_until`.execute(trx);
  return rows.map(({ was_until, ...row }) => toOverride({ ...row, ends_at: was_until }));
}

const toOverride = (row: OverrideRow): StoredOverride => ({
  number: Number(row.id),
  rota: row.rota,
  layer: row.layer,
  person: row.person,
  from: row.starts_at.toISOString(),
  to: row.ends_at.toISOString(),
  reason: row.reason,
  madeBy: row.made_by,
  swap: row.swap_id === null ? undefined : Number(row.swap_id),
});
