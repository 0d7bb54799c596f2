import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { actAtRandom, keepActing } from './acts.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { createOn } from './databases.ts';
import { fillTheDisk } from './disk-full.ts';
import type { Fault, Setting } from './fault.ts';
import { openLedger } from './ledger.ts';
import { settle, type Tally } from './settle.ts';
import { openStage, type Stage, teamsRooms } from './stage.ts';

/** What happens to the database in the middle of people's and vendors' work. */
export const postgresFaults: Fault[] = [
  {
    name: 'postgres-restarted',
    on: ['PostgreSQL'],
    quick: true,
    needs: ['binaries'],
    run: (setting) =>
      inTheMiddle(setting, {}, 'restarted at once, twice', 2, async ({ cluster }) => {
        await cluster.restart();
        await sleep(3_000);
        await cluster.restart();
      }),
  },
  {
    name: 'postgres-failed-over',
    on: ['PostgreSQL'],
    needs: ['binaries'],
    run: (setting) =>
      inTheMiddle(setting, {}, 'away for 5 s, as in a failover', 1, async ({ cluster }) => {
        await cluster.stop();
        await sleep(5_000);
        await cluster.start();
      }),
  },
  {
    name: 'connections-exhausted',
    on: ['PostgreSQL'],
    needs: ['binaries'],
    run: (setting) =>
      inTheMiddle(setting, { max_connections: 25 }, 'others hold all 25 connections for 10 s', 1, holdAll),
  },
  {
    name: 'tables-locked',
    on: ['PostgreSQL'],
    needs: ['binaries'],
    run: (setting) =>
      inTheMiddle(setting, {}, 'somebody holds every table for 10 s', 0, async ({ url }) => {
        const other = await connect(url);
        await other.query(
          `do $$ declare t text; begin
             for t in select tablename from pg_tables where schemaname = 'public' loop
               execute format('lock table public.%I in access exclusive mode', t);
             end loop;
             perform pg_sleep(10);
           end $$`,
        );
        await other.end();
      }),
  },
  { name: 'disk-full', on: ['PostgreSQL'], quick: true, needs: ['root', 'binaries'], run: fillTheDisk },
];

/**
 * Fourteen seconds of work, with the trouble beginning two seconds after its start. While the database is away what
 * was posted cannot be noted, so each time may double one message in each of the two rooms of Teams.
 */
async function inTheMiddle(
  { binaries, roll }: Setting,
  settings: Record<string, number>,
  done: string,
  outages: number,
  trouble: (at: { cluster: Cluster; url: string; stage: Stage }) => Promise<void>,
): Promise<Tally> {
  const cluster = await openCluster(binaries, settings);
  try {
    const database = await createOn(cluster.url);
    const url = database.url ?? '';
    // The cluster goes as a whole.
    const stage = await openStage({ ...database, release: async () => {} }, { rooms: 4 });
    const ledger = openLedger(4);
    try {
      const work = keepActing(stage, ledger, roll, {
        milliseconds: 14_000,
        everyMs: 350,
        acts: [actAtRandom],
      });
      await sleep(2_000);
      await trouble({ cluster, url, stage });
      const acts = await work;
      return await settle(stage, ledger, `${done}, during ${acts} acts`, {
        crashes: outages * teamsRooms.length,
      });
    } finally {
      await stage.close();
    }
  } finally {
    await cluster.close();
  }
}

async function holdAll({ url }: { url: string }): Promise<void> {
  const held: pg.Client[] = [];
  const first = await connect(url);
  held.push(first);
  const release = Date.now() + 10_000;
  while (Date.now() < release) {
    // Whoever was connected before must come again and finds no place.
    await first.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where backend_type = 'client backend' and application_name <> 'a holder'`,
    );
    const more = await Promise.allSettled(Array.from({ length: 25 }, () => connect(url)));
    for (const one of more) if (one.status === 'fulfilled') held.push(one.value);
    await sleep(200);
  }
  await Promise.all(held.map((client) => client.end()));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'a holder' });
  client.on('error', () => {});
  await client.connect();
  return client;
}
