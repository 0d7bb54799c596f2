import tls from 'node:tls';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { startWatchfloor } from '../../src/main.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { DatabaseKind, TestDatabase } from './databases.ts';
import { freePort } from './free-port.ts';
import { writeSettings } from './settings.ts';

/** The whole house with sandbox servers at its edges; everything goes over real HTTP. */
export interface House {
  sandbox: Sandbox;
  database: TestDatabase;
  productUrl: string;
  /** Environment that the product runs with; `env.WEBHOOK_SECRET` and the like. */
  env: Record<string, string>;
  /** What the product logged as a warning or worse, oldest first. */
  logged: LogLine[];
  /** A control of the sandbox, as `docs/sandbox.md` lists them. */
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Asks until `look` returns something, and returns that; says `what` it waited for where it never comes. */
  until<T>(
    what: string,
    look: () => T | undefined | Promise<T | undefined>,
    milliseconds?: number,
  ): Promise<T>;
  close(): Promise<void>;
}

export type LogLine = { level: number; msg: string; reason?: string } & Record<string, unknown>;

export async function openHouse(
  kind: DatabaseKind,
  changes: Record<string, string> | ((env: Record<string, string>) => Record<string, string>) = {},
  sandboxOptions: { isUnhurried?: boolean } = {},
): Promise<House> {
  const database = await kind.create();
  const productPort = await freePort();
  const sandbox = await startSandbox({ port: 0, productPort, ...sandboxOptions });
  trust(sandbox);
  const env = {
    ...sandbox.env,
    WATCHFLOOR_CONFIG: writeSettings(),
    HOST: '127.0.0.1',
    DATA_DIR: database.folder,
    ...(database.url && { DATABASE_URL: database.url }),
    ...(typeof changes === 'function' ? changes(sandbox.env) : changes),
  };
  const logged: LogLine[] = [];
  const product = await startWatchfloor(readConfig(env), logInto(logged));
  return {
    ...outside(sandbox),
    sandbox,
    database,
    env,
    logged,
    productUrl: `http://127.0.0.1:${product.port}`,
    async close() {
      await product.stop();
      await sandbox.stop();
      await database.release();
    },
  };
}

const authorities = tls.getCACertificates('default');

/** Only the newest sandbox: their authorities share one name, and OpenSSL may try the wrong one of several. */
export function trust(sandbox: Sandbox): void {
  tls.setDefaultCACertificates([...authorities, sandbox.caCertificate]);
}

/** `TEST_LOG=1` shows the lines as well. */
function logInto(lines: LogLine[]) {
  const write = (line: string) => {
    lines.push(JSON.parse(line));
    if (process.env.TEST_LOG) process.stderr.write(line);
  };
  return pino({ level: 'warn' }, { write });
}

/** What a person or a test can do from outside. */
export function outside(sandbox: Sandbox): Pick<House, 'control' | 'until'> {
  return {
    async control<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(`${sandbox.url}/api${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      });
      const json = (await answer.json()) as T;
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
      return json;
    },
    async until(what, look, milliseconds = 10_000) {
      const end = Date.now() + milliseconds;
      for (;;) {
        const found = await look();
        if (found !== undefined && found !== false) return found;
        if (Date.now() > end) throw new Error(`Waited ${milliseconds} ms in vain: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
  };
}
