import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { endAllTurns, endTurn, registerFeed, takeTurn } from '../../src/store/feeds.ts';
import { databases } from '../support/databases.ts';
import { openStore } from './open.ts';

describe.each(databases)('feeds on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  const turn = (feed: string) => takeTurn(store.db, 'defender', feed, 60);
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

  it('that a killed sole owner was polling are taken up at once', async () => {
    await registerFeed(store.db, 'defender', 'killed');
    await turn('killed');
    await endAllTurns(store.db);
    expect(await turn('killed')).toBeDefined();
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
