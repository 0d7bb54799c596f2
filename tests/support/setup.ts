import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/store/database.ts';
import { freePort } from './free-port.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of a migrated embedded database, to be copied. */
    embeddedSeed: string;
    /** A server on which databases may be created; empty where there is none. */
    postgresUrl: string;
  }
}

/** Once for the whole run: a seed for embedded databases, and a PostgreSQL server if one can be had. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-run-'));
  const seed = path.join(folder, 'seed');
  const log = pino({ level: 'silent' });
  await (await openDatabase({ url: undefined, folder: seed, log })).close();
  project.provide('embeddedSeed', seed);
  const server = await findPostgres(folder);
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
}

interface FoundServer {
  url: string;
  stop(): Promise<void>;
}

async function findPostgres(folder: string): Promise<FoundServer> {
  const leave = async () => {};
  if (process.env.TEST_DATABASE_URL) return { url: process.env.TEST_DATABASE_URL, stop: leave };
  const standard = 'postgres://postgres@127.0.0.1:5432/postgres';
  if (await accepts(standard)) return { url: standard, stop: leave };
  const started = await startOwn(path.join(folder, 'postgres')).catch(() => undefined);
  if (started) return started;
  console.warn(
    '\n*** The tests on PostgreSQL are SKIPPED: no TEST_DATABASE_URL, no server on 127.0.0.1:5432 that lets\n' +
      '*** "postgres" in, and no installed binaries to start one from. The embedded database is tested all the same.\n',
  );
  return { url: '', stop: leave };
}

async function accepts(url: string): Promise<boolean> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('select 1');
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** A server of our own from installed binaries. PostgreSQL refuses to run as root, so root runs it as nobody. */
async function startOwn(folder: string): Promise<FoundServer | undefined> {
  const bin = findBinaries();
  if (!bin) return undefined;
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  fs.mkdirSync(folder, { mode: 0o700 });
  if (nobody.uid) {
    fs.chmodSync(path.dirname(folder), 0o711);
    fs.chownSync(folder, nobody.uid, nobody.gid);
  }
  execFileSync(path.join(bin, 'initdb'), ['-D', folder, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    ...nobody,
    cwd: '/',
    stdio: 'ignore',
  });
  const port = await freePort();
  const server = spawn(
    path.join(bin, 'postgres'),
    [
      '-D',
      folder,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${folder}`,
    ],
    { ...nobody, cwd: '/', stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  for (let tries = 0; tries < 100 && !(await accepts(url)); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    async stop() {
      server.kill('SIGINT');
      await ended;
    },
  };
}

function findBinaries(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const debian = fs.existsSync(versions)
    ? fs
        .readdirSync(versions)
        .sort()
        .reverse()
        .map((version) => path.join(versions, version, 'bin'))
    : [];
  const candidates = [...debian, '/usr/local/pgsql/bin', '/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'];
  return candidates.find(
    (bin) => fs.existsSync(path.join(bin, 'initdb')) && fs.existsSync(path.join(bin, 'postgres')),
  );
}
