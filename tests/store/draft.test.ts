import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/incident/alert.ts';
import { emptyIncident, type Incident } from '../../src/incident/incident.ts';
import { stanceOf } from '../../src/incident/stance.ts';
import { alertsOf, findAlert } from '../../src/store/alerts.ts';
import { claimCards } from '../../src/store/cards.ts';
import type { Database } from '../../src/store/database.ts';
import {
  addAlert,
  append,
  changeAlert,
  type Draft,
  drafted,
  moveAlerts,
  openDraft,
  setAlone,
  showIn,
} from '../../src/store/draft.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { acceptRaw, polled, stillWaiting } from '../../src/store/raw-alerts.ts';
import { Overtaken, save } from '../../src/store/save.ts';
import { nextIncidentId } from '../../src/store/surroundings.ts';
import { claimUnwritten } from '../../src/store/write-backs.ts';
import { adam, defenderAlert, owner, priya } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, events, openStore, readEvents, storeIncident } from './open.ts';

const soc = { channel: 'slack', conversation: 'C0SOC' };
const forUs = { priorityOf: () => 4, forSources: false };
const forAll = { priorityOf: () => 4, forSources: true };

describe.each(databases)('a draft on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  // What one test left to be written is no business of the next.
  beforeEach(() => sql`delete from alerts`.execute(store.db));
  afterAll(() => store.close());

  const note = (text: string) => events({ type: 'commented', text });
  const versionOf = async (id: number) => (await readIncident(store.db, id))?.incident.version;

  async function claimWrites() {
    const claimed = await claimUnwritten(store.db, { limit: 100, leaseSeconds: 60, replica: 7 });
    return claimed.map(({ alert, incident }) => `${alert.sourceId} of ${incident.id}`);
  }

  function alertIn(draft: Draft, alert: Alert, incident: Incident, wantedVersion = 0): void {
    const shown = { alert, digest: 'digest', stance: stanceOf(incident), observedAt: undefined };
    addAlert(draft, shown, { incidentId: incident.id, wantedVersion });
  }

  it('that says nothing saves nothing', async () => {
    await expect(save(store.db, openDraft())).resolves.toBeUndefined();
  });

  it('saves an incident with its events, alert, card and what was taken in', async () => {
    const alert = defenderAlert({ sourceId: 'whole' });
    const [raw] = await acceptRaw(store.db, [polled('defender', { n: 'whole' }, undefined)]);
    const draft = openDraft('00-trace-of-it-01');
    const opened = append(
      draft,
      emptyIncident(await nextIncidentId(store.db)),
      events({ type: 'opened', alert }),
      forUs,
    );
    expect(drafted(draft, opened.id)).toEqual(opened);
    alertIn(draft, alert, opened);
    showIn(draft, opened.id, [soc], { since: '2026-11-21T10:00:00.000Z' });
    draft.taken.push(raw?.id ?? 0);
    await save(store.db, draft);

    expect(await readEvents(store.db, opened.id)).toMatchObject([{ type: 'opened' }]);
    expect(await alertsOf(store.db, opened.id)).toMatchObject([{ sourceId: 'whole' }]);
    expect(await stillWaiting(store.db, draft.taken)).toEqual(new Set());
    const [card] = await claimCards(store.db, { limit: 1, leaseSeconds: 0, replica: 7 });
    expect(card).toMatchObject({
      incidentId: opened.id,
      ...soc,
      behindSince: '2026-11-21T10:00:00.000Z',
      trace: '00-trace-of-it-01',
    });
  });

  it('saves nothing where one of its three incidents was overtaken', async () => {
    const three = [];
    for (let n = 0; n < 3; n += 1) three.push(await storeIncident(store.db));
    const [first, second, third] = three as [Incident, Incident, Incident];
    const [raw] = await acceptRaw(store.db, [polled('defender', { n: 'three' }, undefined)]);
    const draft = openDraft();
    for (const incident of three) append(draft, incident, note('mine'), forAll);
    alertIn(draft, defenderAlert({ sourceId: 'three' }), first);
    showIn(draft, first.id, [{ ...soc, conversation: 'C0THREE' }]);
    draft.taken.push(raw?.id ?? 0);
    await appendTo(store.db, second, { type: 'acknowledged' });

    await expect(save(store.db, draft)).rejects.toBeInstanceOf(Overtaken);
    expect(await Promise.all([first, second, third].map(({ id }) => versionOf(id)))).toEqual([1, 2, 1]);
    for (const { id } of [first, third]) expect(await readEvents(store.db, id)).toHaveLength(1);
    expect(await findAlert(store.db, 'defender', 'three')).toBeUndefined();
    expect(await stillWaiting(store.db, draft.taken)).toEqual(new Set(draft.taken));
    const rooms = await store.db.selectFrom('conversations').select('id').execute();
    expect(rooms.map(({ id }) => id)).not.toContain('C0THREE');
  });

  it('saves nothing where somebody else stored the same alert', async () => {
    await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'same' }) });
    await expect(
      storeIncident(store.db, { alert: defenderAlert({ sourceId: 'same' }) }),
    ).rejects.toBeInstanceOf(Overtaken);
    const { rows } = await sql<{ n: number }>`
      select count(*)::integer as n from incident_events where data -> 'alert' ->> 'sourceId' = 'same'`.execute(
      store.db,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('saves nothing where somebody else took in the same raw alert', async () => {
    const [raw] = await acceptRaw(store.db, [polled('defender', { n: 'taken' }, undefined)]);
    const taken = [raw?.id ?? 0];
    const opened = await storeIncident(store.db);
    await save(store.db, { ...openDraft(), taken });
    const draft = { ...openDraft(), taken };
    append(draft, opened, note('late'), forUs);
    await expect(save(store.db, draft)).rejects.toBeInstanceOf(Overtaken);
    expect(await versionOf(opened.id)).toBe(1);
  });

  it('wins or is told that it was overtaken, where two are saved at once', async () => {
    const opened = await storeIncident(store.db);
    const race = [adam, priya].map(async (person) => {
      const draft = openDraft();
      append(draft, opened, events({ type: 'assigned', owner: owner(person) }), forUs);
      await save(store.db, draft);
      return person.name;
    });
    const [a, b] = await Promise.allSettled(race);
    const won = [a, b].find((one) => one?.status === 'fulfilled');
    const lost = [a, b].find((one) => one?.status === 'rejected');
    expect(lost).toMatchObject({ reason: { name: 'Overtaken' } });
    const stored = await readIncident(store.db, opened.id);
    expect(stored?.incident).toMatchObject({ version: 2, owner: { name: won?.value } });
    expect(await readEvents(store.db, opened.id)).toHaveLength(2);
  });

  it('tells of faults of the database as what they are', async () => {
    const opened = await storeIncident(store.db);
    const draft = openDraft();
    append(draft, { ...opened, version: 2 ** 31 }, note('too many'), forUs);
    await expect(save(store.db, draft)).rejects.not.toBeInstanceOf(Overtaken);
  });

  it('takes several changes of one incident as one', async () => {
    const opened = await storeIncident(store.db);
    const draft = openDraft();
    const once = append(draft, opened, note('one'), forUs);
    append(draft, once, note('two'), forUs);
    await save(store.db, draft);
    expect(await readIncident(store.db, opened.id)).toMatchObject({
      incident: { version: 3 },
      revision: 2,
    });
    expect(await readEvents(store.db, opened.id)).toMatchObject([
      { type: 'opened' },
      { text: 'one' },
      { text: 'two' },
    ]);
  });

  it('makes one card and one log a place, however often it is shown there', async () => {
    const opened = await storeIncident(store.db, { places: [soc, soc] });
    const draft = openDraft();
    append(draft, opened, note('again'), forUs);
    const cloud = { channel: 'teams', conversation: '19:cloud@thread.tacv2' };
    showIn(draft, opened.id, [soc]);
    showIn(draft, opened.id, [cloud, cloud]);
    await save(store.db, draft);
    const cards = await store.db
      .selectFrom('cards')
      .select(['channel', 'part', 'wanted_revision'])
      .where('incident_id', '=', opened.id)
      .orderBy('channel')
      .orderBy('part')
      .execute();
    expect(cards).toEqual(
      ['slack', 'teams'].flatMap((channel) =>
        ['card', 'log'].map((part) => ({ channel, part, wanted_revision: 2 })),
      ),
    );
  });

  it('refuses to show what it does not change', () => {
    expect(() => showIn(openDraft(), 7, [soc])).toThrow('Incident 7 is shown without being changed.');
    expect(() => setAlone(openDraft(), 7)).not.toThrow();
  });

  it('asks every source of the incident to hold what people decided, and none for what alerts do', async () => {
    const opened = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'old' }) });
    const draft = openDraft();
    const joined = append(
      draft,
      opened,
      events({ type: 'alert-joined', alert: defenderAlert({ sourceId: 'new' }) }),
      forUs,
    );
    alertIn(draft, defenderAlert({ sourceId: 'new' }), joined);
    await save(store.db, draft);
    expect(await claimWrites()).toEqual([]);

    await appendTo(store.db, joined, { type: 'acknowledged' });
    expect((await claimWrites()).sort()).toEqual([`new of ${opened.id}`, `old of ${opened.id}`]);
  });

  it('asks also the source of an alert that came in the same draft, in either order', async () => {
    for (const first of ['alert', 'deed']) {
      const opened = await storeIncident(store.db);
      const draft = openDraft();
      const alert = defenderAlert({ sourceId: `${first} first` });
      let incident = append(draft, opened, events({ type: 'alert-joined', alert }), forUs);
      if (first === 'alert') alertIn(draft, alert, incident);
      incident = append(draft, incident, events({ type: 'acknowledged' }), forAll);
      if (first === 'deed') alertIn(draft, alert, incident, incident.version);
      await save(store.db, draft);
      expect(await claimWrites()).toContain(`${first} first of ${opened.id}`);
    }
  });

  it('keeps one write of an alert at a time, whatever is decided while it is under way', async () => {
    const alert = defenderAlert({ sourceId: 'busy' });
    const opened = await storeIncident(store.db, { alert });
    const taken = await appendTo(store.db, opened, { type: 'acknowledged' });
    expect(await claimWrites()).toEqual([`busy of ${opened.id}`]);

    // Somebody comments, and the source shows a change of its own, both while it is being written to.
    const commented = await appendTo(store.db, taken, { type: 'commented', text: 'meanwhile' });
    const seen = openDraft();
    const after = append(seen, commented, events({ type: 'assigned', owner: owner(adam) }), forAll);
    const shown = { alert, digest: 'seen', stance: stanceOf(after), observedAt: undefined };
    changeAlert(seen, alert, opened.id, { shown });
    await save(store.db, seen);
    expect(await claimWrites()).toEqual([]);
    const busy = await findAlert(store.db, 'defender', 'busy');
    expect(busy).toMatchObject({ digest: 'seen' });
    expect(busy?.writingSince).toBeDefined();

    const written = openDraft();
    changeAlert(written, alert, opened.id, { writtenVersion: taken.version });
    await save(store.db, written);
    expect(await claimWrites()).toEqual([`busy of ${opened.id}`]);
  });

  it('moves the alerts of a merged incident, whose sources must hold the whole from now on', async () => {
    const part = await storeIncident(store.db, { alert: defenderAlert({ sourceId: 'part' }) });
    const whole = await storeIncident(store.db);
    await merge(part, whole);
    expect(await alertsOf(store.db, part.id)).toEqual([]);
    expect((await findAlert(store.db, 'defender', 'part'))?.incidentId).toBe(whole.id);
    expect(await claimWrites()).toContain(`part of ${whole.id}`);
  });

  it('moves an alert that is being written to, and lets that write end first', async () => {
    const alert = defenderAlert({ sourceId: 'moving' });
    const part = await storeIncident(store.db, { alert });
    const taken = await appendTo(store.db, part, { type: 'acknowledged' });
    const whole = await storeIncident(store.db);
    expect(await claimWrites()).toContain(`moving of ${part.id}`);
    await merge(taken, whole);
    expect(await claimWrites()).toEqual([]);

    // What was written is what the merged incident said.
    const written = openDraft();
    changeAlert(written, alert, whole.id, { writtenVersion: 0 });
    await save(store.db, written);
    expect(await claimWrites()).toContain(`moving of ${whole.id}`);
  });

  it('is overtaken where the alert that it changes was moved to another incident meanwhile', async () => {
    const alert = defenderAlert({ sourceId: 'moved away' });
    const part = await storeIncident(store.db, { alert });
    const whole = await storeIncident(store.db);
    const written = openDraft();
    changeAlert(written, alert, part.id, { writtenVersion: 100 });
    await merge(part, whole);
    await expect(save(store.db, written)).rejects.toBeInstanceOf(Overtaken);
    expect(await claimWrites()).toContain(`moved away of ${whole.id}`);
  });

  async function merge(part: Incident, whole: Incident): Promise<void> {
    const draft = openDraft();
    append(draft, part, events({ type: 'merged', into: whole.id }), forUs);
    for (const alert of await alertsOf(store.db, part.id)) {
      append(draft, drafted(draft, whole.id) ?? whole, events({ type: 'alert-joined', alert }), forUs);
    }
    moveAlerts(draft, part.id, whole.id);
    await save(store.db, draft);
  }
});
