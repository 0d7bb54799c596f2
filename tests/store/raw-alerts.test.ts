import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import {
  acceptRaw,
  digestOf,
  forgetOld,
  listRefused,
  markRefused,
  markTaken,
  takeWaiting,
} from '../../src/store/raw-alerts.ts';
import { databases } from '../support/databases.ts';
import { openStore } from './open.ts';

describe.each(databases)('what came in, on $name,', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  beforeEach(() => sql`delete from raw_alerts`.execute(store.db));
  afterAll(() => store.close());

  const accept = (...bodies: unknown[]) =>
    acceptRaw(
      store.db,
      bodies.map((body) => ({ source: 'defender', via: 'push', body, observedAt: undefined })),
    );
  const waiting = () => store.db.transaction().execute((trx) => takeWaiting(trx, 100));
  const take = async () => {
    const raws = await waiting();
    await store.db.transaction().execute((trx) =>
      markTaken(
        trx,
        raws.map((raw) => raw.id),
      ),
    );
  };

  it('waits in the order in which it came', async () => {
    await accept({ n: 1 });
    await accept({ n: 2 }, { n: 3 });
    expect((await waiting()).map((raw) => raw.body)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('waits once, however often and in whatever order of keys it is sent', async () => {
    await accept({ name: 'a', status: 'New' }, { status: 'New', name: 'a' });
    await accept({ name: 'a', status: 'New' });
    expect(await waiting()).toHaveLength(1);
  });

  it('may come again once it was taken in', async () => {
    await accept({ name: 'a' });
    await take();
    expect(await waiting()).toEqual([]);
    await accept({ name: 'a' });
    expect(await waiting()).toHaveLength(1);
  });

  it('stays refused once, with its reason, and does not wait again', async () => {
    await accept({ name: 'broken' });
    const [raw] = await waiting();
    await markRefused(store.db, raw?.id ?? 0, 'properties: missing');
    await accept({ name: 'broken' });
    expect(await waiting()).toEqual([]);
    expect(await listRefused(store.db, 10)).toMatchObject([
      { source: 'defender', reason: 'properties: missing', body: { name: 'broken' } },
    ]);
  });

  it('keeps every character an attacker may write', async () => {
    const body = { name: 'a\u0000b', half: '\ud83d', right: '\u202egpj.exe', quoted: '\\u0000 "\'' };
    await accept(body);
    const [raw] = await waiting();
    expect(raw?.body).toEqual(body);
    expect(raw?.digest).toBe(digestOf(body));
  });

  it('may be anything that is JSON', async () => {
    const bodies = ['text', 7, null, [1, [2]], { deep: { very: [] } }];
    await accept(...bodies);
    expect((await waiting()).map((raw) => raw.body)).toEqual(bodies);
  });

  it('is forgotten after a week, refused ones after 90 days, waiting ones never', async () => {
    await accept({ n: 'taken' });
    await take();
    await accept({ n: 'refused' });
    const [raw] = await waiting();
    await markRefused(store.db, raw?.id ?? 0, 'broken');
    await accept({ n: 'waiting' });
    await sql`update raw_alerts set received_at = now() - interval '8 days',
      taken_at = case when taken_at is not null then now() - interval '8 days' end`.execute(store.db);
    await forgetOld(store.db);
    expect(await listRefused(store.db, 10)).toHaveLength(1);
    expect((await waiting()).map((one) => one.body)).toEqual([{ n: 'waiting' }]);
    const left = await store.db.selectFrom('raw_alerts').select('id').execute();
    expect(left).toHaveLength(2);
  });

  // The embedded database has one connection, so that nobody else can be at it.
  it.runIf(kind.name === 'PostgreSQL')('is taken in by one replica at a time', async () => {
    await accept({ n: 1 });
    await store.db.transaction().execute(async (trx) => {
      expect(await takeWaiting(trx, 10)).toHaveLength(1);
      expect(await waiting()).toEqual([]);
    });
    expect(await waiting()).toHaveLength(1);
  });
});
