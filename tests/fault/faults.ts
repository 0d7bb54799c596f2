import { parseArgs } from 'node:util';
import { dice } from '../support/dice.ts';
import { answerFaults } from './answers.ts';
import { findBinaries } from './cluster.ts';
import { createDatabase, type DatabaseName, findServer } from './databases.ts';
import { killEscalationsAtAnyPoint } from './escalation-killed.ts';
import type { Fault, Need } from './fault.ts';
import { killAtAnyPoint } from './killed.ts';
import { orderFaults } from './order.ts';
import { postgresFaults } from './postgres.ts';
import { replicaFaults } from './replicas.ts';
import { roomFaults } from './rooms.ts';
import { killRunsAtAnyPoint } from './runs-killed.ts';
import type { Tally } from './settle.ts';
import { stormFaults } from './storm.ts';
import { surroundingFaults } from './surroundings.ts';

/** Everything that goes wrong here; docs/sandbox.md lists what the far sides can be made to do. */
const faults: Fault[] = [
  {
    name: 'killed',
    quick: true,
    on: ['PostgreSQL', 'embedded'],
    run: async ({ create, roll, points }) => killAtAnyPoint(await create(), roll, points),
  },
  {
    name: 'runs-killed',
    quick: true,
    on: ['PostgreSQL', 'embedded'],
    run: async ({ create, roll, points }) => killRunsAtAnyPoint(await create(), roll, Math.min(points, 50)),
  },
  {
    name: 'escalation-killed',
    quick: true,
    on: ['PostgreSQL', 'embedded'],
    run: async ({ create, roll, points }) =>
      killEscalationsAtAnyPoint(await create(), roll, Math.min(points, 50)),
  },
  ...replicaFaults,
  ...roomFaults,
  ...stormFaults,
  ...postgresFaults,
  ...answerFaults,
  ...surroundingFaults,
  ...orderFaults,
];

const { values: asked } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    points: { type: 'string' },
    database: { type: 'string' },
    quick: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '3' },
  },
});
const seed = Number(asked.seed ?? Date.now() % 100_000);
const points = Number(asked.points ?? (asked.quick ? 10 : 200));
/** A restart on the embedded database takes three times as long. */
const embeddedShare = 0.3;
/** A fault that has not ended by then never will. */
const longestMs = 12 * 60_000;
const longestRunMs = 30 * 60_000;

const server = await findServer();
const binaries = findBinaries();
const lacks: Record<Need, string | undefined> = {
  root: process.getuid?.() === 0 ? undefined : 'needs root, for a small file system',
  binaries: binaries ? undefined : 'needs installed PostgreSQL binaries, for a server of its own',
};

interface Run {
  fault: Fault;
  database: DatabaseName;
}

const runs = chooseRuns();
const tallies: Tally[] = [];
const skipped: string[] = [];
let failed = 0;

setTimeout(() => {
  console.error(`FAILED  the whole run did not end within ${longestRunMs / 60_000} minutes`);
  process.exit(1);
}, longestRunMs).unref();

console.log(`${runs.length} faults, --seed ${seed}, ${points} kill points`);
const waiting = [...runs];
await Promise.all(Array.from({ length: Number(asked.jobs) }, work));
printTotals();
process.exit(failed > 0 ? 1 : 0);

function chooseRuns(): Run[] {
  const only = asked.only?.split(',');
  const chosen = faults.filter(({ name, quick }) =>
    only ? only.some((part) => name.startsWith(part)) : quick || !asked.quick,
  );
  if (chosen.length === 0) {
    console.error(`--only knows ${faults.map(({ name }) => name).join(', ')}`);
    process.exit(2);
  }
  const wanted = { pg: 'PostgreSQL', embedded: 'embedded' }[asked.database ?? ''];
  return chosen.flatMap((fault) =>
    fault.on
      .filter((database) => wanted === undefined || database === wanted)
      .map((database) => ({ fault, database })),
  );
}

async function work(): Promise<void> {
  for (let run = waiting.shift(); run; run = waiting.shift()) await runOne(run);
}

async function runOne({ fault, database }: Run): Promise<void> {
  const name = `${fault.name.padEnd(24)} ${database.padEnd(10)}`;
  const lack = findLack(fault, database);
  if (lack) {
    skipped.push(fault.name);
    console.log(`SKIPPED ${name}        ${lack}`);
    return;
  }
  const begun = performance.now();
  const seconds = () => `${((performance.now() - begun) / 1_000).toFixed(0)} s`.padStart(6);
  const share = database === 'embedded' ? embeddedShare : 1 - embeddedShare;
  const run = fault.run({
    create: () => createDatabase(database, server ?? ''),
    binaries: binaries ?? '',
    // Its own numbers, so that one fault alone is the same as in the whole run.
    roll: dice(seed + numberOf(`${fault.name} ${database}`)),
    points: Math.max(1, Math.round(points * (asked.database ? 1 : share))),
    isQuick: asked.quick,
  });
  try {
    const tally = await within(longestMs, run);
    tallies.push(tally);
    const isOk = tally.violations.length === 0;
    if (!isOk) failed += 1;
    console.log(`${isOk ? 'ok     ' : 'FAILED '} ${name} ${seconds()}  ${tally.done}: ${counts(tally)}`);
    for (const violation of tally.violations.slice(0, 12)) console.log(`          ${violation}`);
    if (!isOk && process.env.TEST_LOG) console.log(tally.printed);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name} ${seconds()}  ${error instanceof Error ? error.stack : String(error)}`);
  }
}

function findLack(fault: Fault, database: DatabaseName): string | undefined {
  if (database === 'PostgreSQL' && !server && !fault.needs?.includes('binaries'))
    return 'needs PostgreSQL at TEST_DATABASE_URL or 127.0.0.1:5432';
  return fault.needs?.map((need) => lacks[need]).find(Boolean);
}

async function within<T>(milliseconds: number, run: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(
    () => reject(new Error(`It did not end within ${milliseconds / 60_000} minutes.`)),
    milliseconds,
  );
  return Promise.race([run, promise]).finally(() => clearTimeout(late));
}

function numberOf(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
}

function counts(tally: Tally): string {
  return (
    `alerts in ${tally.alerts}, cards out ${tally.cards}, lost ${tally.lost}, ` +
    `doubled in Slack ${tally.doubledInSlack}, in Teams ${tally.doubledInTeams}, ` +
    `acknowledgements ${tally.acknowledgements}, lost ${tally.acknowledgementsLost}`
  );
}

function printTotals(): void {
  const sum = (count: (tally: Tally) => number) => tallies.reduce((all, tally) => all + count(tally), 0);
  const total: Tally = {
    done: '',
    alerts: sum((t) => t.alerts),
    cards: sum((t) => t.cards),
    lost: sum((t) => t.lost),
    doubledInSlack: sum((t) => t.doubledInSlack),
    doubledInTeams: sum((t) => t.doubledInTeams),
    acknowledgements: sum((t) => t.acknowledgements),
    acknowledgementsLost: sum((t) => t.acknowledgementsLost),
    violations: [],
    printed: '',
  };
  console.log(`\n${tallies.length} of ${runs.length} ran, ${failed} FAILED, ${skipped.length} skipped`);
  console.log(counts(total));
  if (skipped.length > 0) console.log(`SKIPPED on this machine: ${skipped.join(', ')}`);
  console.log(`Again: npm run faults -- --seed ${seed}`);
}
