import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Enricher } from '../../../src/enrichers/enricher.ts';
import { FarSideError } from '../../../src/errors.ts';
import { openEnriching } from '../../../src/flow/enrichment/lane.ts';
import { startLane } from '../../../src/flow/lane.ts';
import { QueryFault } from '../../../src/kql/logs.ts';
import type { Database } from '../../../src/store/database.ts';
import { readKnownBy } from '../../../src/store/known.ts';
import { claimToRun, recordRan } from '../../../src/store/queries.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import {
  inRoom,
  never,
  newest,
  openLogs,
  openRoom,
  type QueryStage,
  rowsOf,
  setStage,
  userOf,
} from './stage.ts';

describe.each(databases)('running queries, on $name', (kind) => {
  let store: Database;
  let stage: QueryStage;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await sql`delete from queries`.execute(store.db);
    await sql`delete from query_rests`.execute(store.db);
    await sql`delete from enrichments`.execute(store.db);
    stage = setStage(store);
  });
  const say = (who: 'olivia' | 'adam' | 'lena', text: string, on: QueryStage = stage) =>
    on.desk.say(userOf(who), text, 'C0SOC', undefined, inRoom);
  /** Who is let in, in order, one after the other, nobody ending. */
  const letIn = async (count: number) => {
    const names: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const lease = { limit: 1, leaseSeconds: 20, replica: 5, atOnce: 100 };
      for (const { person, parts } of await claimToRun(store.db, lease))
        names.push(`${person.name.split(' ')[0]} ${parts[0]?.text.match(/\d+/)?.[0]}`);
    }
    return names;
  };
  /** As though whoever ran it were gone for long. */
  const lapse = () => sql`update queries set run_until = now() - interval '1 second'`.execute(store.db);
  const lines = async () => {
    const { rows } = await sql<{ type: string }>`
      select type from records where type = 'queried' and data ->> 'query' = any(
        select id::text from queries)`.execute(store.db);
    return rows.length;
  };

  it('lets in whoever has the fewest running first, then whoever has waited longest', async () => {
    for (const n of [1, 2, 3]) await say('adam', `query SigninLogs | take ${n}`);
    for (const n of [1, 2]) await say('lena', `query SecurityEvent | take ${n}`);
    expect(await letIn(5)).toEqual(['Adam 1', 'Lena 1', 'Adam 2', 'Lena 2', 'Adam 3']);
  });

  it('runs four at a time for one name, over all replicas', async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) await say(n % 2 ? 'adam' : 'lena', `query SigninLogs | take ${n}`);
    const claim = (replica: number) =>
      claimToRun(store.db, { limit: 4, leaseSeconds: 20, replica, atOnce: 4 });
    const both = await Promise.all([claim(5), claim(6)]);
    expect(both.flat()).toHaveLength(4);
    expect(await claim(6)).toEqual([]);
    const [first] = both.flat();
    if (first) await recordRan(store.db, first, { state: 'answered' });
    expect(await claim(6)).toHaveLength(1);
  });

  it('lets each person have their own four where each asks in their own name', async () => {
    stage.floor.atHand.policy = { ...stage.floor.atHand.policy, as: 'person' };
    for (const n of [1, 2, 3, 4, 5]) await say('adam', `query SigninLogs | take ${n}`);
    for (const n of [1, 2]) await say('lena', `query SigninLogs | take ${n}`);
    const claimed = await claimToRun(store.db, { limit: 20, leaseSeconds: 20, replica: 5, atOnce: 4 });
    expect(claimed.map(({ person }) => person.name.split(' ')[0]).sort()).toEqual(
      ['Adam', 'Adam', 'Adam', 'Adam', 'Lena', 'Lena'].sort(),
    );
    expect(new Set(claimed.map(({ identity }) => identity)).size).toBe(2);
  });

  it('tells everybody their place in line, and moves it as the line moves', async () => {
    stage = setStage(store, { atOnce: 1 });
    stage.logs.answers = [never];
    await say('adam', 'query SigninLogs | take 1');
    const { settled } = await stage.start();
    await say('adam', 'query SigninLogs | take 2');
    await say('adam', 'query SigninLogs | take 3');
    await sql`update queries set show_after = now()`.execute(store.db);
    await stage.show();
    const headlines = stage.room.messages.map(({ views }) => views.at(-1)?.headline).sort();
    expect(headlines.slice(0, 2)).toEqual(['Query · 2nd in line', 'Query · next in line']);
    expect(headlines[2]).toMatch(/^Query · running · /);
    stage.stopping.abort();
    await settled;
  });

  it('runs again what a replica that died had in hand, and shows it once', async () => {
    const room = openRoom();
    stage = setStage(store, { room, replicaId: 7 });
    await say('adam', 'query SigninLogs');
    const [lost] = await claimToRun(store.db, { limit: 1, leaseSeconds: 20, replica: 6, atOnce: 4 });
    await stage.run();
    expect(stage.logs.asked).toEqual([]);
    await lapse();
    await stage.run();
    expect(stage.logs.asked).toHaveLength(1);
    // The dead one was only slow: what it brings now counts for nothing.
    if (lost) expect(await recordRan(store.db, lost, { state: 'failed' })).toBe(false);
    await stage.run();
    expect(room.messages).toHaveLength(1);
    expect(newest(room).view.state).toBe('answered');
    expect(await lines()).toBe(1);
  });

  it('gives up what was begun twice, and says so', async () => {
    await say('adam', 'query SigninLogs');
    for (const replica of [5, 6]) {
      expect(await claimToRun(store.db, { limit: 1, leaseSeconds: 20, replica, atOnce: 4 })).toHaveLength(1);
      await lapse();
    }
    await stage.run();
    expect(stage.logs.asked).toEqual([]);
    expect(newest(stage.room).view).toMatchObject({ state: 'failed' });
    expect(newest(stage.room).view.fault?.message).toContain('begun twice');
  });

  it('ends what waits at once when it is cancelled', async () => {
    await say('adam', 'query SigninLogs');
    expect(await say('adam', 'cancel')).toMatchObject({ view: { text: 'Cancelled: 1 query.' } });
    expect(await say('adam', 'cancel')).toMatchObject({ view: { text: 'You wait for nothing.' } });
    await stage.run();
    expect(stage.logs.asked).toEqual([]);
    expect(newest(stage.room).view.state).toBe('cancelled');
  });

  it('ends what runs when it is cancelled, anywhere', async () => {
    stage.logs.answers = [never];
    await say('adam', 'query SigninLogs');
    const { settled } = await stage.start();
    const other = setStage(store, { room: stage.room });
    await say('adam', 'cancel', other);
    await settled;
    await stage.run();
    expect(newest(stage.room).view.state).toBe('cancelled');
    expect(await lines()).toBe(1);
  });

  it('leaves what runs to the others when the process stops, as though it had not been begun', async () => {
    stage.logs.answers = [never];
    await say('adam', 'query SigninLogs');
    const { settled } = await stage.start();
    stage.stopping.abort();
    await settled;
    const other = setStage(store, { room: stage.room });
    await other.run();
    expect(newest(stage.room).view.state).toBe('answered');
    const { rows } = await sql<{ attempts: number }>`select attempts from queries`.execute(store.db);
    expect(rows).toEqual([{ attempts: 1 }]);
  });

  it('waits as long as Azure says, with everybody of that name, and then answers', async () => {
    const busy = async () => {
      throw new FarSideError('azure', 'rate-limited', 'Too many.', { retryAfter: 20_000 });
    };
    const logs = openLogs();
    logs.answers = [busy, async () => rowsOf(3)];
    stage = setStage(store, { logs });
    await say('adam', 'query SigninLogs');
    await stage.run();
    await say('lena', 'query SigninLogs');
    await stage.run();
    expect(logs.asked).toHaveLength(1);
    await sql`update queries set show_after = now()`.execute(store.db);
    await stage.show();
    expect(newest(stage.room).view.headline).toBe('Query · Azure asks us to wait a moment');
    // As though the time were over.
    await sql`update query_rests set rest_until = now()`.execute(store.db);
    await stage.run();
    expect(logs.asked).toHaveLength(3);
    expect(stage.room.messages.map(({ views }) => views.at(-1)?.state)).toEqual(['answered', 'answered']);
  });

  it('tries once more where Azure is out of reach, and then says so', async () => {
    stage.logs.answers = [
      async () => {
        throw new FarSideError('azure', 'unavailable', 'no answer');
      },
    ];
    await say('adam', 'query SigninLogs');
    await stage.run();
    await sql`update query_rests set rest_until = now()`.execute(store.db);
    await stage.run();
    expect(stage.logs.asked).toHaveLength(2);
    expect(newest(stage.room).view.fault?.message).toBe('Azure does not answer. Ask again in a minute.');
  });

  it('says who may not read there in the words of the call, which knows in whose name it was', async () => {
    const words =
      'You may not read the workspace soc. Ask its owner for the role Log Analytics Reader on it.';
    stage.logs.answers = [
      async () => {
        throw new FarSideError('azure', 'auth', words);
      },
    ];
    await say('adam', 'query SigninLogs');
    await stage.run();
    expect(newest(stage.room).view.fault?.message).toBe(words);
  });

  it("shows Azure's words with a caret at the place", async () => {
    stage.logs.answers = [
      async () => {
        throw new QueryFault("Failed to resolve 'Usr'.", { line: 1, column: 20 });
      },
    ];
    await say('adam', 'query SigninLogs | where Usr == 1');
    await stage.run();
    const { view } = newest(stage.room);
    expect(view.state).toBe('failed');
    expect(view.fault).toEqual({
      message: "Failed to resolve 'Usr'.",
      excerpt: `SigninLogs | where Usr == 1\n${' '.repeat(19)}^`,
    });
    expect(view.buttons.map(({ verb }) => verb)).toEqual(['rerun']);
  });

  it('does not keep back what the logs answered where a far side hangs that is asked besides', {
    timeout: 15_000,
  }, async () => {
    // Nobody takes its turn: it is asked, and never answers.
    stage = setStage(store, { enrichers: new Map([['oracle', oracle]]) });
    await say('adam', 'user noor@contoso.com');
    const { settled, count } = await stage.start();
    expect(count).toBe(1);
    await settled;
    await stage.show();
    const { sections, state } = newest(stage.room).view;
    expect(state).toBe('answered');
    expect(sections.some(({ title }) => title === 'Known')).toBe(false);
  });

  it('shows above what the logs answered what far sides know by then', { timeout: 15_000 }, async () => {
    const answering: Enricher = {
      ...oracle,
      enrich: async () => ({ facts: [{ label: 'Manager', value: 'Lena Hofmann' }], traits: [] }),
    };
    stage = setStage(store, { enrichers: new Map([['oracle', answering]]) });
    const isKnown = async () =>
      expect(await readKnownBy(store.db, 'account olivia@contoso.com')).toMatchObject([
        { state: 'answered' },
      ]);
    stage.logs.answers = [
      async () => {
        await vi.waitFor(isKnown, { timeout: 10_000 });
        return rowsOf(3);
      },
    ];
    const lane = startLane('enrich', stage.floor.log, openEnriching(stage.floor, stage.stopping.signal));
    await say('adam', 'user olivia@contoso.com');
    await stage.run();
    await lane.stop();
    const [first] = newest(stage.room).view.sections.filter(({ title }) => title === 'Known');
    expect(first?.body).toEqual({
      kind: 'facts',
      facts: [{ label: 'Oracle', value: 'Manager: Lena Hofmann' }],
    });
  });
});

const oracle: Enricher = {
  name: 'oracle',
  title: 'Oracle',
  question: 'What does the oracle say?',
  about: ['account'],
  side: 'graph',
  calls: 1,
  api: 'none',
  permission: 'none',
  lifetimeSeconds: 600,
  deadlineMs: 20_000,
  limits: 'none',
  enrich: () => new Promise(() => {}),
};
