import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import stringify from 'safe-stable-stringify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stanceOf } from '../../src/incident/stance.ts';
import {
  addAlert,
  countOthersOpen,
  openIncidentContaining,
  openIncidentsHolding,
} from '../../src/store/alerts.ts';
import type { Database } from '../../src/store/database.ts';
import { findOpenByKey, listOpen, readIncident, VersionConflict } from '../../src/store/incidents.ts';
import { adam, defenderAlert, handled, owner, priya, sentinelIncident } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, readEvents, storeIncident } from './open.ts';

describe.each(databases)('incidents on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  it('refuse what was decided on an older version, and keep what was decided since', async () => {
    const opened = await storeIncident(store.db);
    await appendTo(store.db, opened, { type: 'acknowledged' });
    await expect(appendTo(store.db, opened, { type: 'assigned', owner: owner(adam) })).rejects.toBeInstanceOf(
      VersionConflict,
    );
    const stored = await readIncident(store.db, opened.id);
    expect(stored?.incident).toMatchObject({ version: 2, status: 'active' });
    expect(stored?.incident.owner).toBeUndefined();
    expect(await readEvents(store.db, opened.id)).toHaveLength(2);
  });

  it('let one of two racing writers win', async () => {
    const opened = await storeIncident(store.db);
    const race = await Promise.allSettled(
      [adam, priya].map((person) =>
        appendTo(store.db, opened, { type: 'assigned', owner: owner(person) }, { type: 'acknowledged' }),
      ),
    );
    expect(race.map((run) => run.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await readIncident(store.db, opened.id))?.incident.version).toBe(3);
  });

  it('tell their story as it was written', async () => {
    const alert = defenderAlert({ sourceId: 'story', title: 'наслідок 😀 <b>&amp;</b>' });
    const opened = await storeIncident(store.db, { alert });
    await appendTo(store.db, opened, { type: 'commented', text: 'line 1\nline "2"' });
    expect(await readEvents(store.db, opened.id)).toMatchObject([
      { type: 'opened', alert: { title: 'наслідок 😀 <b>&amp;</b>' } },
      { type: 'commented', text: 'line 1\nline "2"', by: { kind: 'bot' }, at: '2026-11-21T10:00:00.000Z' },
    ]);
  });

  it.each([
    { what: 'changed', statement: sql`update incident_events set type = 'reopened'` },
    { what: 'deleted', statement: sql`delete from incident_events` },
    { what: 'truncated', statement: sql`truncate incident_events` },
  ])('have events that cannot be $what', async ({ statement }) => {
    const { id } = await storeIncident(store.db);
    await expect(statement.execute(store.db)).rejects.toThrow('incident_events is append-only');
    expect(await readEvents(store.db, id)).toHaveLength(1);
  });

  it('are chained by hash, so that a row changed behind the trigger shows', async () => {
    const opened = await storeIncident(store.db);
    await appendTo(
      store.db,
      opened,
      { type: 'acknowledged' },
      { type: 'assigned', owner: undefined },
      {
        type: 'closed',
        closing: { classification: 'true-positive', reason: 'suspicious-activity', comment: '' },
      },
    );
    expect(await firstBrokenLink(store, opened.id)).toBeUndefined();

    await behindTheTrigger(
      store,
      sql`
      update incident_events set data = jsonb_set(data, '{closing,classification}', '"false-positive"')
      where incident_id = ${opened.id} and version = 4`,
    );
    expect(await firstBrokenLink(store, opened.id)).toBe(4);

    await behindTheTrigger(
      store,
      sql`
      delete from incident_events where incident_id = ${opened.id} and version = 2`,
    );
    expect(await firstBrokenLink(store, opened.id)).toBe(3);
  });

  it('that tell one story are open only once', async () => {
    const first = await storeIncident(store.db, { key: 's1|vm-1|shell' });
    await expect(storeIncident(store.db, { key: 's1|vm-1|shell' })).rejects.toThrow('incidents_open_key');
    const found = await store.db.transaction().execute((trx) => findOpenByKey(trx, 's1|vm-1|shell'));
    expect(found?.id).toBe(first.id);

    await appendTo(store.db, first, {
      type: 'closed',
      closing: { classification: 'undetermined', reason: undefined, comment: '' },
    });
    const second = await storeIncident(store.db, { key: 's1|vm-1|shell' });
    expect(second.id).not.toBe(first.id);
  });

  it('are listed when open, most important first, of one owner or of nobody', async () => {
    const owned = await storeIncident(store.db, { priority: 900 });
    await appendTo(store.db, owned, { type: 'assigned', owner: { id: 'solo', name: 'Solo', upn: '' } });
    const urgent = await storeIncident(store.db, { priority: 1_000 });
    const { incidents, total } = await listOpen(store.db, { unowned: true, limit: 1 });
    expect(incidents.map((incident) => incident.id)).toEqual([urgent.id]);
    expect(total).toBeGreaterThan(1);
    expect(await listOpen(store.db, { ownerId: 'solo', limit: 10 })).toMatchObject({
      total: 1,
      incidents: [{ id: owned.id }],
    });
  });

  it('find each other through the alerts that a Sentinel incident contains', async () => {
    const part = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'held-1' }) });
    const whole = await storeIncident(store.db, {
      alert: sentinelIncident({ sourceId: 'whole', contains: ['held-1', 'held-2'] }),
    });
    await store.db.transaction().execute(async (trx) => {
      expect(await openIncidentsHolding(trx, ['held-1', 'held-2'])).toEqual([part.id]);
      expect(await openIncidentContaining(trx, 'held-2')).toBe(whole.id);
      expect(await openIncidentContaining(trx, 'held-3')).toBeUndefined();
    });
  });

  it('know how many of their other alerts are still open at the source', async () => {
    const incident = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'one' }) });
    const { id } = incident;
    const to = { incidentId: id, stance: stanceOf(incident), wantedVersion: 0 };
    await store.db.transaction().execute(async (trx) => {
      await addAlert(trx, defenderAlert({ sourceId: 'two' }), 'd', to);
      await addAlert(trx, handled(defenderAlert({ sourceId: 'three' }), { status: 'closed' }), 'd', to);
      expect(await countOthersOpen(trx, id, 'defender', 'one')).toBe(1);
    });
  });
});

/** Computes the chain anew from nothing but the rows; the version of the first that does not fit. */
async function firstBrokenLink({ db }: Database, incidentId: number): Promise<number | undefined> {
  const rows = await db
    .selectFrom('incident_events')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('version')
    .execute();
  let hash = '';
  for (const row of rows) {
    const { incident_id, version, at, actor, type, data } = row;
    const event = { incident_id, version, at: at.toISOString(), actor, type, data };
    hash = createHash('sha256').update(hash).update(stringify(event)).digest('hex');
    if (hash !== row.hash) return version;
  }
  const { state } = await db
    .selectFrom('incidents')
    .select('state')
    .where('id', '=', incidentId)
    .executeTakeFirstOrThrow();
  return state.head === hash ? undefined : (rows.at(-1)?.version ?? 0);
}

/** What only somebody who owns the tables can do. */
async function behindTheTrigger({ db }: Database, statement: ReturnType<typeof sql>): Promise<void> {
  await sql`alter table incident_events disable trigger incident_events_append_only`.execute(db);
  await statement.execute(db);
  await sql`alter table incident_events enable trigger incident_events_append_only`.execute(db);
}
