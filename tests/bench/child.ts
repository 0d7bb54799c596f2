import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import { now, pause } from './clock.ts';

/** A server in a process of its own, so that it shares no event loop with what presses on it. */
export interface Child {
  url: string;
  pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  startMs: number;
  stop(): Promise<void>;
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>;
}

export interface Launch {
  /** Relative to this folder. Run by Node unless `program` is named. */
  file: string;
  /** Another program than Node, with words that need the port. */
  program?: string;
  words?: (port: number) => string[];
  /** Where it has to listen; a free one unless said. */
  port?: number;
  env: Record<string, string>;
  /** Receives what the process prints. */
  log: string;
  /** Asked until it answers with anything but a fault. */
  alive?: string;
  /** PEM that its certificate is checked against; plain HTTP without. */
  ca?: string;
}

const patienceMs = 60_000;

/** Starts a server that listens on `PORT`, and waits until it answers. */
export async function launch(what: Launch): Promise<Child> {
  const { file, program, words, env, log, alive = '/healthz', ca } = what;
  const port = what.port ?? (await freePort());
  const url = `${ca ? 'https' : 'http'}://127.0.0.1:${port}`;
  const out = fs.openSync(log, 'a');
  const begin = now();
  // Nothing of the caller's own environment: a real token in it would make this a real installation.
  const own = words?.(port) ?? [];
  const line = program ? own : [fileURLToPath(new URL(file, import.meta.url)), ...own];
  const child = spawn(program ?? process.execPath, line, {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', ...env, PORT: String(port) },
    stdio: ['ignore', out, out],
  });
  fs.closeSync(out);
  const ended = keepTrackOf(child);
  while (!(await answers(url + alive, ca))) {
    if (child.exitCode !== null || now() - begin > patienceMs)
      throw new Error(`${file} did not start:\n${fs.readFileSync(log, 'utf8').slice(-2_000)}`);
    await pause(5);
  }
  const end = (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal);
    return ended;
  };
  return {
    url,
    pid: child.pid ?? 0,
    startMs: now() - begin,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** It ends with the bench, however that ends. @returns when it has ended */
export function keepTrackOf(child: ChildProcess): Promise<void> {
  running.add(child);
  return new Promise((resolve) =>
    child.once('exit', () => {
      running.delete(child);
      resolve();
    }),
  );
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
