import { parseArgs } from 'node:util';
import { embedded, findPostgres } from '../bench/database/databases.ts';
import { openFolder } from '../bench/temporary.ts';
import { liveThrough } from './month.ts';
import { openMoved } from './moved-clock.ts';

/** `npm run month -- --alerts 20000 --days 30`: a month of a team of six on a moved clock, checked and told. */
const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '20000' },
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: '7' },
    /** `postgres` or `embedded`. */
    on: { type: 'string', default: 'postgres' },
  },
});

const server = values.on === 'postgres' ? await findPostgres() : undefined;
const kind = server ?? embedded;
const database = await kind.create();
const { folder, remove } = openFolder('month');
const moved = await openMoved({
  url: database.url,
  folder: database.env.DATA_DIR ?? folder,
  async release() {
    await database.release();
    remove();
  },
});
const days = Number(values.days);
// Europe puts its clocks forward in the night to the 29th of March.
const start = Date.parse('2026-03-27T23:00:00Z');
const began = Date.now();
let shown = began;
const { lines, faults } = await liveThrough(
  moved,
  { seed: Number(values.seed), start, days, alerts: Number(values.alerts) },
  (at) => {
    if (Date.now() - shown < 10_000) return;
    shown = Date.now();
    console.log(`… ${new Date(at).toISOString().slice(0, 16)}`);
  },
);
console.log(`\n${kind.name}, lived through in ${Math.round((Date.now() - began) / 1_000)} s`);
for (const line of lines) console.log(line);
for (const fault of faults.slice(0, 50)) console.log(`FAULT ${fault}`);
console.log(faults.length === 0 ? 'No fault.' : `${faults.length} faults.`);
await moved.close();
await server?.close();
process.exitCode = faults.length === 0 ? 0 : 1;
