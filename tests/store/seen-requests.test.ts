import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { forgetSeen, isFirstTime } from '../../src/store/seen-requests.ts';
import { databases } from '../support/databases.ts';
import { openStore } from './open.ts';

describe.each(databases)('a request on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  it('is new to one of ten that look at the same time', async () => {
    const looks = await Promise.all(Array.from({ length: 10 }, () => isFirstTime(store.db, 'ten')));
    expect(looks.filter(Boolean)).toHaveLength(1);
  });

  it('is new again where what it brought could not be stored', async () => {
    const cutOff = store.db.transaction().execute(async (trx) => {
      expect(await isFirstTime(trx, 'cut off')).toBe(true);
      throw new Error('disk full');
    });
    await expect(cutOff).rejects.toThrow('disk full');
    expect(await isFirstTime(store.db, 'cut off')).toBe(true);
  });

  it('is remembered for a quarter of an hour', async () => {
    await isFirstTime(store.db, 'old');
    await isFirstTime(store.db, 'recent');
    await sql`update seen_requests set at = now() - interval '16 minutes' where key = 'old'`.execute(
      store.db,
    );
    await forgetSeen(store.db);
    expect(await isFirstTime(store.db, 'old')).toBe(true);
    expect(await isFirstTime(store.db, 'recent')).toBe(false);
  });
});
