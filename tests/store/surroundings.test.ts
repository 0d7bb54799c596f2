import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { lookAround, nextIncidentId, type Subject } from '../../src/store/surroundings.ts';
import { defenderAlert, sentinelIncident } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

describe.each(databases)('what is known around an alert, on $name,', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  const subject = (sourceId: string, changes: Partial<Subject> = {}): Subject => {
    return { source: 'defender', sourceId, key: undefined, ...changes };
  };
  const closed = {
    type: 'closed',
    closing: { classification: 'undetermined', reason: undefined, comment: '' },
  } as const;

  it('is nothing at first, and a number for a new incident', async () => {
    const [around] = await lookAround(store.db, [subject('new')]);
    expect(around).toMatchObject({ knownDigest: undefined, container: undefined, alike: undefined });
    expect(around?.freeId).toBeGreaterThan(1_000);
    expect(await nextIncidentId(store.db)).toBeGreaterThan(around?.freeId ?? 0);
    expect(await lookAround(store.db, [])).toEqual([]);
  });

  it('is told of many at once, in their order, each with a number of its own', async () => {
    await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'known' }) });
    const ids = Array.from({ length: 20 }, (_, n) => `many-${n}`);
    const around = await lookAround(
      store.db,
      [...ids, 'known'].map((id) => subject(id)),
    );
    expect(around.map(({ knownDigest }) => knownDigest)).toEqual([...ids.map(() => undefined), 'digest']);
    expect(new Set(around.map(({ freeId }) => freeId)).size).toBe(21);
    expect(around.at(-1)?.freeId).toBe(0);
  });

  it('is by source: one id at two sources is two alerts', async () => {
    await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'twice' }) });
    const around = await lookAround(store.db, [subject('twice'), subject('twice', { source: 'watchfloor' })]);
    expect(around.map(({ knownDigest }) => knownDigest)).toEqual(['digest', undefined]);
  });

  it('is the open incident that tells the same story, as long as it is open', async () => {
    const alike = await storeIncident(store.db, { key: 's1|vm-1|shell' });
    const look = async () => (await lookAround(store.db, [subject('other', { key: 's1|vm-1|shell' })]))[0];
    expect(await look()).toMatchObject({ alike: { id: alike.id, version: 1 }, freeId: 0 });
    await appendTo(store.db, alike, closed);
    const after = await look();
    expect(after?.alike).toBeUndefined();
    expect(after?.freeId).toBeGreaterThan(0);
  });

  it('is one number for several that tell one new story: the first opens it, the others join', async () => {
    const key = 's1|vm-2|shell';
    const around = await lookAround(store.db, [
      subject('first', { key }),
      subject('second', { key }),
      subject('third', { key: 's1|vm-3|shell' }),
    ]);
    expect(around.map(({ freeId }) => freeId > 0)).toEqual([true, false, true]);
  });

  it('is the open Sentinel incident that contains it, the newest of several', async () => {
    const holding = (sourceId: string) =>
      storeIncident(store.db, { alert: sentinelIncident({ sourceId, contains: ['held-1', 'held-2'] }) });
    await holding('older');
    const whole = await holding('newer');
    const look = async () =>
      (
        await lookAround(
          store.db,
          ['held-2', 'held-3'].map((id) => subject(id)),
        )
      ).map(({ container }) => container?.id);
    expect(await look()).toEqual([whole.id, undefined]);
    await appendTo(store.db, whole, closed);
    expect((await look())[0]).toBeLessThan(whole.id);
  });

  it('is nothing more for an alert that is known: it has its place', async () => {
    await storeIncident(store.db, {
      alert: defenderAlert({ sourceId: 'placed' }),
      key: 's1|vm-4|shell',
    });
    await storeIncident(store.db, { alert: sentinelIncident({ sourceId: 'whole', contains: ['placed'] }) });
    expect(await lookAround(store.db, [subject('placed', { key: 's1|vm-4|shell' })])).toEqual([
      { knownDigest: 'digest', container: undefined, alike: undefined, freeId: 0 },
    ]);
  });
});
