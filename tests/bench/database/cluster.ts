import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../support/free-port.ts';
import { keepTrackOf } from '../child.ts';
import { now, pause } from '../clock.ts';
import { openFolder } from '../temporary.ts';

/** A PostgreSQL server of the bench's own, with default settings, so that nobody else's work is counted as ours. */
export interface Cluster {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** The folder of `initdb` and `postgres`, the newest there is; `undefined` where PostgreSQL is not installed. */
export function findBinaries(): string | undefined {
  const installed = '/usr/lib/postgresql';
  const versions = fs.existsSync(installed)
    ? fs
        .readdirSync(installed)
        .map(Number)
        .sort((a, b) => b - a)
    : [];
  const folders = [...versions.map((version) => `${installed}/${version}/bin`), ...searchPath()];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => fs.existsSync(`${folder}/${name}`)));
}

const searchPath = () => (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);

const patienceMs = 30_000;

/** @param env for the server's processes, such as a library to load first */
export async function startCluster(binaries: string, env: Record<string, string> = {}): Promise<Cluster> {
  const { folder, remove } = openFolder('pg');
  const owner = ownerOf(folder);
  const setUp = ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  execFileSync(`${binaries}/initdb`, setUp, { ...owner, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
  const log = fs.openSync(path.join(folder, 'log'), 'a');
  const child = spawn(`${binaries}/postgres`, ['-D', folder, '-p', String(port), ...settings], {
    ...owner,
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  const ended = keepTrackOf(child);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const begin = now();
  while (!(await answers(url))) {
    if (child.exitCode !== null || now() - begin > patienceMs)
      throw new Error(`PostgreSQL did not start:\n${fs.readFileSync(path.join(folder, 'log'), 'utf8')}`);
    await pause(50);
  }
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      // SIGINT ends it without waiting for those who are connected.
      child.kill('SIGINT');
      await ended;
      remove();
    },
  };
}

/** PostgreSQL refuses to run as root; its own user has to be able to reach the folder then. */
function ownerOf(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const [uid, gid] = [id('-u'), id('-g')];
  fs.chownSync(folder, uid, gid);
  return { uid, gid };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
