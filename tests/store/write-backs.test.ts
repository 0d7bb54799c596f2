import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/incident/alert.ts';
import { stanceOf } from '../../src/incident/stance.ts';
import { findAlert } from '../../src/store/alerts.ts';
import type { Database } from '../../src/store/database.ts';
import { changeAlert, openDraft } from '../../src/store/draft.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { save } from '../../src/store/save.ts';
import {
  claimUnwritten,
  keepWriting,
  recordWriteFailure,
  retryWriting,
} from '../../src/store/write-backs.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

describe.each(databases)('writing back on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  // What one test left to be written is no business of the next.
  beforeEach(() => sql`delete from alerts`.execute(store.db));
  afterAll(() => store.close());

  async function decided(sourceId: string, priority = 4) {
    const alert = defenderAlert({ sourceId });
    const opened = await storeIncident(store.db, { alert, priority });
    const incident = await appendTo(store.db, opened, { type: 'acknowledged' });
    // `appendTo` gives every incident the same priority.
    await sql`update incidents set priority = ${priority} where id = ${incident.id}`.execute(store.db);
    return { alert, opened, incident };
  }

  const claim = (limit = 10, leaseSeconds = 60) =>
    claimUnwritten(store.db, { limit, leaseSeconds, replica: 7 });

  async function written(alert: Alert, incidentId: number, version: number, shown = {}) {
    const draft = openDraft();
    changeAlert(draft, alert, incidentId, { writtenVersion: version, ...shown });
    await save(store.db, draft);
  }

  const fail = (alert: Alert, pauseSeconds: number | undefined = 0) =>
    store.db.transaction().execute((trx) => recordWriteFailure(trx, alert, { reason: 'auth', pauseSeconds }));

  it('is due once people decided something, and not before', async () => {
    const { opened } = await decided('due');
    await storeIncident(store.db);
    expect(await claim()).toMatchObject([
      {
        alert: { sourceId: 'due' },
        incident: { id: opened.id, status: 'active' },
        held: { status: 'new' },
        attempts: 0,
        failedBefore: false,
      },
    ]);
  });

  it('is done by one of ten who look at the same time', async () => {
    for (const id of ['a', 'b', 'c']) await decided(`ten-${id}`);
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(1)));
    expect(
      claims
        .flat()
        .map(({ alert }) => alert.sourceId)
        .sort(),
    ).toEqual(['ten-a', 'ten-b', 'ten-c']);
    expect(await claim()).toEqual([]);
  });

  it('begins with the most important incident', async () => {
    await decided('minor', 4);
    await decided('major', 24);
    expect(await claim(1)).toMatchObject([{ alert: { sourceId: 'major' } }]);
    expect(await claim(1)).toMatchObject([{ alert: { sourceId: 'minor' } }]);
  });

  it('that is done keeps how the source shows the alert now', async () => {
    const { alert, incident } = await decided('done');
    await claim();
    await written(alert, incident.id, incident.version, {
      shown: {
        alert: { ...alert, etag: '"2"' },
        digest: 'new',
        stance: stanceOf(incident),
        observedAt: undefined,
      },
    });
    expect(await claim()).toEqual([]);
    const known = await findAlert(store.db, 'defender', 'done');
    expect(known).toMatchObject({ digest: 'new', body: { etag: '"2"' }, writingSince: undefined });
    expect(known?.writtenAt).toBeDefined();
  });

  it('is due again, and only then, where somebody decided more while it was under way', async () => {
    const { alert, incident } = await decided('overtaken');
    await claim();
    await appendTo(store.db, incident, { type: 'commented', text: 'one more' });
    // Two writes of one alert could overtake each other.
    expect(await claim()).toEqual([]);
    await written(alert, incident.id, incident.version);
    expect(await claim()).toMatchObject([{ incident: { version: incident.version + 1 } }]);
  });

  it('that failed shows on the incident until it succeeds, and is news only once', async () => {
    const { alert, incident } = await decided('failing');
    expect(await fail(alert)).toBe(true);
    expect(await fail(alert)).toBe(false);
    expect((await readIncident(store.db, incident.id))?.failures).toEqual([
      { source: 'defender', reason: 'auth' },
    ]);
    expect(await claim()).toMatchObject([{ attempts: 2, failedBefore: true }]);
    await written(alert, incident.id, incident.version);
    expect((await readIncident(store.db, incident.id))?.failures).toEqual([]);
  });

  it('that failed is tried again after its pause, or at once when somebody asks or decides more', async () => {
    const { alert, incident } = await decided('paused');
    await claim();
    await fail(alert, 60);
    expect(await claim()).toEqual([]);
    await retryWriting(store.db, incident.id);
    expect(await claim()).toMatchObject([{ attempts: 0, failedBefore: true }]);
    await fail(alert, 60);
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    expect(await claim()).toHaveLength(1);
  });

  it('that was given up is not tried by itself, but when somebody asks', async () => {
    const { alert, incident } = await decided('hopeless');
    await claim();
    await store.db
      .transaction()
      .execute((trx) => recordWriteFailure(trx, alert, { reason: 'rejected', pauseSeconds: undefined }));
    expect(await claim()).toEqual([]);
    await retryWriting(store.db, incident.id);
    expect(await claim()).toHaveLength(1);
  });

  it('is not begun a second time by somebody who asks while it is under way', async () => {
    const { incident } = await decided('asked');
    await claim();
    await retryWriting(store.db, incident.id);
    expect(await claim()).toEqual([]);
  });

  it('whose writer is gone is claimed again after the lease, unless it was kept', async () => {
    const { alert } = await decided('lost');
    await claim(1, 0);
    expect(await claim(1, 0)).toMatchObject([{ alert: { sourceId: 'lost' } }]);
    await keepWriting(store.db, alert, 60);
    expect(await claim()).toEqual([]);
  });
});
