import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appearAndPush, type Dice, pushOnly } from './acts.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { ask, createOn } from './databases.ts';
import type { Setting } from './fault.ts';
import { begin, type Ledger, openLedger } from './ledger.ts';
import { bodyOf, isStored, sendPush } from './pushes.ts';
import { settle, type Tally } from './settle.ts';
import { openStage, type Stage, teamsRooms } from './stage.ts';

const diskMegabytes = 160;

/** On a small file system that somebody else's file fills: pushes are refused, and taken again after it is gone. */
export async function fillTheDisk({ binaries, roll }: Setting): Promise<Tally> {
  const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m,mode=711`, 'tmpfs', disk]);
  try {
    const cluster = await openCluster(binaries, { max_wal_size: '16MB', min_wal_size: '2MB' }, disk);
    try {
      return await refuseAndRecover(cluster, disk, roll);
    } finally {
      await cluster.close();
    }
  } finally {
    execFileSync('umount', ['-l', disk]);
    fs.rmdirSync(disk);
  }
}

async function refuseAndRecover(cluster: Cluster, disk: string, roll: Dice): Promise<Tally> {
  const database = await createOn(cluster.url);
  const stage = await openStage({ ...database, release: async () => {} }, { rooms: 4 });
  const ledger = openLedger(4);
  try {
    for (let n = 0; n < 3; n += 1) await appearAndPush(stage, ledger, roll);
    const file = path.join(disk, 'somebody-elses');
    fill(file);
    const refused = await pushUntilRefused(stage, ledger, roll);
    await pushOnly(stage, ledger, roll);
    fs.rmSync(file);
    // Out of space for its log, the server ends itself, and an operator starts it again.
    await sleep(1_000);
    await cluster.start();
    await stage.until('the database', () =>
      ask(database.url ?? '', 'select 1').then(
        () => true,
        () => false,
      ),
    );
    for (let n = 0; n < 3; n += 1) await pushOnly(stage, ledger, roll);
    const done = `disk filled; answered ${refused.join(', ')} until there was room`;
    const tally = await settle(stage, ledger, done, { crashes: teamsRooms.length });
    if (!refused.some((status) => status >= 500)) tally.violations.push('no push was refused with 5xx');
    return tally;
  } finally {
    await stage.close();
  }
}

/** Large alerts, until one is not taken; those that were are accepted for good. */
async function pushUntilRefused(stage: Stage, ledger: Ledger, roll: Dice): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < 40 && statuses.length < 3; n += 1) {
    const story = begin(ledger, 'defender', undefined);
    const body = bodyOf(story, roll);
    const large = JSON.stringify({ ...body, padding: randomBytes(200_000).toString('base64') });
    const push = { source: 'defender', body: large };
    const status = await sendPush(stage, push).catch(() => 599);
    if (status < 300) ledger.stories.push(story);
    else {
      statuses.push(status);
      if (!(await isStored(stage, push))) ledger.unheard.push({ story, ...push });
      else ledger.stories.push(story);
    }
  }
  return statuses;
}

function fill(file: string): void {
  const megabyte = Buffer.alloc(1 << 20);
  const out = fs.openSync(file, 'w');
  try {
    for (;;) fs.writeSync(out, megabyte);
  } catch {
    // No space is left, which is what was wanted.
  } finally {
    fs.closeSync(out);
  }
}
