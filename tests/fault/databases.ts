import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestDatabase } from '../support/databases.ts';

export type DatabaseName = 'embedded' | 'PostgreSQL';

/** A fresh, empty database. `server` is one on which databases may be made. */
export async function createDatabase(name: DatabaseName, server: string): Promise<TestDatabase> {
  return name === 'embedded' ? createFolder() : createOn(server);
}

function createFolder(): TestDatabase {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-'));
  return {
    url: undefined,
    folder,
    release: async () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

export async function createOn(server: string): Promise<TestDatabase> {
  const name = `watchfloor_${randomBytes(6).toString('hex')}`;
  await ask(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  // For the key and the checkpoints, which are kept beside a database and not in it.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-'));
  return {
    url: url.href,
    folder,
    async release() {
      await ask(server, `drop database if exists ${name} with (force)`);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `TEST_DATABASE_URL`, or the standard place; `undefined` where nothing lets us in. */
export async function findServer(): Promise<string | undefined> {
  const url = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  return ask(url, 'select 1').then(
    () => url,
    () => undefined,
  );
}

export async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
