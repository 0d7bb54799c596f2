import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive } from '../../src/flow/archive.ts';
import { tidy } from '../../src/flow/tidy.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { type Archived, isAnythingPast, isWhole, readPast, removeArchived } from '../../src/store/archive.ts';
import type { Database } from '../../src/store/database.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, readEvents, storeIncident } from './open.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-archive-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const newFile = () => path.join(folder, `${crypto.randomUUID()}.ndjson.gz`);

describe.each(databases)('archiving on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  /** Closed, held by its source and shown, so many days ago. */
  async function closedFor(days: number, text = 'contained'): Promise<Incident> {
    const opened = await storeIncident(store.db, {
      alert: defenderAlert({ sourceId: crypto.randomUUID(), description: text }),
      places: [{ channel: 'slack', conversation: 'C0SOC' }],
    });
    const closing = {
      classification: 'true-positive',
      reason: 'suspicious-activity',
      comment: text,
    } as const;
    const closed = await appendTo(store.db, opened, { type: 'acknowledged' }, { type: 'closed', closing });
    await sql`update alerts set written_version = wanted_version where incident_id = ${closed.id}`.execute(
      store.db,
    );
    await sql`update cards set shown_revision = wanted_revision where incident_id = ${closed.id}`.execute(
      store.db,
    );
    await sql`
      update incidents set opened_at = now() - make_interval(days => ${days}),
        updated_at = now() - make_interval(days => ${days}) where id = ${closed.id}`.execute(store.db);
    return closed;
  }

  const archiveOld = (file: string, atOnce?: number) =>
    store.asOwner((db) => archive(db, file, { closedDays: 400, recordDays: 2_557 }, atOnce));

  const linesIn = (file: string): Archived[] =>
    gunzipSync(fs.readFileSync(file))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  const removeRead = (incidents: Incident[]) =>
    store.asOwner((db) =>
      removeArchived(db, incidents, { at: new Date().toISOString(), file: 'a.gz', sha256: 'digest' }),
    );

  const isThere = async ({ id }: Incident) => (await readIncident(store.db, id)) !== undefined;

  it('moves what was closed long ago into a file, history and all, and nothing else', async () => {
    const old = [await closedFor(500), await closedFor(401, 'two\u2028lines\nof text')];
    const young = await closedFor(399);
    const open = await storeIncident(store.db);
    await sql`update incidents set opened_at = '2020-01-01', updated_at = '2020-01-01' where id = ${open.id}`.execute(
      store.db,
    );
    const told = await Promise.all(old.map(({ id }) => readEvents(store.db, id)));
    expect(await isAnythingPast(store.db, 400)).toBe(true);

    const file = newFile();
    expect(await archiveOld(file)).toEqual({
      written: 2,
      removed: 2,
      records: 0,
      bytes: fs.statSync(file).size,
      broken: [],
      recordFaults: [],
    });
    const lines = linesIn(file);
    expect(lines.map(({ incident }) => incident)).toEqual(JSON.parse(JSON.stringify(old)));
    expect(lines.every(isWhole)).toBe(true);
    expect(
      lines.map(({ events }) =>
        events.map(({ at, actor, type, data }) => ({ at, by: actor, type, ...data })),
      ),
    ).toEqual(told);
    expect(lines[1]?.alerts[0]?.body.description).toBe('two\u2028lines\nof text');
    expect(fs.statSync(file).mode & 0o077).toBe(0);

    expect(await Promise.all(old.map(isThere))).toEqual([false, false]);
    expect(await Promise.all([young, open].map(isThere))).toEqual([true, true]);
    const ids = old.map(({ id }) => id);
    for (const table of ['alerts', 'cards', 'incident_events'] as const) {
      const left = await store.db
        .selectFrom(table)
        .select('incident_id')
        .where('incident_id', 'in', ids)
        .execute();
      expect(left).toEqual([]);
    }
    expect(await isAnythingPast(store.db, 400)).toBe(false);
  });

  it('is asked for by the hourly tidying, which deletes no incident by itself', async () => {
    const incident = await closedFor(500);
    const told: string[] = [];
    const log = pino({ level: 'info' }, { write: (line) => told.push(JSON.parse(line).msg) });
    const keep = { rawDays: 7, refusedDays: 90, queryDays: 7, closedDays: 400 };
    await tidy(store.db, keep, log);
    expect(told).toEqual(['closed incidents are past their keeping: watchfloor archive']);
    expect(await isThere(incident)).toBe(true);
    await archiveOld(newFile());
    await tidy(store.db, keep, log);
    expect(told).toHaveLength(1);
  });

  it('writes no file where nothing is old enough, and adds to none that is there', async () => {
    const file = newFile();
    expect(await archiveOld(file)).toMatchObject({ written: 0, removed: 0 });
    expect(fs.existsSync(file)).toBe(false);
    fs.writeFileSync(file, 'mine');
    const incident = await closedFor(500);
    await expect(archiveOld(file)).rejects.toThrow('is there already');
    expect(fs.readFileSync(file, 'utf8')).toBe('mine');
    expect(await isThere(incident)).toBe(true);
    await archiveOld(newFile());
  });

  it('leaves what its source does not hold yet, and what is not shown yet', async () => {
    const [unwritten, unshown] = [await closedFor(500), await closedFor(500)];
    await sql`update alerts set written_version = 0 where incident_id = ${unwritten.id}`.execute(store.db);
    await sql`update cards set shown_revision = 0 where incident_id = ${unshown.id}`.execute(store.db);
    expect(await archiveOld(newFile())).toMatchObject({ written: 0 });
    await sql`update alerts set written_version = wanted_version`.execute(store.db);
    await sql`update cards set shown_revision = wanted_revision`.execute(store.db);
    expect(await archiveOld(newFile())).toMatchObject({ written: 2, removed: 2 });
  });

  it('leaves an incident whose history somebody changed, and says which', async () => {
    const [good, bad] = [await closedFor(500), await closedFor(500)];
    await store.asOwner(async (db) => {
      await sql`alter table incident_events disable trigger incident_events_append_only`.execute(db);
      await sql`
        update incident_events set type = 'released' where incident_id = ${bad.id} and version = 2`.execute(
        db,
      );
      await sql`alter table incident_events enable trigger incident_events_append_only`.execute(db);
    });
    expect(await archiveOld(newFile())).toMatchObject({
      written: 1,
      removed: 1,
      broken: [bad.id],
    });
    expect(await Promise.all([good, bad].map(isThere))).toEqual([false, true]);
    await sql`update incidents set updated_at = now() where id = ${bad.id}`.execute(store.db);
  });

  it('goes through more than one batch', async () => {
    const many: Incident[] = [];
    for (let n = 0; n < 5; n += 1) many.push(await closedFor(500));
    const file = newFile();
    expect(await archiveOld(file, 2)).toMatchObject({ written: 5, removed: 5 });
    expect(linesIn(file).map(({ incident }) => incident.id)).toEqual(many.map(({ id }) => id));
  });

  it('removes nothing that was opened again since it was read', async () => {
    const [moved, still] = [await closedFor(500), await closedFor(500)];
    const read = (await readPast(store.db, 400, 0, 10)).map(({ incident }) => incident);
    expect(read.map(({ id }) => id)).toEqual([moved.id, still.id]);
    await appendTo(store.db, moved, { type: 'reopened' });
    expect(await removeRead(read)).toEqual([still.id]);
    expect(await isThere(moved)).toBe(true);
  });

  it('takes an empty summary of a storm along, and no other', async () => {
    const [first, second] = [await closedFor(500), await closedFor(399)];
    const summary = async (...incidents: Incident[]) => {
      const { rows } = await sql<{ id: string }>`
        insert into summaries (channel, conversation, priority) values ('slack', 'C0SOC', 1) returning id`.execute(
        store.db,
      );
      const id = rows[0]?.id ?? '';
      for (const incident of incidents)
        await sql`update cards set summary_id = ${id} where incident_id = ${incident.id} and part = 'card'
          and summary_id is null`.execute(store.db);
      return id;
    };
    const third = await closedFor(500);
    const emptied = await summary(first);
    const shared = await summary(second, third);
    await archiveOld(newFile());
    const left = await store.db.selectFrom('summaries').select('id').execute();
    expect(left.map(({ id }) => id)).toEqual([shared]);
    expect(emptied).not.toBe(shared);
  });

  describe('events of a closed incident', () => {
    it('cannot be deleted without saying that this is archiving', async () => {
      const { id } = await closedFor(500);
      await expect(
        sql`delete from incident_events where incident_id = ${id}`.execute(store.db),
      ).rejects.toThrow(/is append-only|permission denied/);
      expect(await readEvents(store.db, id)).toHaveLength(3);
    });

    it('can be neither changed nor truncated by archiving, nor those of an open one deleted', async () => {
      const open = await storeIncident(store.db);
      const closed = await closedFor(500);
      for (const statement of [
        sql`delete from incident_events where incident_id = ${open.id}`,
        sql`update incident_events set type = 'opened' where incident_id = ${closed.id}`,
        sql`truncate incident_events`,
      ]) {
        const tried = store.asOwner((db) =>
          db.transaction().execute(async (trx) => {
            await sql`set local watchfloor.archiving = 'on'`.execute(trx);
            await statement.execute(trx);
          }),
        );
        await expect(tried).rejects.toThrow('incident_events is append-only');
      }
    });
  });
});
