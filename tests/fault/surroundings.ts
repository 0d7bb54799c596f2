import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { actAtRandom, appear, appearAndPush, keepActing, pushOnly } from './acts.ts';
import type { Fault, Setting } from './fault.ts';
import { openLedger } from './ledger.ts';
import { settle, type Tally } from './settle.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** Credentials, names, clocks and the process's own loop. */
export const surroundingFaults: Fault[] = [
  { name: 'tokens-expire', on: ['PostgreSQL'], run: expire },
  { name: 'tokens-revoked', on: ['embedded'], run: revoke },
  { name: 'names-not-found', on: ['PostgreSQL'], run: failNames },
  { name: 'clock-jumps', on: ['PostgreSQL', 'embedded'], run: jump },
  { name: 'loop-stalls', on: ['PostgreSQL'], run: stall },
];

const rooms = 4;

async function expire(setting: Setting): Promise<Tally> {
  return onStage(setting, {}, async (stage, work) => {
    await stage.control('POST', '/entra', { tokenSeconds: 5 });
    await stage.replica.stop();
    await stage.replica.start();
    return `${await work(15_000)} acts with tokens of Entra ID that live 5 s`;
  });
}

async function revoke(setting: Setting): Promise<Tally> {
  return onStage(setting, {}, async (stage, work) => {
    await work(2_000);
    for (const side of ['slack', 'teams', 'azure'])
      await stage.control('POST', '/faults', { side, kind: 'revoked' });
    const acts = await work(6_000);
    for (const side of ['slack', 'teams', 'azure'])
      await stage.control('POST', '/faults', { side, kind: 'none' });
    return `every credential revoked for 6 s, during ${acts} acts`;
  });
}

async function failNames(setting: Setting): Promise<Tally> {
  let flag = '';
  const options: StageOptions = { hooks: ['dns'], names: true };
  return onStage(
    setting,
    options,
    async (_stage, work) => {
      await work(2_000);
      fs.writeFileSync(flag, '');
      const acts = await work(8_000);
      fs.rmSync(flag);
      await work(2_000);
      return `no name found for 8 s, during ${acts} acts`;
    },
    (folder) => {
      flag = path.join(folder, 'no-names');
      return { FAULT_DNS_FILE: flag };
    },
  );
}

const hour = 3_600_000;

/** An hour fast from the start, then right, then an hour slow, then right. People's requests are signed by the right time. */
async function jump(setting: Setting): Promise<Tally> {
  let file = '';
  return onStage(
    setting,
    { hooks: ['clock'] },
    async (stage, _work, unsigned) => {
      const set = (wrongBy: number) => {
        fs.writeFileSync(file, String(wrongBy));
        stage.replica.signal('SIGUSR2');
      };
      let acts = await unsigned(4_000);
      set(0);
      acts += await unsigned(4_000);
      set(-hour);
      acts += await unsigned(4_000);
      set(hour);
      acts += await unsigned(4_000);
      set(0);
      return `the clock +1 h, right, −1 h, +1 h, right, during ${acts} alerts`;
    },
    (folder) => {
      file = path.join(folder, 'clock');
      fs.writeFileSync(file, String(hour));
      return { FAULT_CLOCK_FILE: file, FAULT_CLOCK_MS: String(hour) };
    },
  );
}

async function stall(setting: Setting): Promise<Tally> {
  return onStage(
    setting,
    { hooks: ['stall'] },
    async (_stage, work) => `the loop still for 3 s of every 6, during ${await work(20_000)} acts`,
    () => ({ FAULT_STALL_MS: '3000', FAULT_STALL_EVERY_MS: '6000' }),
  );
}

type Work = (milliseconds: number) => Promise<number>;

/** Opens a stage, lets `story` tell what is done, and counts. `unsigned` work is what needs no signed request. */
async function onStage(
  { create, roll, isQuick }: Setting,
  options: StageOptions,
  story: (stage: Stage, work: Work, unsigned: Work) => Promise<string>,
  envIn: (folder: string) => Record<string, string> = () => ({}),
): Promise<Tally> {
  const database = await create();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-flags-'));
  const stage = await openStage(database, { rooms, ...options, env: envIn(folder) });
  const ledger = openLedger(rooms);
  const everyMs = isQuick ? 800 : 400;
  try {
    const work: Work = (milliseconds) =>
      keepActing(stage, ledger, roll, { milliseconds, everyMs, acts: [actAtRandom] });
    const unsigned: Work = (milliseconds) =>
      keepActing(stage, ledger, roll, { milliseconds, everyMs, acts: [appear, appearAndPush, pushOnly] });
    const done = await story(stage, work, unsigned);
    await sleep(200);
    return await settle(stage, ledger, done, { crashes: 1 });
  } finally {
    await stage.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
