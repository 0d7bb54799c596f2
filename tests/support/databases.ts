import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';

/** A fresh, empty database of one kind; `release` removes it. */
export interface TestDatabase {
  url: string | undefined;
  folder: string;
  release(): Promise<void>;
}

export interface DatabaseKind {
  name: string;
  create(): Promise<TestDatabase>;
}

/** Every database that the product runs on and that can be had here; the whole of `tests/flow` runs on each. */
export const databases: DatabaseKind[] = [{ name: 'the embedded database', create: createEmbedded }];
const server = inject('postgresUrl');
if (server) databases.push({ name: 'PostgreSQL', create: () => createOnServer(server) });

/** A copy of a database that was made and migrated once for the whole run: 0.2 s instead of 3 s. */
async function createEmbedded(): Promise<TestDatabase> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-'));
  fs.cpSync(inject('embeddedSeed'), folder, { recursive: true });
  return {
    url: undefined,
    folder,
    release: async () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

async function createOnServer(serverUrl: string): Promise<TestDatabase> {
  const name = `watchfloor_${randomBytes(6).toString('hex')}`;
  await run(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  // For the key and the checkpoints, which are kept beside a database and not in it.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-'));
  return {
    url: url.href,
    folder,
    async release() {
      await run(serverUrl, `drop database if exists ${name} with (force)`);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
