import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { DatabaseKind } from './databases.ts';
import { freePort } from './free-port.ts';
import { type House, outside, trust } from './house.ts';
import { writeSettings } from './settings.ts';

/** The product as a process of its own, to be killed, with the sandbox in this one. */
export interface Hut extends Pick<House, 'control' | 'until'> {
  productUrl: string;
  env: Record<string, string>;
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openHut(kind: DatabaseKind): Promise<Hut> {
  const database = await kind.create();
  const productPort = await freePort();
  const sandbox: Sandbox = await startSandbox({ port: 0, productPort });
  trust(sandbox);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-ca-'));
  const authority = path.join(folder, 'ca.pem');
  fs.writeFileSync(authority, sandbox.caCertificate);
  const env = {
    ...sandbox.env,
    WATCHFLOOR_CONFIG: writeSettings(),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    DATA_DIR: database.folder,
    NODE_EXTRA_CA_CERTS: authority,
    ...(database.url && { DATABASE_URL: database.url }),
  };
  const productUrl = `http://127.0.0.1:${productPort}`;
  const { control, until } = outside(sandbox);
  let child: ChildProcess | undefined;

  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const start = async () => {
    const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
    const output: 'inherit' | 'ignore' = process.env.TEST_LOG ? 'inherit' : 'ignore';
    child = spawn(process.execPath, [cli, 'start'], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', output, output],
    });
    await until(
      'the product to be up',
      () =>
        fetch(`${productUrl}/readyz`).then(
          (r) => r.ok,
          () => false,
        ),
      20_000,
    );
  };

  await start();
  return {
    control,
    until,
    productUrl,
    env,
    kill,
    start,
    async close() {
      await kill();
      await sandbox.stop();
      await database.release();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
