import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { ask } from './databases.ts';

const execute = promisify(execFile);

/** Folder with initdb, pg_ctl and postgres. */
export type Binaries = string;

/** A PostgreSQL server of one's own, to be broken. */
export interface Cluster {
  url: string;
  folder: string;
  /** As after a crash: nothing is written down first. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Does nothing where it runs. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export function findBinaries(): Binaries | undefined {
  const versions = '/usr/lib/postgresql';
  const installed = fs.existsSync(versions) ? fs.readdirSync(versions).sort().reverse() : [];
  const folders = installed.map((version) => path.join(versions, version, 'bin'));
  return [...folders, '/usr/local/pgsql/bin', '/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'].find(
    (folder) => ['initdb', 'postgres', 'pg_ctl'].every((name) => fs.existsSync(path.join(folder, name))),
  );
}

/** PostgreSQL refuses to run as root, so root runs it as nobody. `within` is a folder for it, made where absent. */
export async function openCluster(
  binaries: Binaries,
  settings: Record<string, string | number> = {},
  within = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-cluster-')),
): Promise<Cluster> {
  const isRoot = process.getuid?.() === 0;
  const as = { cwd: '/', ...(isRoot && { uid: 65_534, gid: 65_534 }) };
  const folder = path.join(within, 'cluster');
  fs.mkdirSync(folder, { mode: 0o700 });
  if (isRoot) {
    fs.chmodSync(within, 0o711);
    fs.chownSync(folder, 65_534, 65_534);
  }
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const all = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, ...settings };
  const words = ['-D', folder, '-U', 'postgres', '-A', 'trust', '--no-sync', '--wal-segsize=1'];
  await execute(path.join(binaries, 'initdb'), words, as);
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  fs.appendFileSync(path.join(folder, 'postgresql.conf'), `\n${lines.join('\n')}\n`);
  const control = (...given: string[]) =>
    // Its server must not hold our pipes open.
    execFileSync(
      path.join(binaries, 'pg_ctl'),
      ['-D', folder, '-l', path.join(folder, 'log'), '-w', '-t', '30', ...given],
      { ...as, stdio: 'ignore' },
    );
  const answers = () =>
    ask(url, 'select 1').then(
      () => true,
      () => false,
    );
  const start = async () => {
    if (await answers()) return;
    control('start');
  };
  await start();
  return {
    url,
    folder,
    start,
    restart: async () => void control('restart', '-m', 'immediate'),
    stop: async () => void control('stop', '-m', 'immediate'),
    async close() {
      try {
        control('stop', '-m', 'immediate');
      } catch {
        // It was down already.
      }
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
