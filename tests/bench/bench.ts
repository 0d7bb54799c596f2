import { parseArgs } from 'node:util';
import { embedded, findPostgres } from './database/databases.ts';
import { openFarSide } from './far-side/far-side.ts';
import { openFigures } from './figures.ts';
import { judgeGoals, printGoals } from './goals.ts';
import { measure, parts } from './measure.ts';
import { useProduct } from './product.ts';
import { printMachine, printTable, writeFigures } from './report.ts';
import { watchForeign } from './resources.ts';
import { full, quick } from './scale.ts';

// docs/performance.md says how to read what this prints.
const { values: asked } = parseArgs({
  options: {
    /** Shows that it runs; three minutes at most. */
    quick: { type: 'boolean', default: false },
    /** Parts, parted by commas; all where absent. */
    only: { type: 'string' },
    /** `postgres`, `embedded`; both where absent. */
    on: { type: 'string', default: 'postgres,embedded' },
    /** Repetitions, where the scale's own number is not wanted. */
    times: { type: 'string' },
    /** `src/cli.ts` of another checkout. */
    product: { type: 'string' },
  },
});
if (asked.product) useProduct(asked.product);
const scale = { ...(asked.quick ? quick : full) };
const only = asked.only?.split(',') ?? parts.filter((part) => !scale.without.includes(part));
const unknown = only.filter((name) => !parts.includes(name));
if (unknown.length > 0) throw new Error(`There is no part ${unknown}. There are ${parts.join(', ')}.`);
if (asked.only) scale.onEmbedded = full.onEmbedded;
if (asked.times) scale.repetitions = Number(asked.times);

// Whoever stops the bench stops all that it started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const begin = performance.now();
const foreign = watchForeign();
const farSide = await openFarSide();
const postgres = asked.on.includes('postgres') ? await findPostgres() : undefined;
try {
  const databases = [...(postgres ? [postgres] : []), ...(asked.on.includes('embedded') ? [embedded] : [])];
  printMachine(databases);
  const results = [];
  for (const database of databases) {
    const figures = openFigures();
    const trouble = await measure({
      farSide,
      database,
      scale,
      only,
      note: figures.note,
    });
    const result = { database: database.name, rows: figures.rows(), ...trouble };
    if (trouble.failures.length > 0) process.exitCode = 1;
    printTable(result);
    results.push(result);
  }
  const goals = postgres ? judgeGoals(results[0]?.rows ?? []) : [];
  if (postgres) printGoals(goals);
  writeFigures({ results, goals, foreign: foreign(), seconds: (performance.now() - begin) / 1_000 });
} finally {
  await Promise.all([farSide.close(), postgres?.close()]);
}
