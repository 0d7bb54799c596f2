import { sql } from 'kysely';

/**
 * Whether the time that a row rests until has come. A time further ahead than anything rests was set before the clock
 * was set back: the embedded database's clock is that of the machine.
 */
export function isDue(column: string, longestSeconds: number) {
  const at = sql.ref(column);
  return sql`(${at} <= now()
    or (${at} > now() + make_interval(secs => ${longestSeconds}) and ${at} < 'infinity'::timestamptz))`;
}
