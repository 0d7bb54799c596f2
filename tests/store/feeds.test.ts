import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { endTurn, keepTurn, registerFeed, takeSilence, takeTurn } from '../../src/store/feeds.ts';
import { freeLeases } from '../../src/store/replica.ts';
import { databases } from '../support/databases.ts';
import { openStore } from './open.ts';

describe.each(databases)('feeds on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  const turn = (feed: string, leaseSeconds = 60, replica = 7) =>
    takeTurn(store.db, 'defender', feed, leaseSeconds, replica);
  const over = { watermark: undefined, restSeconds: 0, failure: undefined };

  it('are polled by one of two replicas', async () => {
    await registerFeed(store.db, 'defender', 'contested');
    const turns = await Promise.all([turn('contested'), turn('contested')]);
    expect(turns.filter(Boolean)).toHaveLength(1);
  });

  it('go on from the watermark that was reached, also after a poll that failed', async () => {
    await registerFeed(store.db, 'defender', 'marked');
    expect(await turn('marked')).toMatchObject({ watermark: undefined });
    const watermark = '2026-11-21T10:00:00.000Z';
    await endTurn(store.db, 'defender', 'marked', { ...over, watermark });
    expect(await turn('marked')).toMatchObject({ watermark });
    await endTurn(store.db, 'defender', 'marked', { ...over, failure: 'timeout' });
    expect(await turn('marked')).toMatchObject({ watermark });
  });

  it('rest between polls', async () => {
    await registerFeed(store.db, 'defender', 'resting');
    await turn('resting');
    await endTurn(store.db, 'defender', 'resting', { ...over, restSeconds: 60 });
    expect(await turn('resting')).toBeUndefined();
  });

  it('are taken over when their turn runs out, unless it is kept', async () => {
    await registerFeed(store.db, 'defender', 'slow');
    await turn('slow', 0);
    expect(await turn('slow', 0)).toBeDefined();
    await keepTurn(store.db, 'defender', 'slow', 60);
    expect(await turn('slow')).toBeUndefined();
  });

  it('are taken over at once from a replica that is gone, and from no other', async () => {
    await registerFeed(store.db, 'defender', 'killed');
    await turn('killed', 60, 8);
    await freeLeases(store.db, [9]);
    expect(await turn('killed')).toBeUndefined();
    await freeLeases(store.db, [8]);
    expect(await turn('killed')).toBeDefined();
  });

  it('tell people once an outage that nothing comes from them', async () => {
    await registerFeed(store.db, 'defender', 'silent');
    const fail = () => endTurn(store.db, 'defender', 'silent', { ...over, failure: 'timeout' });
    const silent = () => takeSilence(store.db, 'defender', 'silent', 5);
    const minutesPass = () =>
      sql`update feeds set failing_since = failing_since - interval '6 minutes'`.execute(store.db);
    await fail();
    expect(await silent()).toBe(false);
    await minutesPass();
    await fail();
    expect([await silent(), await silent()]).toEqual([true, false]);
    await endTurn(store.db, 'defender', 'silent', over);
    await fail();
    await minutesPass();
    expect(await silent()).toBe(true);
  });

  it('keep their watermark when they are registered at the next start', async () => {
    const watermark = '2026-11-21T10:00:00.000Z';
    await registerFeed(store.db, 'defender', 'kept');
    await turn('kept');
    await endTurn(store.db, 'defender', 'kept', { ...over, watermark });
    await registerFeed(store.db, 'defender', 'kept');
    expect(await turn('kept')).toMatchObject({ watermark });
  });
});
