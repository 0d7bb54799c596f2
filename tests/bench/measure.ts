import { measureAlerts, measureBurst } from './alert-load.ts';
import { measureClicks } from './click-load.ts';
import { pressInSlack, pressInTeams } from './clicks.ts';
import type { DatabaseKind } from './databases.ts';
import type { FarSide } from './far-side.ts';
import { startFloors } from './floors/floors.ts';
import { startProduct, takeTroubles } from './product.ts';
import { resourcesOf } from './resources.ts';
import type { Scale } from './scale.ts';
import type { Note, Sides, Unit } from './sides.ts';

/** One line of the table: pairs of our figure and the floor's, one a repetition. */
export interface Row {
  name: string;
  unit: Unit;
  pairs: { ours: number; floor: number | undefined }[];
}

export interface Result {
  rows: Row[];
  /** What the product complained of while it was measured. */
  troubles: string[];
}

/** Starts the product and its floors on one kind of database and presses on each in turn. */
export async function measureDatabase(
  kind: DatabaseKind,
  farSide: FarSide,
  scale: Scale,
  warmUp: Scale | undefined,
): Promise<Result> {
  farSide.sink.forget();
  const [ourDatabase, floorDatabase] = [await kind.create(), await kind.create()];
  const floors = await startFloors(farSide, floorDatabase.env);
  let product = await startProduct(farSide, ourDatabase.env);
  const rows = new Map<string, Row>();
  const note: Note = (name, unit, ours, floor) => {
    const row = rows.get(name) ?? { name, unit, pairs: [] };
    row.pairs.push({ ours, floor });
    rows.set(name, row);
  };
  const noteMemory = (name: string, at: 'now' | 'peak') => {
    const [ours, floor] = [resourcesOf(product.pid), resourcesOf(floors.alerts.pid)];
    if (ours && floor) note(name, 'MB', ours.memory[at], floor.memory[at]);
  };

  try {
    const firstStart = { ours: product.startMs, floor: floors.alerts.startMs };
    await farSide.sink.quiet(1_000);
    noteMemory('memory after start', 'now');
    const sides = { product, floors, farSide };
    if (warmUp) await repeat(sides, warmUp, () => {});
    for (let n = 0; n < scale.repetitions; n += 1) await repeat(sides, scale, note);
    noteMemory('memory, most', 'peak');
    note('first start, with an empty database', 'ms', firstStart.ours, firstStart.floor);
    await product.stop();
    product = await startProduct(farSide, ourDatabase.env);
    note('start after a stop', 'ms', product.startMs, undefined);
    return { rows: [...rows.values()], troubles: takeTroubles(farSide) };
  } finally {
    await Promise.all([product.stop(), floors.stop()]);
    await Promise.all([ourDatabase.release(), floorDatabase.release()]);
  }
}

/** Floor and ours by turns, so that whatever else the machine does meets both. */
async function repeat(sides: Sides, scale: Scale, note: Note): Promise<void> {
  const { bolt, botbuilder } = sides.floors;
  await measureAlerts(sides, scale, note);
  const incidents = await measureBurst(sides, scale, note);
  const half = Math.ceil(incidents.length / 2);
  const inSlack = { channel: 'Slack', press: pressInSlack, floor: bolt } as const;
  const inTeams = { channel: 'Teams', press: pressInTeams, floor: botbuilder } as const;
  await measureClicks(sides, inSlack, incidents.slice(0, half), scale, note);
  await measureClicks(sides, inTeams, incidents.slice(half), scale, note);
}
