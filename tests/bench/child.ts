import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';

/** A server in a process of its own, so that it shares no event loop with what presses on it. */
export interface Child {
  url: string;
  pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  startMs: number;
  stop(): Promise<void>;
}

export interface Launch {
  /** Relative to this folder. */
  file: string;
  words?: string[];
  env: Record<string, string>;
  /** Receives what the process prints. */
  log: string;
  /** PEM that its certificate is checked against; plain HTTP without. */
  ca?: string;
}

const patienceMs = 60_000;
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server that listens on `PORT`, and waits until it answers `/healthz` with anything but a fault. */
export async function launch({ file, words = [], env, log, ca }: Launch): Promise<Child> {
  const port = await freePort();
  const url = `${ca ? 'https' : 'http'}://127.0.0.1:${port}`;
  const out = fs.openSync(log, 'a');
  const begin = performance.now();
  // Nothing of the caller's own environment: a real token in it would make this a real installation.
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...words], {
    env: { PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1', ...env },
    stdio: ['ignore', out, out],
  });
  fs.closeSync(out);
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => running.delete(child));
  while (!(await answers(`${url}/healthz`, ca))) {
    if (child.exitCode !== null || performance.now() - begin > patienceMs)
      throw new Error(`${file} did not start:\n${fs.readFileSync(log, 'utf8').slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    url,
    pid: child.pid ?? 0,
    startMs: performance.now() - begin,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function answers(url: string, ca: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (response: http.IncomingMessage) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 500);
    };
    const request = ca ? https.get(url, { ca }, look) : http.get(url, look);
    request.once('error', () => resolve(false));
  });
}
