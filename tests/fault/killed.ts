import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '../support/databases.ts';
import { actAtRandom, appearAndPush, type Dice } from './acts.ts';
import { look, openLedger, repeatUnheard } from './ledger.ts';
import { settle, type Tally } from './settle.ts';
import { openStage } from './stage.ts';

/** So that one conversation's pace does not put off everything to the end. */
const rooms = 6;

/**
 * SIGKILL `points` times: each time one to three things are done at once, and within the next second and a half
 * the process is gone. Then it starts again, senders repeat what was not answered, and people go on.
 */
export async function killAtAnyPoint(database: TestDatabase, roll: Dice, points: number): Promise<Tally> {
  const stage = await openStage(database, { rooms });
  const ledger = openLedger(rooms);
  const done = new Map<string, number>();
  try {
    for (let n = 0; n < 3; n += 1) await appearAndPush(stage, ledger, roll);
    for (let point = 0; point < points; point += 1) {
      const acts = Array.from({ length: 1 + roll(3) }, () => actAtRandom(stage, ledger, roll));
      // Most of the work is done in the first moments.
      await sleep(roll(2) === 0 ? roll(120) : roll(1_500));
      await stage.replica.kill();
      for (const act of await Promise.all(acts)) done.set(act, (done.get(act) ?? 0) + 1);
      await stage.replica.start();
      await repeatUnheard(stage, ledger);
      if (roll(2) === 0) await sleep(roll(400));
      await look(stage, ledger);
    }
    const said = [...done].map(([act, times]) => `${times} × ${act}`).join(', ');
    return await settle(stage, ledger, `${points} kills (${said})`, { crashes: points });
  } finally {
    await stage.close();
  }
}
