import os from 'node:os';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecorder } from '../../src/flow/record.ts';
import type { RecordEntry } from '../../src/flow/recorder.ts';
import { link } from '../../src/record/link.ts';
import { type Database, type Db, openDatabase } from '../../src/store/database.ts';
import { createQueues, enqueue, work } from '../../src/store/jobs.ts';
import { couldChangeRecord } from '../../src/store/privileges.ts';
import { appendRecords, readRecords, recordContent } from '../../src/store/record.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

const log = pino({ level: 'silent' });
const now = () => new Date();

function entry(n: number): RecordEntry {
  return {
    at: now().toISOString(),
    by: { kind: 'chat-user', id: `slack U${n}`, name: 'Zoë\0 \ud800' },
    type: 'denied',
    incident: n % 2 ? 1001 : undefined,
    data: { deed: 'close', reason: 'role', n, nothing: undefined, z: { b: 1, a: [1, null, 'é'] } },
  };
}

/** Numbers without a gap from 1 on, each hash from the one before. */
async function expectOneChain(db: Db, count: number): Promise<void> {
  const records = await readRecords(db, 0, 10_000);
  expect(records.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  let previous = '';
  for (const record of records) {
    expect(record.previous).toBe(previous);
    expect(record.hash).toBe(link(previous, recordContent(record, record.number)));
    previous = record.hash;
  }
}

describe.each(databases)('the record on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  it('is one chain without a gap, whoever writes it and how many at once', async () => {
    const recorders = Array.from({ length: 3 }, () => openRecorder({ db: store.db, log, now }));
    await Promise.all(Array.from({ length: 90 }, (_, n) => recorders[n % 3]?.note(entry(n))));
    await Promise.all(recorders.map((recorder) => recorder.stop()));
    await expectOneChain(store.db, 90);
    const written = await readRecords(store.db, 0, 90);
    // Whichever of them came first.
    expect(new Set(written.map(({ actor }) => actor.name))).toEqual(new Set(['Zoë\uFFFD \uFFFD']));
    expect(written.filter(({ incident }) => incident === null)).toHaveLength(45);
  });

  it('is in the caller’s transaction where there is one: both or neither', async () => {
    const before = (await readRecords(store.db, 0, 1_000)).length;
    const { at, by, type, data } = entry(1);
    const tried = store.db.transaction().execute(async (trx) => {
      await appendRecords(trx, [{ at, actor: by, type, incident: null, data }]);
      throw new Error('no');
    });
    await expect(tried).rejects.toThrow('no');
    await expectOneChain(store.db, before);
  });

  it('can only be added to', async () => {
    for (const table of ['records', 'checkpoints', 'audit_keys']) {
      const name = sql.table(table);
      await sql`
        insert into checkpoints (number, at, record_number, record_hash, heads, previous, hash, key_id, signature)
        values (1, now(), 0, '', '[]', '', '', '', '') on conflict do nothing`.execute(store.db);
      await sql`insert into audit_keys (key_id, public_key) values ('k', '{}') on conflict do nothing`.execute(
        store.db,
      );
      for (const statement of [
        sql`update ${name} set ${sql.ref(table === 'audit_keys' ? 'key_id' : 'hash')} = 'x'`,
        sql`delete from ${name}`,
        sql`truncate ${name}`,
      ]) {
        await expect(statement.execute(store.db)).rejects.toThrow(/is append-only|permission denied/);
        await expect(store.asOwner((db) => statement.execute(db))).rejects.toThrow(`${table} is append-only`);
      }
    }
  });

  it('counts what an edge refuses: one line for each edge, status and reason, however many senders', async () => {
    const before = (await readRecords(store.db, 0, 1_000)).length;
    const recorder = openRecorder({ db: store.db, log, now });
    for (let n = 0; n < 5_000; n += 1)
      recorder.count('/webhooks/defender', 401, 'wrong secret', `10.0.${n % 250}.1`);
    for (let n = 0; n < 3; n += 1) recorder.count('/slack/events', 401, 'signature', '10.9.9.9');
    for (let n = 0; n < 1_000; n += 1) recorder.count('/made-up', 404, `reason ${n}`, '10.9.9.9');
    await recorder.flush();
    const lines = (await readRecords(store.db, before, 1_000)).map(({ actor, type, data }) => ({
      actor,
      type,
      data,
    }));
    expect(lines.length).toBeLessThanOrEqual(201);
    expect(lines[0]).toEqual({
      actor: { kind: 'sender', id: 'several', name: '' },
      type: 'requests-refused',
      data: {
        edge: '/webhooks/defender',
        status: 401,
        reason: 'wrong secret',
        count: 5_000,
        senders: expect.toSatisfy((senders: string[]) => senders.length === 20),
        othersToo: true,
      },
    });
    expect(lines[1]).toMatchObject({ actor: { id: '10.9.9.9' }, data: { count: 3, othersToo: false } });
    const counted = lines.reduce((sum, { data }) => sum + Number(data.count), 0);
    expect(counted).toBe(6_003);
    await recorder.stop();
    await recorder.flush();
    expect(await readRecords(store.db, before + lines.length, 10)).toEqual([]);
  });
});

describe.each(databases)('while $name is away', (kind) => {
  it('what is noted waits for it, and what waits too long is in the log', async () => {
    const store = await openStore(kind);
    const told: Record<string, unknown>[] = [];
    const loud = pino({ level: 'warn' }, { write: (line) => told.push(JSON.parse(line)) });
    const hurried = { countMs: 60_000, waitMs: 20, retryMs: 20, tries: 1_000, stopMs: 5_000 };
    // What nobody may write is as good as away.
    const lock = (how: 'add' | 'drop') =>
      store.asOwner((db) =>
        how === 'add'
          ? sql`alter table records add constraint away check (false) not valid`.execute(db)
          : sql`alter table records drop constraint away`.execute(db),
      );
    await lock('add');
    const recorder = openRecorder({ db: store.db, log: loud, now }, hurried);
    await recorder.note(entry(1));
    expect(await readRecords(store.db, 0, 10)).toEqual([]);
    await lock('drop');
    await recorder.stop();
    await expectOneChain(store.db, 1);

    await lock('add');
    const impatient = openRecorder({ db: store.db, log: loud, now }, { ...hurried, tries: 2 });
    await impatient.note(entry(2));
    await impatient.stop();
    expect(told.at(-1)).toMatchObject({
      msg: 'not on the record',
      entry: { type: 'denied', data: { n: 2 } },
    });
    await store.close();
  });
});

describe.each(databases)('while $name does not answer at all', (kind) => {
  it('the recorder ends all the same, and what it gives up is in the log, in hand and waiting', async () => {
    const store = await openStore(kind);
    const told: Record<string, unknown>[] = [];
    const loud = pino({ level: 'warn' }, { write: (line) => told.push(JSON.parse(line)) });
    const hurried = { countMs: 60_000, waitMs: 20, retryMs: 20, tries: 30, stopMs: 50 };
    const recorder = openRecorder({ db: store.db, log: loud, now }, hurried);
    await store.db.transaction().execute(async (trx) => {
      // The lock under which the record is one chain.
      await sql`select pg_advisory_xact_lock(7240004)`.execute(trx);
      await recorder.note(entry(1));
      await recorder.note(entry(2));
      recorder.count('/slack/events', 401, 'signature', '10.9.9.9');
      await recorder.stop();
      await recorder.note(entry(3));
    });
    const given = told.filter(({ msg }) => msg === 'not on the record');
    expect(given).toMatchObject([
      { entry: { data: { n: 1 } }, reason: expect.stringContaining('whether it has it') },
      { entry: { data: { n: 2 } }, reason: expect.stringContaining('did not answer') },
      { entry: { type: 'requests-refused' } },
      { entry: { data: { n: 3 } } },
    ]);
    await store.close();
  });
});

const server = databases.find(({ name }) => name === 'PostgreSQL');

describe.runIf(server)('with DATABASE_OWNER_URL on PostgreSQL', () => {
  let place: TestDatabase;
  let url: string;
  const role = `bot_${Math.random().toString(36).slice(2)}`;
  beforeAll(async () => {
    if (!server) return;
    place = await server.create();
    const owner = await openDatabase({ ...place, log });
    await sql`create role ${sql.id(role)} login`.execute(owner.db);
    await owner.close();
    const runtime = new URL(place.url ?? '');
    runtime.username = role;
    url = runtime.href;
  });
  afterAll(async () => {
    const owner = await openDatabase({ ...place, log });
    await sql`drop owned by ${sql.id(role)}`.execute(owner.db);
    await sql`drop role ${sql.id(role)}`.execute(owner.db);
    await owner.close();
    await place.release();
  });

  const open = () => openDatabase({ url, ownerUrl: place.url, folder: os.tmpdir(), log });

  it('the product works as before, several replicas and the queue included', async () => {
    const replicas = await Promise.all([open(), open(), open()]);
    const [one, two] = replicas;
    if (!one || !two) throw new Error('There are three.');
    const incident = await storeIncident(one.db, { places: [{ channel: 'slack', conversation: 'C0SOC' }] });
    await appendTo(two.db, incident, { type: 'acknowledged' });
    await Promise.all(replicas.map(({ db }, n) => openRecorder({ db, log, now }).note(entry(n))));
    await expectOneChain(one.db, 3);
    await createQueues(one.boss, one.db, false);
    const done = new Promise<unknown>((resolve) => work(two.boss, 'tidy', async (job) => resolve(job)));
    await createQueues(two.boss, two.db, false);
    await one.db.transaction().execute((trx) => enqueue(one.boss, trx, 'tidy', {}, 'once'));
    expect(await done).toMatchObject({});
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it('its own user is refused whatever would change what is on record', async () => {
    const database = await open();
    const { db } = database;
    const incident = await storeIncident(db);
    expect(await couldChangeRecord(db)).toBe(false);
    expect(await database.asOwner(couldChangeRecord)).toBe(true);
    for (const table of ['incident_events', 'records', 'checkpoints', 'audit_keys']) {
      const name = sql.table(table);
      const column = sql.ref(table === 'audit_keys' ? 'key_id' : 'hash');
      for (const statement of [
        sql`update ${name} set ${column} = 'x'`,
        sql`delete from ${name}`,
        sql`truncate ${name}`,
        sql`drop table ${name}`,
        sql`alter table ${name} disable trigger all`,
        sql`create trigger mine before insert on ${name} for each row execute function refuse_change()`,
      ]) {
        await expect(statement.execute(db)).rejects.toThrow(/permission denied|must be owner/);
      }
    }
    for (const statement of [
      sql`set session_replication_role = replica`,
      sql`delete from incidents where id = ${incident.id}`,
      sql`create or replace function refuse_change() returns trigger language plpgsql as 'begin return old; end'`,
      sql`insert into kysely_migration (name, timestamp) values ('x', 'x')`,
      sql`set role ${sql.id('postgres')}`,
    ]) {
      await expect(statement.execute(db)).rejects.toThrow(/permission denied|must be owner/);
    }
    await database.close();
  });
});

describe('on the embedded database', () => {
  it('the product steps down to a role that may only add, and keeps what it needs', async () => {
    const [embedded] = databases;
    if (!embedded) throw new Error('There is always an embedded database.');
    const store = await openStore(embedded);
    expect(await couldChangeRecord(store.db)).toBe(false);
    await storeIncident(store.db);
    for (const statement of [
      sql`update incident_events set type = 'x'`,
      sql`delete from records`,
      sql`truncate checkpoints`,
      sql`alter table records disable trigger all`,
      sql`drop table incident_events`,
    ]) {
      await expect(statement.execute(store.db)).rejects.toThrow(/permission denied|must be owner/);
    }
    await createQueues(store.boss, store.db, true);
    const done = new Promise<unknown>((resolve) => work(store.boss, 'tidy', async (job) => resolve(job)));
    await store.db.transaction().execute((trx) => enqueue(store.boss, trx, 'tidy', {}, 'once'));
    expect(await done).toMatchObject({});
    await store.close();
  });
});
