import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMail } from '../../../src/flow/inbox.ts';
import { takeIn } from '../../../src/flow/intake.ts';
import type { Look } from '../../../src/flow/lane.ts';
import { gameDays } from '../../../src/flow/preparation/drills/game-days.ts';
import { openPlaying } from '../../../src/flow/preparation/drills/play.ts';
import { proving } from '../../../src/flow/preparation/proof/duty.ts';
import { openProving } from '../../../src/flow/preparation/proof/prove.ts';
import type { Scenario } from '../../../src/incident/scenario.ts';
import { usualPreparation } from '../../../src/preparation/settings.ts';
import { sources } from '../../../src/sources/index.ts';
import type { Database } from '../../../src/store/database.ts';
import { readDrill, readResults } from '../../../src/store/drills.ts';
import { listProofs } from '../../../src/store/proofs.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { setStage } from '../queries/stage.ts';

const alert = {
  description: '',
  severity: 'high',
  product: '',
  target: 'till-01',
  entities: [],
  tactics: [],
  techniques: [],
  remediation: [],
} as const satisfies Partial<Scenario['alerts'][number]>;
const scenario = {
  name: 'till',
  title: 'A till is broken into',
  about: '',
  minutes: 30,
  alerts: [
    { ...alert, afterMinutes: 0, title: 'A shell', type: 'Shell' },
    { ...alert, afterMinutes: 5, title: 'It talks', type: 'Talk' },
  ],
  expect: [{ step: 'acknowledge', withinMinutes: 5 }],
} satisfies Scenario;
const room = { channel: 'slack', conversation: 'C0DRILL' } as const;
const policy = {
  ...usualPreparation,
  drills: {
    ...usualPreparation.drills,
    gameDays: [
      {
        name: 'tuesdays',
        scenario: 'till',
        at: '0 10 * * 2',
        timeZone: 'UTC',
        rooms: [room],
        announced: true,
      },
    ],
  },
  proof: { ...usualPreparation.proof, rooms: [room] },
};

describe.each(databases)('what is made up, killed in between, on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  }, 120_000);
  afterAll(() => store.close());

  function set() {
    const { floor, clock } = setStage(store, {
      sources: new Map([
        ['drill', sources.drill()],
        ['proof', sources.proof()],
        ['watchfloor', sources.watchfloor()],
      ]),
      preparation: {
        policy,
        scenarios: new Map([['till', scenario]]),
        lookbackDays: 7,
        contacts: { subscriptions: [], read: async () => undefined },
      },
    });
    const mail = openMail(floor);
    const once = async (look: Look) => {
      const found = await look(1);
      if (typeof found === 'number') return;
      for (const task of found.tasks) await task();
    };
    return {
      floor,
      /** A step, and what it brought is taken in. */
      async step(look: Look) {
        await once(look);
        await takeIn(floor, mail);
      },
      later: (minutes: number) => {
        clock.now += minutes * 60_000;
      },
      due: () => new Date(clock.now),
    };
  }
  const count = async (what: string) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::integer as count from ${sql.raw(what)}`.execute(store.db);
    return rows[0]?.count;
  };
  /** As though the process had died before it wrote down what it did. */
  const forget = () =>
    sql`update drills set played = 0, next_at = started_at, try_after = '-infinity' where playing`.execute(
      store.db,
    );

  it('is played, ended and told of once', async () => {
    const { floor, step, later, due } = set();
    const [gameDay] = gameDays(floor);
    await gameDay?.run(due(), new AbortController().signal);
    await gameDay?.run(due(), new AbortController().signal);
    expect(await count('drills')).toBe(1);
    expect(await count(`notices where key like 'drill/1/begins/%'`)).toBe(1);

    const playing = openPlaying(floor);
    await step(playing);
    await forget();
    await step(playing);
    later(6);
    await step(playing);
    await forget();
    await step(playing);
    expect(await count(`alerts where source = 'drill'`)).toBe(2);
    expect(await count('incidents where exercise')).toBe(1);
    expect(await count(`incident_events where type = 'alert-joined'`)).toBe(1);

    later(30);
    await step(playing);
    await step(playing);
    const stored = await readDrill(store.db, undefined);
    expect(stored?.ended?.why).toBe('time');
    expect((await readResults(store.db, 1)).map(({ step, outcome }) => [step, outcome])).toEqual([
      ['card', 'missed'],
      ['acknowledge', 'missed'],
    ]);
    expect(await count(`incidents where exercise and status <> 'closed'`)).toBe(0);
    expect(await count(`notices where key like 'drill/1/report/%'`)).toBe(1);
    // So late nobody expects it any more.
    later(120);
    await gameDay?.run(new Date(due().getTime() - 7_200_000), new AbortController().signal);
    expect(await count('drills')).toBe(1);
  });

  it('that does not arrive is told of once, and says which step is missing', async () => {
    const { floor, step, later, due } = set();
    const [duty] = proving(floor);
    await duty?.run(due(), new AbortController().signal);
    await duty?.run(due(), new AbortController().signal);
    expect(await count('proofs')).toBe(1);

    const delivery = openProving(floor);
    await step(delivery);
    later(0.1);
    await step(delivery);
    // Nobody delivers here: its card is never posted.
    later(3);
    await step(delivery);
    await sql`update proofs set running = true, next_at = '-infinity', try_after = '-infinity'`.execute(
      store.db,
    );
    await step(delivery);
    expect(await listProofs(store.db, 5)).toMatchObject([{ state: 'failed', missing: 'posted' }]);
    expect(await count(`alerts where source = 'watchfloor'`)).toBe(1);
    expect(await count(`incidents where exercise and status <> 'closed'`)).toBe(0);
  });
});
