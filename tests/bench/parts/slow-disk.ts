import { newAlerts } from '../alerts.ts';
import type { Child } from '../child.ts';
import { type Cluster, findBinaries, startCluster } from '../database/cluster.ts';
import { createOn } from '../database/databases.ts';
import { startFloors } from '../floors/floors.ts';
import { expectStatus, rateOf } from '../load/press.ts';
import { startProduct } from '../product.ts';
import { roomOf } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { compileSlowSync } from '../slow-disk/compile.ts';
import { defenderRequest, type Ground, numbersOf, warmProduct } from '../stage.ts';
import { openFolder } from '../temporary.ts';

const connections = 16;
const patienceMs = 60_000;
const settleMs = 1_500;

/** The same PostgreSQL twice, one of them with two milliseconds more for every write that is forced to the disk. */
export async function measureSlowDisk(ground: Ground, scale: Scale): Promise<void> {
  const { folder, remove } = openFolder('slow');
  const binaries = findBinaries();
  const library = compileSlowSync(folder);
  const clusters: Cluster[] = [];
  try {
    if (!binaries || !library) {
      console.log('slow disk: skipped; it needs PostgreSQL’s own programs and a C compiler.');
      return;
    }
    clusters.push(await startCluster(binaries), await startCluster(binaries, { LD_PRELOAD: library }));
    await compare(ground, scale, clusters);
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.stop()));
    remove();
  }
}

/** Ours and the floor on each, by turns. */
async function compare(ground: Ground, { slowDisk, repetitions }: Scale, clusters: Cluster[]) {
  const { farSide, note } = ground;
  await farSide.chat.forget();
  const servers: { ours: Child; floor: Child; stop(): Promise<unknown> }[] = [];
  try {
    for (const { url } of clusters) {
      const ours = await startProduct(farSide, (await createOn(url)).env);
      const floors = await startFloors(farSide, (await createOn(url)).env);
      servers.push({
        ours,
        floor: floors.durable,
        stop: () => Promise.all([ours.stop(), floors.stop()]),
      });
      await warmProduct(ground, floors.durable, 100);
      await warmProduct(ground, ours, 100);
    }
    const [usual, slow] = servers;
    if (!usual || !slow) return;
    await farSide.chat.limit(false);
    for (let n = 0; n < repetitions; n += 1) {
      const floor = [await rush(ground, usual.floor, slowDisk), await rush(ground, slow.floor, slowDisk)];
      const ours = [await rush(ground, usual.ours, slowDisk), await rush(ground, slow.ours, slowDisk)];
      const [usualFloor = 0, slowFloor = 0] = floor;
      const [usualOurs = 0, slowOurs = 0] = ours;
      note('usual disk: accepted, 16 connections', '/s', { ours: usualOurs, floor: usualFloor });
      note('slow disk: accepted, 16 connections', '/s', { ours: slowOurs, floor: slowFloor });
      note('slow disk: accepted, to the usual disk', '', {
        ours: slowOurs / usualOurs,
        floor: slowFloor / usualFloor,
      });
    }
  } finally {
    await farSide.chat.limit(true);
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** @returns alerts accepted a second */
async function rush({ farSide, generator }: Ground, { url }: Child, count: number): Promise<number> {
  const alerts = newAlerts(count, (n) => roomOf('burst', n));
  const sent = await generator.press(url, alerts.map(defenderRequest), { connections });
  expectStatus(sent, [202], url);
  const missing = await farSide.chat.wait('seen', numbersOf(alerts), patienceMs);
  if (missing > 0) throw new Error(`${missing} of ${count} alerts are not shown.`);
  await farSide.chat.quiet(settleMs);
  return rateOf(sent);
}
