import { now } from './clock.ts';
import { type DatabaseKind, embedded } from './database/databases.ts';
import type { FarSide } from './far-side/far-side.ts';
import type { Note } from './figures.ts';
import { startFloors } from './floors/floors.ts';
import { startGenerator } from './load/press.ts';
import { measureAway } from './parts/away.ts';
import { measureBurst } from './parts/burst.ts';
import { measureClicks } from './parts/clicks.ts';
import { measureDigest } from './parts/digest.ts';
import { measureEnrichment } from './parts/enrichment.ts';
import { measureGuard } from './parts/guard.ts';
import { measureHistory } from './parts/history.ts';
import { measureKill } from './parts/kill.ts';
import { measureQueries } from './parts/queries.ts';
import { measureSearch } from './parts/search.ts';
import { measureSlowDisk } from './parts/slow-disk.ts';
import { measureSteady } from './parts/steady.ts';
import { measureClicksInStorm, measureStorm } from './parts/storm.ts';
import { hasAlertmanager, startAlertmanager } from './peer/alertmanager.ts';
import { startProduct, takeTroubles } from './product.ts';
import { watchForeign } from './resources.ts';
import { type Scale, small } from './scale.ts';
import { type Ground, type Stage, warmUp } from './stage.ts';

type Measure<On> = (on: On, scale: Scale) => Promise<void>;

/** Press on one running product, one after the other; the burst leaves most behind and comes last. */
const onOneProduct: Record<string, Measure<Stage>> = {
  steady: measureSteady,
  clicks: measureClicks,
  storm: measureStorm,
  'storm-clicks': measureClicksInStorm,
  burst: measureBurst,
};
/** Start a product of their own, in every repetition. */
const onTheirOwn: Record<string, Measure<Ground>> = { kill: measureKill };
/** Take long, or repeat for themselves. */
const once: Record<string, Measure<Ground>> = {
  away: measureAway,
  'slow-disk': measureSlowDisk,
  history: measureHistory,
  guard: measureGuard,
  queries: measureQueries,
  search: measureSearch,
  digest: measureDigest,
  enrichment: measureEnrichment,
};
export const parts = [onOneProduct, onTheirOwn, once].flatMap((some) => Object.keys(some));

export interface Wanted {
  farSide: FarSide;
  database: DatabaseKind;
  scale: Scale;
  /** Names of parts. */
  only: string[];
  note: Note;
}

export interface Trouble {
  /** Parts that could not be measured to their end, and why. */
  failures: string[];
  /** What the product complained of while it was measured. */
  troubles: string[];
}

export async function measure({ farSide, database, scale, only, note }: Wanted): Promise<Trouble> {
  const isEmbedded = database === embedded;
  const mine = only.filter((part) => !isEmbedded || scale.onEmbedded.includes(part));
  const size = isEmbedded ? small(scale) : scale;
  const [generator, clicker] = [startGenerator(), startGenerator()];
  const ground: Ground = { farSide, database, generator, clicker, note };
  const failures: string[] = [];
  const run = async <On>(measures: Record<string, Measure<On>>, on: On) => {
    for (const [part, measure] of Object.entries(measures))
      if (mine.includes(part)) failures.push(...(await watch(part, note, () => measure(on, size))));
  };
  try {
    for (let n = 0; n < scale.repetitions; n += 1) {
      if (Object.keys(onOneProduct).some((part) => mine.includes(part)))
        await withProduct(ground, size, (stage) => run(onOneProduct, stage));
      await run(onTheirOwn, ground);
    }
    await run(once, ground);
  } finally {
    await Promise.all([generator.stop(), clicker.stop()]);
  }
  return { failures, troubles: takeTroubles(farSide) };
}

/** A new database, product, floors and peers for every repetition, so that none inherits from the one before. */
async function withProduct(
  ground: Ground,
  scale: Scale,
  press: (stage: Stage) => Promise<void>,
): Promise<void> {
  const { farSide, database, note } = ground;
  await farSide.chat.forget();
  const [ourDatabase, floorDatabase] = [await database.create(), await database.create()];
  const floors = await startFloors(farSide, floorDatabase.env);
  const product = await startProduct(farSide, ourDatabase.env);
  const peer =
    database !== embedded && hasAlertmanager()
      ? {
          single: await startAlertmanager(farSide, 'single'),
          grouped: await startAlertmanager(farSide, 'by conversation'),
        }
      : undefined;
  note('first start, with an empty database', 'ms', {
    ours: product.startMs,
    floor: floors.durable.startMs,
    ...(peer && { peer: peer.single.startMs }),
  });
  try {
    const stage = { ...ground, product, floors, peer };
    await warmUp(stage, scale.warmUp);
    await press(stage);
  } finally {
    await Promise.all([product, floors, peer?.single, peer?.grouped].map((one) => one?.stop()));
    await Promise.all([ourDatabase.release(), floorDatabase.release()]);
  }
}

/**
 * Whoever reads a figure must know who else used the machine meanwhile. A part that fails leaves the others their
 * figures. @returns why it failed
 */
async function watch(part: string, note: Note, work: () => Promise<void>): Promise<string[]> {
  const begin = now();
  const foreign = watchForeign();
  try {
    await work();
    return [];
  } catch (error) {
    return [`${part}: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    const { loadAverage, foreignCpu } = foreign();
    note(`${part}: took`, 's', { ours: (now() - begin) / 1_000 });
    note(`${part}: CPU of others, % of all cores`, '', { ours: foreignCpu * 100 });
    note(`${part}: load average`, '', { ours: loadAverage });
  }
}
