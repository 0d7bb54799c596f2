import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { cpuBelow, parentOf } from '../resources.ts';
import { openFolder } from '../temporary.ts';
import { findBinaries, startCluster } from './cluster.ts';

/** A kind of database that the product runs on. */
export interface DatabaseKind {
  name: string;
  /** Gives a fresh, empty one as environment variables. */
  create(): Promise<Database>;
  /** Processor time of the database's own processes so far; 0 where it runs within the product. */
  cpu(): number;
  close(): Promise<void>;
}

export interface Database {
  env: Record<string, string>;
  /** Address of a PostgreSQL database. */
  url: string | undefined;
  release(): Promise<void>;
}

export const embedded: DatabaseKind = {
  name: 'embedded database',
  async create() {
    const { folder, remove } = openFolder('bench');
    return {
      env: { DATA_DIR: folder },
      url: undefined,
      release: async () => remove(),
    };
  },
  cpu: () => 0,
  async close() {},
};

/**
 * PostgreSQL: `TEST_DATABASE_URL` where that is set, otherwise a server of our own, otherwise what answers on
 * 127.0.0.1:5432. `undefined` where there is none.
 */
export async function findPostgres(): Promise<DatabaseKind | undefined> {
  const binaries = findBinaries();
  const given = process.env.TEST_DATABASE_URL;
  const own = binaries && !given ? await startCluster(binaries) : undefined;
  const url = given ?? own?.url ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const version = await askVersion(url);
  if (!version) return undefined;
  const server = own?.pid ?? (await findServer(url));
  return {
    name: `PostgreSQL ${version}`,
    create: () => createOn(url),
    cpu: () => (server ? cpuBelow(server) : Number.NaN),
    close: async () => own?.stop(),
  };
}

export async function createOn(server: string): Promise<Database> {
  const name = `watchfloor_bench_${randomBytes(6).toString('hex')}`;
  await ask(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    env: { DATABASE_URL: url.href },
    url: url.href,
    release: async () => {
      await ask(server, `drop database if exists ${name} with (force)`);
    },
  };
}

/** Every process of a server is a child of one. Only told where that runs on this machine. */
async function findServer(url: string): Promise<number | undefined> {
  if (!['127.0.0.1', 'localhost'].includes(new URL(url).hostname)) return undefined;
  const [row] = await ask(url, 'select pg_backend_pid()::text as pid');
  return parentOf(Number(row?.pid));
}

async function askVersion(url: string): Promise<string | undefined> {
  try {
    const [row] = await ask(url, 'show server_version');
    return row?.server_version?.split(' ')[0];
  } catch {
    return undefined;
  }
}

export async function ask(url: string, statement: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(statement)).rows;
  } finally {
    await client.end();
  }
}
