import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseKind } from './database/databases.ts';
import { medianOf, type Row, ratioTo, type Who } from './figures.ts';
import type { Goal } from './goals.ts';
import type { Trouble } from './measure.ts';
import type { Foreign } from './resources.ts';

export interface Result extends Trouble {
  database: string;
  rows: Row[];
}

/** Whoever compares figures must know where they come from. */
export function printMachine(databases: DatabaseKind[]): void {
  const names = databases.map((database) => database.name).join(', ');
  console.log(
    `${describeMachine()}; ${names}. Generators, stand-ins, floors, peer and product share the cores.`,
  );
}

function describeMachine(): string {
  const [cpu] = os.cpus();
  return (
    `${os.availableParallelism()} cores ${cpu?.model.trim() ?? ''}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ` +
    `${os.type()} ${os.release()}, Node ${process.version}`
  );
}

/** Medians over the repetitions; "×" is ours as a multiple, median of the repetitions' own. */
export function printTable({ database, rows, troubles, failures }: Result): void {
  console.log(`\n${database}`);
  printColumns([
    ['', 'ours', 'floor', '×', 'peer', '×', 'ours, range'],
    ...rows.map((row) => [
      row.name,
      figure(row, 'ours'),
      figure(row, 'floor'),
      multiple(row, 'floor'),
      figure(row, 'peer'),
      multiple(row, 'peer'),
      range(row),
    ]),
  ]);
  for (const failure of failures) console.log(`FAILED ${failure}`);
  for (const trouble of troubles.slice(0, 5)) console.log(`product's log: ${trouble}`);
}

export function printColumns(table: string[][]): void {
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of table) {
    const cells = line.map((cell, n) =>
      n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0),
    );
    console.log(cells.join('  '));
  }
}

function figure(row: Row, who: Who): string {
  const value = medianOf(row, who);
  return value === undefined ? '–' : `${amount(value)} ${row.unit}`.trimEnd();
}

function multiple(row: Row, other: Who): string {
  const ratio = ratioTo(row, other);
  return ratio === undefined || !Number.isFinite(ratio) ? '' : ratio.toFixed(2);
}

function range(row: Row): string {
  const all = row.tries.flatMap((one) => one.ours ?? []);
  return all.length > 1 ? `${amount(Math.min(...all))}–${amount(Math.max(...all))}` : '';
}

/** Two digits are all that a shared machine can promise. */
export function amount(value: number): string {
  if (Number.isNaN(value)) return '?';
  if (value < 10 && !Number.isInteger(value)) return value.toFixed(value < 2 ? 2 : 1);
  return Math.round(value).toLocaleString('en-GB');
}

export interface Run {
  results: Result[];
  goals: Goal[];
  foreign: Foreign;
  seconds: number;
}

/** Every repetition's figure, for whoever wants to draw or to compare. */
export function writeFigures(run: Run): void {
  const file = path.join(
    os.tmpdir(),
    `watchfloor-bench-${new Date().toISOString().replaceAll(':', '-')}.json`,
  );
  fs.writeFileSync(file, JSON.stringify({ machine: describeMachine(), ...run }));
  const { loadAverage, foreignCpu } = run.foreign;
  console.log(
    `\n${Math.round(run.seconds)} s; load average ${loadAverage.toFixed(1)}, ` +
      `others used ${(foreignCpu * 100).toFixed(0)} % of the processors. Every figure: ${file}`,
  );
}
