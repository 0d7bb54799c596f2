import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One process of the product, as it runs in production, with faults that can only be made from outside. */
export interface Replica {
  url: string;
  isRunning(): boolean;
  /** Settles once it answers as healthy. Throws with what it printed where it ends before. */
  start(): Promise<void>;
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>;
  /** SIGTERM; the exit code, `null` where it had to be killed after 20 s, and the milliseconds it took. */
  stop(): Promise<{ code: number | null; milliseconds: number }>;
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void;
}

/** What is loaded into the process before the product; each reads its `FAULT_…` variables. */
export type Hook = 'clock' | 'dns' | 'stall';

/** The embedded database takes 4 s on an idle machine, and a minute where ten others want the two cores. */
const startMs = 180_000;
const longestStopMs = 20_000;
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** `output` receives what it prints. */
export function openReplica(at: {
  port: number;
  env: Record<string, string>;
  hooks: readonly Hook[];
  output: string;
}): Replica {
  const url = `http://127.0.0.1:${at.port}`;
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
  const imports = at.hooks.flatMap((hook) => [
    '--import',
    new URL(`./hooks/${hook}.ts`, import.meta.url).href,
  ]);
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();

  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = async () => {
    child?.kill('SIGKILL');
    await ended;
  };

  return {
    url,
    isRunning,
    kill,
    async start() {
      const output = fs.openSync(at.output, 'a');
      const begun = spawn(process.execPath, [...imports, cli, 'start'], {
        env: { PATH: process.env.PATH ?? '', ...at.env, PORT: String(at.port) },
        stdio: ['ignore', output, output],
      });
      fs.closeSync(output);
      child = begun;
      running.add(begun);
      ended = new Promise((resolve) => begun.once('exit', () => resolve()));
      void ended.then(() => running.delete(begun));
      const end = performance.now() + startMs;
      while (!(await isHealthy(url))) {
        if (!isRunning() || performance.now() > end) {
          await kill();
          throw new Error(`The product did not start:\n${fs.readFileSync(at.output, 'utf8').slice(-1_500)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    async stop() {
      const begun = performance.now();
      child?.kill('SIGTERM');
      const late = setTimeout(() => child?.kill('SIGKILL'), longestStopMs);
      await ended;
      clearTimeout(late);
      return { code: child?.exitCode ?? null, milliseconds: performance.now() - begun };
    },
    signal(name) {
      child?.kill(name);
    },
  };
}

export function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}
