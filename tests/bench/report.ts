import os from 'node:os';
import type { DatabaseKind } from './databases.ts';
import type { Result, Row } from './measure.ts';
import { median } from './percentiles.ts';

/** Whoever compares figures must know where they come from. */
export function printMachine(databases: DatabaseKind[]): void {
  const [cpu] = os.cpus();
  console.log(
    `${os.availableParallelism()} cores ${cpu?.model.trim() ?? ''}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ` +
      `${os.type()} ${os.release()}, Node ${process.version}; ${databases.map((d) => d.name).join(', ')}; ` +
      `load at start ${load()}. Load generator, stand-ins, floors and product share the cores.`,
  );
}

/** Processes that want a core, mean of the last minute; more than there are cores makes every latency a queue's. */
const load = () => os.loadavg()[0]?.toFixed(1) ?? '?';

/** Medians over the repetitions; "×" is how many times worse than the floor, median of the pairs. */
export function printTable(database: string, { rows, troubles }: Result): void {
  const lines = rows.map((row) => [
    row.name,
    figure(row, median(ours(row))),
    figure(row, floorOf(row)),
    ratio(row),
    `${amount(Math.min(...ours(row)))}–${amount(Math.max(...ours(row)))}`,
  ]);
  const table = [['', 'ours', 'floor', '×', 'ours, range'], ...lines];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  console.log(`\n${database} (load now ${load()})`);
  for (const line of table) {
    console.log(
      line
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  '),
    );
  }
  for (const trouble of troubles.slice(0, 5)) console.log(`product's log: ${trouble}`);
}

const ours = (row: Row) => row.pairs.map((pair) => pair.ours);

function floorOf(row: Row): number | undefined {
  const floors = row.pairs.flatMap(({ floor }) => (floor === undefined ? [] : [floor]));
  return floors.length > 0 ? median(floors) : undefined;
}

function ratio(row: Row): string {
  const ratios = row.pairs.flatMap(({ ours, floor }) => {
    if (floor === undefined) return [];
    return [row.unit === '/s' ? floor / ours : ours / floor];
  });
  return ratios.length > 0 ? median(ratios).toFixed(1) : '';
}

function figure(row: Row, value: number | undefined): string {
  return value === undefined ? '–' : `${amount(value)} ${row.unit}`;
}

/** Two digits are all that a shared machine can promise. */
function amount(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-GB');
}
