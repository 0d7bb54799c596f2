import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';

/** A kind of database that the product runs on. `create` gives a fresh, empty one as environment variables. */
export interface DatabaseKind {
  name: string;
  create(): Promise<{ env: Record<string, string>; release(): Promise<void> }>;
}

/** The embedded database always; PostgreSQL where `TEST_DATABASE_URL` or 127.0.0.1:5432 answers. */
export async function findDatabases(): Promise<DatabaseKind[]> {
  const embedded: DatabaseKind = { name: 'embedded database', create: createFolder };
  const url = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const version = await askVersion(url);
  if (!version) {
    console.log(`No PostgreSQL answers at ${new URL(url).host}: only the embedded database is measured.`);
    return [embedded];
  }
  return [embedded, { name: `PostgreSQL ${version}`, create: () => createOnServer(url) }];
}

async function createFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-bench-'));
  return {
    env: { DATA_DIR: folder },
    release: async () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

async function createOnServer(server: string) {
  const name = `watchfloor_bench_${randomBytes(6).toString('hex')}`;
  await ask(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    env: { DATABASE_URL: url.href },
    release: async () => {
      await ask(server, `drop database if exists ${name} with (force)`);
    },
  };
}

async function askVersion(url: string): Promise<string | undefined> {
  try {
    const [row] = await ask(url, 'show server_version');
    return row?.server_version?.split(' ')[0];
  } catch {
    return undefined;
  }
}

async function ask(url: string, statement: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(statement)).rows;
  } finally {
    await client.end();
  }
}
