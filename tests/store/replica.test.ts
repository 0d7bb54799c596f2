import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimCards } from '../../src/store/cards.ts';
import { type Database, type Db, openDatabase } from '../../src/store/database.ts';
import { registerFeed, takeTurn } from '../../src/store/feeds.ts';
import { beAlone, findMissing, freeLeases, joinReplicas } from '../../src/store/replica.ts';
import { claimStatFiles, insertStatFile } from '../../src/store/stat-files.ts';
import { claimUnwritten } from '../../src/store/write-backs.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { appendTo, storeIncident } from './open.ts';

const log = pino({ level: 'silent' });
/** Asks until it is so. */
const soon = { timeout: 10_000, interval: 25 };

const all = ['alert', 'conversation', 'feed', 'numbers'];

/** Everything that can be leased, in the hands of one replica. */
async function leaseAll(db: Db, replica: number): Promise<void> {
  const incident = await storeIncident(db, { places: [{ channel: 'slack', conversation: 'C0SOC' }] });
  await appendTo(db, incident, { type: 'acknowledged' });
  await registerFeed(db, 'defender', 'feed');
  const audience = { shows: 'whole', hideHosts: false } as const;
  const numbers = { id: randomUUID(), key: 'stats', channel: 'slack', chatUser: 'U0ADAM', audience };
  await insertStatFile(db, numbers);
  expect(await leases(db, replica)).toEqual(all);
  expect(await leases(db, replica)).toEqual([]);
}

async function leases(db: Db, replica: number): Promise<string[]> {
  const lease = { limit: 10, leaseSeconds: 200, replica };
  const taken = {
    alert: (await claimUnwritten(db, lease)).length > 0,
    conversation: (await claimCards(db, lease)).length > 0,
    feed: (await takeTurn(db, 'defender', 'feed', 600, replica)) !== undefined,
    numbers: (await claimStatFiles(db, lease)).length > 0,
  };
  return Object.entries(taken).flatMap(([what, isTaken]) => (isTaken ? [what] : []));
}

async function forget(db: Db): Promise<void> {
  for (const table of ['cards', 'alerts', 'feeds', 'conversations', 'stat_files']) {
    await sql`delete from ${sql.table(table)}`.execute(db);
  }
}

const [embedded, server] = databases;

describe('what a process of the embedded database had in hand', () => {
  it('is free when the next one opens it, for it is alone', async () => {
    const place = await embedded?.create();
    if (!place) throw new Error('There is no embedded database.');
    const first = await openDatabase({ ...place, log });
    expect(first.replica.id).toBe(0);
    await leaseAll(first.db, 0);
    await beAlone(first.db);
    expect(await leases(first.db, 0)).toEqual(all);
    expect(await findMissing(first.db)).toEqual([]);
    await first.close();

    const second = await openDatabase({ ...place, log });
    expect(await leases(second.db, 0)).toEqual(all);
    await second.close();
    await place.release();
  });
});

describe.runIf(server)('what a replica on PostgreSQL has in hand', () => {
  let place: TestDatabase;
  let one: Database;
  let other: Database;
  beforeAll(async () => {
    if (!server) return;
    place = await server.create();
    one = await openDatabase({ ...place, log });
    other = await openDatabase({ ...place, log });
  });
  beforeEach(() => forget(one.db));
  afterAll(async () => {
    await one.close();
    await other.close();
    await place.release();
  });

  it('is its own while it lives', async () => {
    expect(other.replica.id).not.toBe(one.replica.id);
    await leaseAll(one.db, other.replica.id);
    expect(await findMissing(one.db)).toEqual([]);
    await freeLeases(one.db, [one.replica.id]);
    expect(await leases(one.db, one.replica.id)).toEqual([]);
  });

  it('is free once its session is gone, and nothing of the others is', async () => {
    const killed = await joinReplicas(place.url ?? '', log);
    await leaseAll(one.db, killed.id);
    const { id } = await storeIncident(one.db, { places: [{ channel: 'slack', conversation: 'C0TWO' }] });
    const lease = { limit: 10, leaseSeconds: 200, replica: other.replica.id };
    expect(await claimCards(one.db, lease)).toMatchObject([{ incidentId: id }]);

    await killed.leave();
    await expect.poll(() => findMissing(one.db), soon).toEqual([killed.id]);
    await freeLeases(one.db, [killed.id]);
    expect(await leases(one.db, one.replica.id)).toEqual(all);
    expect(await findMissing(one.db)).toEqual([]);
    const two = await one.db
      .selectFrom('conversations')
      .select('leased_by')
      .where('id', '=', 'C0TWO')
      .executeTakeFirst();
    expect(two?.leased_by).toBe(other.replica.id);
  });

  it('stays its own where only the connection was cut: it comes back by itself', async () => {
    await leaseAll(one.db, other.replica.id);
    await sql`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and objid = ${other.replica.id}::oid`.execute(one.db);
    await expect.poll(() => findMissing(one.db), soon).toEqual([other.replica.id]);
    await expect.poll(() => findMissing(one.db), soon).toEqual([]);
  });

  it('is its own again after a database that was away for a while, by one session and not by many', async () => {
    const { url, cut, restore, refused, close } = await standBetween(place.url ?? '');
    const replica = await joinReplicas(url, log);
    await leaseAll(one.db, replica.id);
    cut();
    await expect.poll(refused, soon).toBeGreaterThan(2);
    expect(await findMissing(one.db)).toEqual([replica.id]);
    restore();
    await expect.poll(() => findMissing(one.db), soon).toEqual([]);
    const { rows } = await sql<{ sessions: number }>`
      select count(*)::integer as sessions from pg_locks
      where locktype = 'advisory' and objid = ${replica.id}::oid`.execute(one.db);
    expect(rows).toEqual([{ sessions: 1 }]);
    await replica.leave();
    await close();
  });
});

/** The way to the database, which can be cut. */
async function standBetween(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<net.Socket>();
  let isCut = false;
  let refused = 0;
  const between = net.createServer((near) => {
    if (isCut) {
      refused += 1;
      near.destroy();
      return;
    }
    const far = net.connect(Number(target.port) || 5432, target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      // What is cut says so on both ends.
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const address = between.address();
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address?.port);
  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    restore() {
      isCut = false;
    },
    refused: () => refused,
    close: () => new Promise((resolve) => between.close(resolve)),
  };
}
