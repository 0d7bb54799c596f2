import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';

/** Something that was found missing, of a subscription or whatever else it is about. */
export interface StoredShortcoming {
  what: string;
  target: string;
  text: string;
  since: Instant;
}

/** Those that were looked at are as they were found now; what is not among `found` any more is mended. Returns those. */
export async function recordShortcomings(
  trx: Trx,
  { looked, found, at }: { looked: string[]; found: Omit<StoredShortcoming, 'since'>[]; at: Instant },
): Promise<StoredShortcoming[]> {
  await sql`
    insert into shortcomings (what, target, text, since, seen_at)
    select f.what, f.target, f.text, ${at}::timestamptz, ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as f (what text, target text, text text)
    on conflict (what, target) do update set text = excluded.text, seen_at = excluded.seen_at, mended_at = null,
      since = case when shortcomings.mended_at is null then shortcomings.since else excluded.since end`.execute(
    trx,
  );
  const { rows } = await sql<ShortcomingRow>`
    update shortcomings set mended_at = ${at}::timestamptz
    where target = any(${looked}::text[]) and mended_at is null and seen_at < ${at}::timestamptz
    returning what, target, text, since`.execute(trx);
  return rows.map(toShortcoming);
}

interface ShortcomingRow {
  what: string;
  target: string;
  text: string;
  since: Date;
}

const toShortcoming = ({ since, ...rest }: ShortcomingRow): StoredShortcoming => ({
  ...rest,
  since: since.toISOString(),
});

/** What is missing still, the longest first. */
export async function openShortcomings(db: Db | Trx): Promise<StoredShortcoming[]> {
  const { rows } = await sql<ShortcomingRow>`
    select what, target, text, since from shortcomings where mended_at is null order by since, target, what`.execute(
    db,
  );
  return rows.map(toShortcoming);
}
