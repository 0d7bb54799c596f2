import fs from 'node:fs';
import { sql } from 'kysely';
import { pino } from 'pino';
import { lastDays, spansBefore, steps } from '../../../src/incident/local-span.ts';
import { type Db, openDatabase } from '../../../src/store/database.ts';
import { readFigures } from '../../../src/store/figures.ts';
import { backtest, readInterruptions, readLoad } from '../../../src/store/noise.ts';
import { readSeries } from '../../../src/store/series.ts';
import { now } from '../clock.ts';
import { median } from '../percentiles.ts';
import type { Scale } from '../scale.ts';
import type { Ground } from '../stage.ts';
import { openFolder } from '../temporary.ts';

const log = pino({ level: 'silent' });
const timeZone = 'Europe/Berlin';
const at = new Date('2026-11-30T07:00:00Z');
const times = 5;
/** Rows a statement, so that filling needs no memory either. */
const chunk = 100_000;
const mb = 1_048_576;

/** What a digest of a day, a week, a month and of everything reads over so many incidents of a year, and the memory for it. */
export async function measureDigest({ database, note }: Ground, { history }: Scale): Promise<void> {
  const place = await database.create();
  const { folder, remove } = openFolder('digest');
  try {
    const store = await openDatabase({ url: place.url, folder, log });
    try {
      const began = now();
      await fill(store.db, history);
      const size = history.toLocaleString('en-GB');
      note(`digest: seconds to fill in ${size} incidents`, 's', { ours: (now() - began) / 1_000 });
      const before = process.memoryUsage().rss;
      for (const [name, digest] of digests(store.db)) {
        const took: number[] = [];
        for (let n = 0; n < times; n += 1) {
          const begin = now();
          await digest();
          took.push(now() - begin);
        }
        note(`digest over ${size}: ${name}, p50`, 'ms', { ours: median(took) });
      }
      note('digest: our memory, more than before', 'MB', { ours: (process.memoryUsage().rss - before) / mb });
      const server = await memoryOfServer(store.db);
      if (server !== undefined)
        note('digest: memory of the server process at its highest', 'MB', { ours: server });
    } finally {
      await store.close();
    }
  } finally {
    remove();
    await place.release();
  }
}

function digests(db: Db): [name: string, digest: () => Promise<void>][] {
  const both = (spans: ReturnType<typeof spansBefore>) => async () => {
    await readFigures(db, spans.span);
    await readFigures(db, spans.before);
    await readSeries(db, 'day', steps('day', 14, spans.span.to, timeZone));
    await readInterruptions(db, spans.span, timeZone);
    await readLoad(db, spans.span, timeZone);
    for (let rule = 0; rule < 10; rule += 1) await backtest(db, `Rule ${rule}`, at);
  };
  return [
    ['a day and the one before', both(spansBefore('day', at, timeZone))],
    ['a week and the one before', both(spansBefore('week', at, timeZone))],
    ['a month and the one before', both(spansBefore('month', at, timeZone))],
    ['everything at once', async () => void (await readFigures(db, lastDays(366, at, timeZone).span))],
  ];
}

/** A year of incidents of 200 rules: acknowledged within the hour, closed within days, some reopened, one in fifty open. */
async function fill(db: Db, count: number): Promise<void> {
  for (let from = 0; from < count; from += chunk) {
    await sql`
      insert into incident_facts (incident_id, opened_at, product, rule, severity, acknowledged_at, has_limits,
        acknowledge_missed_at, closed_at, classification, is_exercise)
      select 2000 + n, opened, 'Product ' || n % 3, 'Rule ' || n % 200,
        (array['high', 'medium', 'low', 'informational'])[1 + n % 4], opened + (n::bigint * 7919 % 3600) * interval '1 second', true,
        case when n % 11 = 0 then opened + interval '30 minutes' end,
        case when n % 50 > 0 then opened + interval '1 hour' + (n::bigint * 104729 % 400000) * interval '1 second' end,
        case when n % 50 > 0 then (array['true-positive', 'false-positive', 'benign-positive'])[1 + n % 3] end, false
      from (
        select n, ${at.toISOString()}::timestamptz - n * (interval '365 days' / ${count}::integer) as opened
        from generate_series(${from + 1}::integer, ${Math.min(from + chunk, count)}::integer) n
      ) one`.execute(db);
    await sql`
      insert into incident_keys (incident_id, key, place)
      select 2000 + n, 'machine vm-' || n % 977, 1
      from generate_series(${from + 1}::integer, ${Math.min(from + chunk, count)}::integer) n`.execute(db);
  }
  await sql`
    insert into incident_reopenings (incident_id, version, closed_at, classification, reopened_at)
    select incident_id, 4, acknowledged_at + interval '10 minutes', 'undetermined', acknowledged_at + interval '50 minutes'
    from incident_facts where incident_id % 40 = 0`.execute(db);
  await sql`analyze`.execute(db);
}

/** Of PostgreSQL, where it runs on this machine; the embedded one is in our own. */
async function memoryOfServer(db: Db): Promise<number | undefined> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const [, peak] = readStatus(rows[0]?.pid ?? 0)?.match(/^RssAnon:\s+(\d+) kB/m) ?? [];
  return peak === undefined ? undefined : (Number(peak) * 1_024) / mb;
}

function readStatus(pid: number): string | undefined {
  try {
    return pid === process.pid ? undefined : fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
}
