import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FarSideError } from '../../../src/errors.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { inRoom, never, newest, type QueryStage, setStage, userOf } from './stage.ts';

describe.each(databases)('the message of a query, on $name', (kind) => {
  let store: Database;
  let stage: QueryStage;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await sql`delete from queries`.execute(store.db);
    stage = setStage(store);
  });
  const ask = (on: QueryStage = stage) =>
    on.desk.say(userOf('adam'), 'query SigninLogs', 'C0SOC', undefined, inRoom);
  /** As though every pause were over. */
  const pass = () => sql`update queries set show_after = now(), shown_at = null`.execute(store.db);

  it('waits a moment for a quick answer, and then tells of waiting', async () => {
    stage.logs.answers = [never];
    await ask();
    const { settled } = await stage.start();
    const { rows } = await sql<{ ms: number }>`
      select extract(epoch from show_after - asked_at)::float * 1000 as ms from queries`.execute(store.db);
    expect(rows[0]?.ms).toBeCloseTo(700, 0);
    await pass();
    await stage.show();
    expect(newest(stage.room).view.state).toBe('running');
    await stage.show();
    expect(stage.room.messages[0]?.views).toHaveLength(1);
    // Three seconds later the seconds have moved.
    await pass();
    await stage.show();
    expect(stage.room.messages[0]?.views).toHaveLength(2);
    stage.stopping.abort();
    await settled;
  });

  it('is posted once, however often it is looked for', async () => {
    await ask();
    await stage.run();
    await stage.run();
    await setStage(store, { room: stage.room }).run();
    expect(stage.room.messages).toHaveLength(1);
    expect(stage.room.messages[0]?.views).toHaveLength(1);
  });

  it('is found where it was posted and nobody lived to write that down', async () => {
    await ask();
    stage.room.fail.postAfter = new FarSideError('slack', 'timeout', 'no answer');
    await stage.run();
    expect(stage.room.messages).toHaveLength(1);
    await pass();
    await stage.run();
    expect(stage.room.messages).toHaveLength(1);
    expect(newest(stage.room).view.state).toBe('answered');
  });

  it('waits as long as the platform says', async () => {
    await ask();
    stage.room.fail.post = new FarSideError('slack', 'rate-limited', 'slow down', { retryAfter: 30_000 });
    await stage.run();
    await stage.run();
    expect(stage.room.messages).toEqual([]);
    await pass();
    await stage.run();
    expect(stage.room.messages).toHaveLength(1);
  });

  it('goes to the direct chat where the bot is not let in', async () => {
    await ask();
    stage.room.fail.post = new FarSideError('slack', 'auth', 'not_in_channel');
    await stage.run();
    expect(newest(stage.room).spot).toEqual({ conversation: 'D0ADAM', thread: undefined });
  });

  it('that somebody deleted is posted anew with what comes of it, and not before', async () => {
    stage.logs.answers = [never];
    await ask();
    const { settled } = await stage.start();
    await pass();
    await stage.show();
    const [first] = stage.room.messages;
    if (first) first.isDeleted = true;
    await pass();
    await stage.show();
    expect(stage.room.messages).toHaveLength(1);
    await stage.desk.say(userOf('adam'), 'cancel', 'C0SOC', undefined, inRoom);
    await settled;
    await stage.run();
    expect(stage.room.messages).toHaveLength(2);
    expect(newest(stage.room).view.state).toBe('cancelled');
  });

  it('tells what comes of each part while others are still asked', async () => {
    await ask();
    await sql`
      update queries set parts = (select jsonb_agg(p || jsonb_build_object('title', 'Part ' || n))
        from queries q, jsonb_array_elements(q.parts) p, generate_series(1, 2) n)`.execute(store.db);
    let go = () => {};
    const second = new Promise<void>((resolve) => {
      go = resolve;
    });
    const answer = stage.logs.answers[0];
    if (!answer) throw new Error('There is no answer.');
    stage.logs.answers = [
      answer,
      async (request) => {
        await second;
        return answer(request);
      },
    ];
    const { settled } = await stage.start();
    while (stage.logs.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await pass();
    await stage.show();
    expect(newest(stage.room).view).toMatchObject({ state: 'running', sections: [{ title: 'Part 1' }] });
    go();
    await settled;
    await stage.run();
    expect(newest(stage.room).view.sections.map(({ title }) => title)).toEqual(['Part 1', 'Part 2']);
    expect(newest(stage.room).view.state).toBe('answered');
  });
});
