import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stanceOf } from '../../src/incident/stance.ts';
import { findAlert, saveShown } from '../../src/store/alerts.ts';
import type { Database } from '../../src/store/database.ts';
import { readIncident } from '../../src/store/incidents.ts';
import {
  incidentsUnwritten,
  listUnwritten,
  recordWriteFailure,
  recordWritten,
} from '../../src/store/write-backs.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

describe.each(databases)('writing back on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  async function decided(sourceId: string) {
    const alert = defenderAlert({ sourceId });
    const opened = await storeIncident(store.db, { alert });
    return { alert, opened, incident: await appendTo(store.db, opened, { type: 'acknowledged' }) };
  }

  it('is due once people decided something, and not before', async () => {
    const { opened } = await decided('due');
    expect(await listUnwritten(store.db, opened.id)).toMatchObject([
      { alert: { sourceId: 'due' }, incident: { status: 'active' }, failedBefore: false },
    ]);
  });

  it('that is done keeps how the source shows the alert now', async () => {
    const { alert, incident } = await decided('done');
    await store.db.transaction().execute(async (trx) => {
      await saveShown(trx, { ...alert, etag: '"2"' }, 'new', stanceOf(incident));
      await recordWritten(trx, alert, incident.version);
    });
    expect(await listUnwritten(store.db, incident.id)).toEqual([]);
    const known = await findAlert(store.db, 'defender', 'done');
    expect(known).toMatchObject({ digest: 'new', body: { etag: '"2"' } });
    expect(known?.writtenAt).toBeDefined();
  });

  it('is still due where somebody decided more while it was under way', async () => {
    const { alert, incident } = await decided('overtaken');
    await appendTo(store.db, incident, { type: 'commented', text: 'one more' });
    await store.db.transaction().execute((trx) => recordWritten(trx, alert, incident.version));
    expect(await listUnwritten(store.db, incident.id)).toHaveLength(1);
  });

  it('that failed shows on the incident until it succeeds, and is news only once', async () => {
    const { alert, incident } = await decided('failing');
    const fail = () =>
      store.db.transaction().execute((trx) => recordWriteFailure(trx, 'defender', 'failing', 'auth'));
    expect(await fail()).toBe(true);
    expect(await fail()).toBe(false);
    expect((await readIncident(store.db, incident.id))?.failures).toEqual([
      { source: 'defender', reason: 'auth' },
    ]);
    expect(await listUnwritten(store.db, incident.id)).toMatchObject([{ failedBefore: true }]);
    await store.db.transaction().execute((trx) => recordWritten(trx, alert, incident.version));
    expect((await readIncident(store.db, incident.id))?.failures).toEqual([]);
  });

  it('whose doorbell was lost is found by the sweep after a minute', async () => {
    const { incident } = await decided('lost');
    expect(await incidentsUnwritten(store.db, 100)).not.toContain(incident.id);
    await sql`update incidents set updated_at = now() - interval '2 minutes' where id = ${incident.id}`.execute(
      store.db,
    );
    expect(await incidentsUnwritten(store.db, 100)).toContain(incident.id);
  });
});
