import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { dutiesAtOnce, openDuties } from '../../../src/flow/duties/duties.ts';
import { type Duty, everyMinutes } from '../../../src/flow/duties/duty.ts';
import { startLane } from '../../../src/flow/lane.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { type QueryStage, setStage } from '../queries/stage.ts';

describe.each(databases)('duties on $name', (kind) => {
  let store: Database;
  let stage: QueryStage;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  beforeEach(async () => {
    await sql`delete from duties`.execute(store.db);
    stage = setStage(store);
  });
  afterAll(() => store.close());

  /** Does what is due until nothing is; `fails` throws as often. */
  async function attend(catchUp: Duty['catchUp'], { fails = 0 } = {}) {
    const done: string[] = [];
    let left = fails;
    const duty: Duty = {
      name: 'count the keys',
      ...everyMinutes(60),
      catchUp,
      async run(due) {
        if (left > 0) {
          left -= 1;
          throw new Error('The board is not there.');
        }
        done.push(due.toISOString().slice(11, 16));
      },
    };
    const look = await openDuties(stage.floor, [duty], stage.stopping.signal);
    const work = async () => {
      for (;;) {
        const found = await look(1);
        if (typeof found === 'number') return;
        await Promise.all(found.tasks.map((task) => task()));
      }
    };
    return { done, work };
  }

  it('are done at their time and not before, each time once', async () => {
    const { done, work } = await attend('every');
    await work();
    expect(done).toEqual([]);
    stage.clock.now += 61 * 60_000;
    await work();
    await work();
    expect(done).toEqual(['11:00']);
  });

  it('that are slow hold up no other, and are not done beside themselves', async () => {
    const begun: string[] = [];
    let end: () => void = () => {};
    const slow: Duty = {
      name: 'digest of a month',
      ...everyMinutes(60),
      catchUp: 'last',
      async run() {
        begun.push('digest');
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
    };
    const quick: Duty = {
      name: 'heartbeat',
      ...everyMinutes(1),
      catchUp: 'last',
      run: async () => void begun.push('beat'),
    };
    const look = await openDuties(stage.floor, [quick, slow], stage.stopping.signal);
    stage.clock.now += 61 * 60_000;
    const lane = startLane('duties', stage.floor.log, look, dutiesAtOnce);
    const until = (count: number) =>
      vi.waitFor(() => expect(begun).toHaveLength(count), { timeout: 15_000, interval: 50 });
    await until(2);
    // Its lease is over, and nobody has heard of it.
    await sql`update duties set try_after = '-infinity'`.execute(store.db);
    stage.clock.now += 60_000;
    lane.ring();
    await until(3);
    expect(begun.filter((name) => name === 'digest')).toHaveLength(1);
    end();
    await lane.stop();
    expect(begun).toHaveLength(3);
  });

  it.each([
    ['every' as const, ['11:00', '12:00', '13:00']],
    ['last' as const, ['13:00']],
  ])('that were missed for three hours are caught up: %s', async (catchUp, wanted) => {
    const { done, work } = await attend(catchUp);
    stage.clock.now += 3.5 * 3_600_000;
    await work();
    expect(done).toEqual(wanted);
    stage.clock.now += 3_600_000;
    await work();
    expect(done).toEqual([...wanted, '14:00']);
  });

  it('that fail are tried again for the same time, and raise an alert once they are given up', async () => {
    const { done, work } = await attend('every', { fails: 8 });
    stage.clock.now += 61 * 60_000;
    for (let tries = 0; tries < 8; tries += 1) {
      await work();
      await sql`update duties set try_after = '-infinity'`.execute(store.db);
    }
    expect(done).toEqual([]);
    const { rows } = await sql<{
      body: string;
    }>`select body from raw_alerts where body like '%duty-failed%'`.execute(store.db);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.body).toContain('The board is not there.');
    stage.clock.now += 3_600_000;
    await work();
    expect(done).toEqual(['12:00']);
  });
});
