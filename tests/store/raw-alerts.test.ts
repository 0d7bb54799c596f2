import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { openDraft } from '../../src/store/draft.ts';
import {
  acceptRaw,
  digestOf,
  findWaiting,
  forgetOld,
  hashOf,
  type Incoming,
  listRefused,
  markRefused,
  polled,
  stillWaiting,
  takeApart,
} from '../../src/store/raw-alerts.ts';
import { save } from '../../src/store/save.ts';
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
      bodies.map((body) => polled('defender', body, undefined)),
    );
  const waiting = async () =>
    (await findWaiting(store.db, 100, 0)).map((raw) => ({ ...raw, body: JSON.parse(raw.body) }));
  const take = async () => {
    const draft = { ...openDraft(), taken: (await waiting()).map((raw) => raw.id) };
    await save(store.db, draft);
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
      { id: raw?.id, source: 'defender', reason: 'properties: missing' },
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
    await forgetOld(store.db, { rawDays: 7, refusedDays: 90 });
    expect(await listRefused(store.db, 10)).toHaveLength(1);
    expect((await waiting()).map((one) => one.body)).toEqual([{ n: 'waiting' }]);
    const left = await store.db.selectFrom('raw_alerts').select('id').execute();
    expect(left).toHaveLength(2);
  });

  it('is left to whoever accepted it, until that is a while ago', async () => {
    const [raw] = await accept({ n: 1 });
    expect(await findWaiting(store.db, 10, 60)).toEqual([]);
    await sql`update raw_alerts set received_at = now() - interval '2 minutes'`.execute(store.db);
    expect(await findWaiting(store.db, 10, 60)).toMatchObject([{ id: raw?.id }]);
  });

  it('is told of by whoever accepts it: what is new, in its order', async () => {
    await accept({ n: 2 });
    const news = await accept({ n: 3 }, { n: 2 }, { n: 1 }, { n: 3 });
    expect(news.map((raw) => raw.body)).toEqual(['{"n":3}', '{"n":1}']);
    expect(await stillWaiting(store.db, [...news.map((raw) => raw.id), 0])).toEqual(
      new Set(news.map((raw) => raw.id)),
    );
    await take();
    expect(
      await stillWaiting(
        store.db,
        news.map((raw) => raw.id),
      ),
    ).toEqual(new Set());
  });

  const push = (text: string): Incoming => {
    return {
      source: 'defender',
      via: 'push',
      body: text,
      digest: hashOf(text),
      observedAt: undefined,
      trace: '00-aa-bb-01',
    };
  };

  it('is one push for ever where the very same bytes come again', async () => {
    expect(await acceptRaw(store.db, [push('{"n":1}'), push('{"n":1}')])).toHaveLength(1);
    await take();
    expect(await acceptRaw(store.db, [push('{"n":1}'), push('{"n": 1}')])).toMatchObject([
      { body: '{"n": 1}' },
    ]);
  });

  it('is one push where ten bring the same bytes at once', async () => {
    const stored = await Promise.all(
      Array.from({ length: 10 }, () => acceptRaw(store.db, [push('{"n":"ten"}')])),
    );
    expect(stored.flat()).toHaveLength(1);
  });

  it('comes apart into its alerts, which wait in the place of the push', async () => {
    const [whole] = await acceptRaw(store.db, [push('[{"n":1},{"n":2}]')]);
    if (!whole) throw new Error('The push was not stored.');
    const parts = await store.db.transaction().execute((trx) => takeApart(trx, whole, [{ n: 1 }, { n: 2 }]));
    expect(parts).toMatchObject([
      { via: 'part', body: '{"n":1}', trace: whole.trace },
      { via: 'part', body: '{"n":2}', trace: whole.trace },
    ]);
    expect((await waiting()).map((raw) => raw.id)).toEqual(parts.map((raw) => raw.id));
  });

  it('keeps what a source was asked and when, where it was asked', async () => {
    const at = '2026-11-21T10:00:00.000Z';
    await acceptRaw(store.db, [polled('sentinel', { n: 1 }, at)]);
    expect(await waiting()).toMatchObject([{ source: 'sentinel', via: 'poll', observedAt: at }]);
  });
});
