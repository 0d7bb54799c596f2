import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuties } from '../../../src/flow/duties/duties.ts';
import { type Duty, everyMinutes } from '../../../src/flow/duties/duty.ts';
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
