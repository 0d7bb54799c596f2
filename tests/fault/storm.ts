import { setTimeout as sleep } from 'node:timers/promises';
import { appear, keepActing, pushOnly } from './acts.ts';
import type { Fault, Setting } from './fault.ts';
import { openLedger } from './ledger.ts';
import { settle, type Tally } from './settle.ts';
import { openStage } from './stage.ts';

/** More at once than people can read one by one, with the limits of the examples. */
export const stormFaults: Fault[] = [
  { name: 'storm-killed', on: ['PostgreSQL', 'embedded'], run: killInStorm },
];

const limits = { waiting: 5, perMinute: 30 };

/** Each incident is to be seen in one message: a card of its own, or a row of the storm's summary. */
async function killInStorm({ create, roll }: Setting): Promise<Tally> {
  const stage = await openStage(await create(), { rooms: 4, storm: limits });
  const ledger = openLedger(4);
  let kills = 0;
  try {
    for (; kills < 3; kills += 1) {
      const burst = { milliseconds: 1_500, everyMs: 50, acts: [appear, pushOnly, pushOnly] };
      await keepActing(stage, ledger, roll, burst);
      await sleep(roll(1_500));
      await stage.replica.kill();
      await stage.replica.start();
    }
    const done = `${ledger.begun} incidents in four rooms, ${kills} kills`;
    return await settle(stage, ledger, done, { crashes: kills, patienceMs: 180_000, onlyShown: true });
  } finally {
    await stage.close();
  }
}
