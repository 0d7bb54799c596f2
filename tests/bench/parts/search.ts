import pg from 'pg';
import { pino } from 'pino';
import { openDatabase } from '../../../src/store/database.ts';
import { findIncidents, type Sought } from '../../../src/store/find.ts';
import { storeIncident } from '../../store/open.ts';
import { now } from '../clock.ts';
import { percentile } from '../percentiles.ts';
import type { Scale } from '../scale.ts';
import type { Ground } from '../stage.ts';
import { openFolder } from '../temporary.ts';

const log = pino({ level: 'silent' });
const kinds = [
  'payments',
  'backup',
  'spray',
  'shell',
  'tunnel',
  'vault',
  'mailbox',
  'cluster',
  'token',
  'consent',
];
const times = 20;

/** What people look for, from a needle to a haystack; each word of `kinds` is in one incident of ten. */
const searches: [name: string, sought: Partial<Sought>][] = [
  ['a word of ten incidents', { words: ['case4242'] }],
  ['an address', { entity: '10.3.4.53' }],
  ['an account', { entity: 'u77@contoso.com' }],
  ['an owner', { ownerId: 'person-3' }],
  ['what is open', { status: 'new' }],
  ['a rare ending', { classification: 'undetermined' }],
  ['a word of every tenth incident', { words: ['payments'] }],
  ['a word of every incident', { words: ['alert'] }],
  ['a word of every tenth incident of nobody', { words: ['payments'], ownerId: 'gone' }],
];

/** `find` over so many incidents, each with an alert of its own words and entities. */
export async function measureSearch({ database, note }: Ground, { history }: Scale): Promise<void> {
  const place = await database.create();
  const { folder, remove } = openFolder('search');
  try {
    const url = place.url ?? '';
    const store = await openDatabase({ url, folder, log });
    try {
      await storeIncident(store.db);
      const began = now();
      await fill(url, history);
      const size = history.toLocaleString('en-GB');
      note(`search: seconds to fill in ${size} incidents`, 's', { ours: (now() - began) / 1_000 });
      for (const [name, sought] of searches) {
        const took: number[] = [];
        for (let n = 0; n < times; n += 1) {
          const begin = now();
          await findIncidents(store.db, { words: [], forPerson: undefined, limit: 10, offset: 0, ...sought });
          took.push(now() - begin);
        }
        note(`search of ${size}: ${name}, p50`, 'ms', { ours: percentile(took, 0.5) });
        note(`search of ${size}: ${name}, p99`, 'ms', { ours: percentile(took, 0.99) });
      }
    } finally {
      await store.close();
    }
  } finally {
    remove();
    await place.release();
  }
}

/** Clones the one incident with other words, people and times. */
async function fill(url: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica; set synchronous_commit = off');
    await client.query(
      `insert into incidents (id, version, revision, status, severity, priority, owner_id, state, last_activity_at, opened_at)
       select 2000 + n, 3, 3, case when n % 50 = 0 then 'new' else 'closed' end,
         (array['high', 'medium', 'low', 'informational'])[1 + n % 4], n % 12,
         case when n % 3 = 0 then 'person-' || (n % 40) end,
         state || jsonb_build_object('id', 2000 + n, 'closing', jsonb_build_object('classification',
           case when n % 97 = 0 then 'undetermined' else 'true-positive' end)),
         now() - ($1::int - n) * interval '31 seconds', now() - ($1::int - n) * interval '31 seconds'
       from (select * from incidents limit 1) t, generate_series(1, $1::int) n`,
      [count],
    );
    await client.query(
      `insert into alerts (source, source_id, incident_id, body, digest, open, stance)
       select source, 'copy ' || n, 2000 + n, body || jsonb_build_object(
           'title', 'Alert about ' || ($2::text[])[1 + n % 10] || ' case' || (n % 100000) || ' seen',
           'entities', jsonb_build_array(
             jsonb_build_object('kind', 'ip', 'address', '10.' || (n % 200) || '.' || (n / 200 % 250) || '.' || (n % 250)),
             jsonb_build_object('kind', 'account', 'upn', 'u' || (n % 5000) || '@contoso.com'))),
         'digest ' || n, false, stance
       from (select * from alerts limit 1) t, generate_series(1, $1::int) n`,
      [count, kinds],
    );
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}
