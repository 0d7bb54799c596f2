import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import stringify from 'safe-stable-stringify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stanceOf } from '../../src/incident/stance.ts';
import {
  alertsOf,
  countOthersOpen,
  idsOfOpenIncidentsHolding,
  knownDigests,
} from '../../src/store/alerts.ts';
import type { Database } from '../../src/store/database.ts';
import { addAlert, openDraft } from '../../src/store/draft.ts';
import { listOpen, readIncident, readMergedInto, redraw, releaseKey } from '../../src/store/incidents.ts';
import { Overtaken, save } from '../../src/store/save.ts';
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
      Overtaken,
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
    await expect(statement.execute(store.db)).rejects.toThrow(/is append-only|permission denied/);
    await expect(store.asOwner((db) => statement.execute(db))).rejects.toThrow(
      'incident_events is append-only',
    );
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
    const again = () => storeIncident(store.db, { key: 's1|vm-1|shell' });
    await expect(again()).rejects.toBeInstanceOf(Overtaken);
    await appendTo(store.db, first, {
      type: 'closed',
      closing: { classification: 'undetermined', reason: undefined, comment: '' },
    });
    const second = await again();
    expect(second.id).not.toBe(first.id);
    // The old one reopened tells its own story and clashes with none.
    const { incident } = (await readIncident(store.db, first.id)) ?? {};
    if (incident) await appendTo(store.db, incident, { type: 'reopened' });
    expect((await readIncident(store.db, first.id))?.incident.status).toBe('active');
  });

  it('let a new one tell the story once they have grown old, unless something joined meanwhile', async () => {
    const old = await storeIncident(store.db, { key: 's1|vm-2|shell' });
    await appendTo(store.db, old, { type: 'alert-joined', alert: defenderAlert() });
    await releaseKey(store.db, old);
    await expect(storeIncident(store.db, { key: 's1|vm-2|shell' })).rejects.toBeInstanceOf(Overtaken);
    const stored = await readIncident(store.db, old.id);
    if (stored) await releaseKey(store.db, stored.incident);
    expect((await storeIncident(store.db, { key: 's1|vm-2|shell' })).id).toBeGreaterThan(old.id);
  });

  it('are drawn anew where only the fate of a write back changed, and are the same incident', async () => {
    const places = [{ channel: 'slack', conversation: 'C0SOC' }];
    const { id, version } = await storeIncident(store.db, { places });
    const before = await readIncident(store.db, id);
    await redraw(store.db, [id]);
    const after = await readIncident(store.db, id);
    expect(after?.incident.version).toBe(version);
    expect(after?.revision).toBe((before?.revision ?? 0) + 1);
    const cards = await store.db
      .selectFrom('cards')
      .select(['part', 'wanted_revision'])
      .where('incident_id', '=', id)
      .orderBy('part')
      .execute();
    // Its log has nothing to tell of that.
    expect(cards).toEqual([
      { part: 'card', wanted_revision: after?.revision },
      { part: 'log', wanted_revision: 0 },
    ]);
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

  it('are found by the alerts they hold, oldest first, while they are open', async () => {
    const part = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'held-1' }) });
    const other = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'held-2' }) });
    const closed = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'held-3' }) });
    await storeIncident(store.db, { alert: sentinelIncident({ sourceId: 'held-4' }) });
    await appendTo(store.db, closed, {
      type: 'closed',
      closing: { classification: 'undetermined', reason: undefined, comment: '' },
    });
    const held = ['held-4', 'held-3', 'held-2', 'held-1'];
    expect(await idsOfOpenIncidentsHolding(store.db, held)).toEqual([part.id, other.id]);
    expect(await idsOfOpenIncidentsHolding(store.db, [])).toEqual([]);
  });

  it('know how many of their other alerts are still open at the source', async () => {
    const incident = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'one' }) });
    const draft = openDraft();
    const more = [
      defenderAlert({ sourceId: 'two' }),
      handled(defenderAlert({ sourceId: 'three' }), { status: 'closed' }),
    ];
    for (const alert of more) {
      const shown = {
        alert,
        digest: `digest of ${alert.sourceId}`,
        stance: stanceOf(incident),
        observedAt: undefined,
      };
      addAlert(draft, shown, { incidentId: incident.id, wantedVersion: 0 });
    }
    await save(store.db, draft);
    expect(await countOthersOpen(store.db, incident.id, 'defender', 'one')).toBe(1);
    expect((await alertsOf(store.db, incident.id)).map(({ sourceId }) => sourceId)).toEqual([
      'one',
      'three',
      'two',
    ]);
    expect(await knownDigests(store.db, 'defender', ['two', 'four'])).toEqual(
      new Map([['two', 'digest of two']]),
    );
  });

  it('are found by what they were merged into', async () => {
    const [whole, part, later, other] = [
      await storeIncident(store.db),
      await storeIncident(store.db),
      await storeIncident(store.db),
      await storeIncident(store.db),
    ];
    await appendTo(store.db, part, { type: 'merged', into: whole.id });
    await appendTo(store.db, later, { type: 'merged', into: part.id });
    const found = async (...ids: number[]) => (await readMergedInto(store.db, ids)).map(({ id }) => id);
    expect(await found(whole.id)).toEqual([part.id]);
    expect(await found(whole.id, part.id)).toEqual([part.id, later.id]);
    expect(await found(other.id)).toEqual([]);
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
async function behindTheTrigger(store: Database, statement: ReturnType<typeof sql>): Promise<void> {
  await store.asOwner(async (db) => {
    await sql`alter table incident_events disable trigger incident_events_append_only`.execute(db);
    await statement.execute(db);
    await sql`alter table incident_events enable trigger incident_events_append_only`.execute(db);
  });
}
