import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/incident/run.ts';
import { begin, looked, newRun, succeeded } from '../../src/incident/run-course.ts';
import { approve, breakGlass, review } from '../../src/incident/run-decisions.ts';
import { isAnythingPast } from '../../src/store/archive.ts';
import type { Database } from '../../src/store/database.ts';
import { freeLeases } from '../../src/store/replica.ts';
import {
  addRunPlaces,
  claimRunMessages,
  giveUpRunMessage,
  markRunMessages,
  postponeRunMessage,
  type RunPlace,
  recordRunMessage,
} from '../../src/store/run-messages.ts';
import {
  claimRuns,
  insertRun,
  listRuns,
  nextRunNumber,
  readRun,
  releaseRun,
  updateRun,
} from '../../src/store/runs.ts';
import { Overtaken } from '../../src/store/save.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

const at = '2026-11-29T02:00:00.000Z';
const adam = { id: 'adam', name: 'Adam Keller', upn: 'adam@contoso.com' };
const olivia = { id: 'olivia', name: 'Olivia Marsh', upn: 'olivia@contoso.com' };
const lena = { id: 'lena', name: 'Lena Fischer', upn: 'lena@contoso.com' };
const room: RunPlace = {
  channel: 'slack',
  place: 'C0SOC',
  isDirect: false,
  inThread: true,
  personId: undefined,
};
const ref = { conversation: 'C0SOC', message: '1700000000.000100' };

describe.each(databases)('runs on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  // What one test left to be done is no business of the next.
  beforeEach(() => sql`delete from runs`.execute(store.db));
  afterAll(() => store.close());

  async function stored(
    change: (run: Run) => Run = (run) => run,
    { isDue }: { isDue: boolean } = { isDue: true },
  ) {
    const incident = await storeIncident(store.db);
    const run = change(
      newRun({
        id: randomUUID(),
        number: await nextRunNumber(store.db),
        incident: incident.id,
        play: {
          title: 'Isolate a machine',
          risk: 'high',
          effect: 'It reaches nothing.',
          reverse: { title: 'Release', effect: 'It is back.' },
        },
        order: {
          play: 'isolate-machine',
          target: { kind: 'machine', name: 'vm-pay-web-01', resourceId: '' },
          parameters: {},
          minutes: 240,
        },
        reason: '',
        requestedBy: { kind: 'person', ...adam },
        requestedAt: at,
        need: 'peer',
        because: 'high risk',
        decideBy: '2026-11-29T02:30:00.000Z',
      }),
    );
    await insertRun(store.db, run, { nextAt: isDue ? at : undefined, trace: undefined });
    return { run, incident };
  }
  const seen = (run: Run) => looked(run, { facts: [], warning: '', memory: undefined });
  const stands = (run: Run) => {
    const yes = approve(seen(run), { by: olivia, at, hash: run.hash, asLead: false });
    return succeeded(begin(yes, at), { says: 'Isolated.', outputs: [], memory: undefined }, at);
  };
  const claim = (by = at, replica = 7, leaseSeconds = 60) =>
    claimRuns(store.db, { limit: 10, leaseSeconds, replica, by });

  it('are gone on with by one replica at a time, once it is their time', async () => {
    const { run } = await stored();
    expect(await claim('2026-11-29T01:59:59.999Z')).toEqual([]);
    expect(await claim()).toMatchObject([{ run: { id: run.id } }]);
    expect(await claim(at, 8)).toEqual([]);
    await releaseRun(store.db, run.id, 8);
    expect(await claim(at, 8)).toEqual([]);
    await releaseRun(store.db, run.id, 7);
    expect(await claim(at, 8)).toHaveLength(1);
  });

  it('do not wait for one that takes long', async () => {
    const { run: slow } = await stored();
    await claim();
    await store.db.transaction().execute((trx) => updateRun(trx, { ...slow, version: 2 }, 1, at));
    const { run: other } = await stored();
    expect((await claim()).map(({ run }) => run.id)).toEqual([other.id]);
  });

  it('are free again where their replica is gone', async () => {
    await stored();
    await claim();
    await freeLeases(store.db, [7]);
    expect(await claim(at, 8)).toHaveLength(1);
  });

  it('are not touched where nothing is to be done about them', async () => {
    await stored(stands, { isDue: false });
    expect(await claim('2027-01-01T00:00:00.000Z')).toEqual([]);
  });

  it('are moved by whoever is first', async () => {
    const { run } = await stored();
    const next = { ...run, version: 2 };
    await store.db.transaction().execute((trx) => updateRun(trx, next, 1, undefined));
    await expect(
      store.db.transaction().execute((trx) => updateRun(trx, next, 1, undefined)),
    ).rejects.toBeInstanceOf(Overtaken);
    expect(await readRun(store.db, run.id)).toMatchObject({ version: 2 });
  });

  it('without approval are found until a lead has looked at them', async () => {
    const broken = (run: Run) => breakGlass(seen(run), adam, 'nobody answers', at);
    const { run } = await stored(broken);
    await stored((other) => review(broken(other), lena, 'right', at));
    await stored(stands);
    const found = await listRuns(store.db, { unreviewed: true, forPerson: 'lena', limit: 10 });
    expect(found.map(({ id }) => id)).toEqual([run.id]);
  });

  it('that stand, or are to be gone on with, keep their incident out of the archive', async () => {
    const { incident, run } = await stored(stands, { isDue: false });
    await appendTo(store.db, incident, {
      type: 'closed',
      closing: { classification: 'undetermined', reason: undefined, comment: '' },
    });
    await sql`update incidents set opened_at = now() - interval '2 days', updated_at = now() - interval '2 days'
      where id = ${incident.id}`.execute(store.db);
    await sql`update alerts set written_version = wanted_version where incident_id = ${incident.id}`.execute(
      store.db,
    );
    expect(await isAnythingPast(store.db, 1)).toBe(false);
    await sql`update runs set standing = false where id = ${run.id}`.execute(store.db);
    expect(await isAnythingPast(store.db, 1)).toBe(true);
    await sql`update runs set next_at = now() where id = ${run.id}`.execute(store.db);
    expect(await isAnythingPast(store.db, 1)).toBe(false);
  });

  describe('and their messages', () => {
    const place = (run: Run) => store.db.transaction().execute((trx) => addRunPlaces(trx, run.id, [room]));
    const mark = ({ id }: Run) => store.db.transaction().execute((trx) => markRunMessages(trx, id));
    const due = (replica = 7) => claimRunMessages(store.db, { limit: 10, leaseSeconds: 60, replica });

    it('are left to whoever is just posting one, whatever happens to the run meanwhile', async () => {
      const { run } = await stored();
      await place(run);
      const [mine] = await due();
      await mark(run);
      expect(await due(8)).toEqual([]);
      if (mine) await recordRunMessage(store.db, mine, ref);
      expect(await due(8)).toMatchObject([{ ref }]);
    });

    it('are not behind once they show the newest', async () => {
      const { run } = await stored();
      await place(run);
      await mark(run);
      const [mine] = await due();
      if (mine) await recordRunMessage(store.db, mine, ref);
      expect(await due()).toEqual([]);
      await place(run);
      expect(await due()).toEqual([]);
    });

    it('wait for their pause, unless there is news', async () => {
      const { run } = await stored();
      await place(run);
      const [mine] = await due();
      if (mine) await postponeRunMessage(store.db, mine, { pauseSeconds: 60, maybePosted: false });
      expect(await due()).toEqual([]);
      await mark(run);
      expect(await due()).toHaveLength(1);
    });

    it('that could not be posted are tried again when there is news', async () => {
      const { run } = await stored();
      await place(run);
      const [mine] = await due();
      if (mine) await giveUpRunMessage(store.db, mine);
      expect(await due()).toEqual([]);
      await mark(run);
      expect(await due()).toHaveLength(1);
    });

    it('are drawn anew where their incident is for others from now on', async () => {
      const { run, incident } = await stored();
      await place(run);
      const [mine] = await due();
      if (mine) await recordRunMessage(store.db, mine, ref);
      const hidden = await appendTo(store.db, incident, { type: 'restricted', to: [lena] });
      const [again] = await due();
      expect(again).toMatchObject({ ref });
      if (again) await recordRunMessage(store.db, again, ref);
      await appendTo(store.db, hidden, { type: 'commented', text: 'no news to them' });
      expect(await due()).toEqual([]);
    });
  });
});
