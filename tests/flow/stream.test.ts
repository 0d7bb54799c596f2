import net from 'node:net';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listenToEventHub } from '../../src/azure/event-hubs.ts';
import { openAcceptance } from '../../src/flow/accept.ts';
import { openCourtesy } from '../../src/flow/courtesy.ts';
import { openInbox } from '../../src/flow/inbox.ts';
import type { Lane } from '../../src/flow/lane.ts';
import { noRotasAtHand } from '../../src/flow/on-call/at-hand.ts';
import { noLogs } from '../../src/flow/queries/at-hand.ts';
import { openQuiet } from '../../src/flow/silences/at-hand.ts';
import { openStream } from '../../src/flow/stream.ts';
import type { Watchfloor } from '../../src/flow/watchfloor.ts';
import { usualQuestions } from '../../src/incident/consequence.ts';
import { usualQuiet } from '../../src/incident/quiet-settings.ts';
import { usualWeights } from '../../src/incident/worth.ts';
import { usualEscalation } from '../../src/people/escalation-settings.ts';
import { usualHandovers } from '../../src/people/handover-settings.ts';
import { nobodyOnCall } from '../../src/people/on-call.ts';
import { sources } from '../../src/sources/index.ts';
import type { Database } from '../../src/store/database.ts';
import { createStreamCheckpoints } from '../../src/store/stream-checkpoints.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { openStore } from '../store/open.ts';
import { noPlays, usualAfter } from '../support/at-hand.ts';
import { databases } from '../support/databases.ts';
import { eventHub, type Hub, namespace, openHub, until } from '../support/event-hubs.ts';

const pace = { look: 300, lease: 2_000, wait: 500 };
const since = new Date(Date.now() - 60_000);
const log = pino({ level: process.env.TEST_LOG ? 'warn' : 'silent' });
const telemetry = createTelemetry(log);
afterAll(() => telemetry.stop());
let hub: Hub;
beforeEach(async () => {
  hub = await openHub(4);
});
afterEach(() => hub.stop());

describe.each(databases)('a stream on $name', (kind) => {
  let store: Database;
  let feed: string;
  let clock: () => Date;
  const open: Lane[] = [];
  beforeAll(async () => {
    store = await openStore(kind);
  });
  beforeEach(() => {
    feed = `${namespace}/${eventHub}/${crypto.randomUUID()}`;
    clock = () => new Date();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((lane) => lane.stop()));
    await sql`delete from raw_alerts`.execute(store.db);
  });
  afterAll(() => store.close());

  interface Changes {
    owner?: string;
    /** What stands between storing and checkpoint. */
    beforeCheckpoint?: () => Promise<void>;
    endpoint?: string;
    floor?: Partial<Watchfloor>;
  }
  const listen = async ({ owner = 'a', beforeCheckpoint, endpoint = hub.endpoint, floor }: Changes = {}) => {
    const checkpoints = createStreamCheckpoints(store.db, feed);
    const lane = await openStream(
      { ...openFloor(store, () => clock()), ...floor },
      {
        source: 'defender',
        feed,
        listen: (hearer) =>
          listenToEventHub(
            {
              namespace,
              eventHub,
              consumerGroup: '$Default',
              credential: hub.credential,
              endpoint,
              owner,
              since,
              pace,
              checkpoints: {
                ...checkpoints,
                async updateCheckpoint(checkpoint) {
                  await beforeCheckpoint?.();
                  await checkpoints.updateCheckpoint(checkpoint);
                },
              },
            },
            hearer,
          ),
      },
    );
    open.push(lane);
    return lane;
  };
  const storedWith = async (text: string) => {
    const { rows } = await sql<{ body: string }>`
      select body from raw_alerts where body like ${`%${text}%`} order by id`.execute(store.db);
    return rows.map(({ body }) => body);
  };
  const owners = async () => {
    const { rows } = await sql<{ owner: string; count: number }>`
      select owner, count(*)::integer as count from stream_partitions
      where stream = ${feed} group by owner order by owner`.execute(store.db);
    return rows;
  };
  const checkpoints = async () => {
    const { rows } = await sql<{ partition: string }>`
      select partition from stream_checkpoints where stream = ${feed} order by partition`.execute(store.db);
    return rows.map(({ partition }) => partition);
  };

  it('becomes raw alerts, each event as it came, also what came before the first start', async () => {
    const mark = crypto.randomUUID();
    hub.put([`{"early":  "${mark}"}`]);
    await listen();
    await until('the early event', async () => (await storedWith(mark)).length === 1);
    hub.put([`{"late":"${mark}","severity":"Ünïcode"}`]);
    await until('the late event', async () => (await storedWith(mark)).length === 2);
    expect(await storedWith(mark)).toEqual([
      `{"early":  "${mark}"}`,
      `{"late":"${mark}","severity":"Ünïcode"}`,
    ]);
  });

  it('brings what was stored and not checkpointed again when its reader was killed, and nothing doubles', async () => {
    const mark = crypto.randomUUID();
    const killed = () => Promise.reject(new Error('killed'));
    const events = Array.from({ length: 20 }, (_, n) => `{"n":${n},"mark":"${mark}"}`);
    const lane = await listen({ beforeCheckpoint: killed });
    hub.put(events);
    await until('all to be stored', async () => (await storedWith(mark)).length === 20);
    expect(await checkpoints()).toEqual([]);
    await lane.stop();
    await listen({ owner: 'b' });
    await until('every partition to be behind', async () => (await checkpoints()).length === 4);
    expect((await storedWith(mark)).sort()).toEqual(events.sort());
  });

  it('goes on from its checkpoints and reads nothing twice', async () => {
    const mark = crypto.randomUUID();
    const lane = await listen();
    hub.put(Array.from({ length: 8 }, (_, n) => `{"n":${n},"mark":"${mark}"}`));
    await until(
      'all to be behind',
      async () => (await checkpoints()).length === 4 && (await storedWith(mark)).length === 8,
    );
    await lane.stop();
    await sql`delete from raw_alerts`.execute(store.db);
    await listen();
    hub.put([`{"next":"${mark}"}`], '2');
    await until('the next event', async () => (await storedWith(mark)).length > 0);
    expect(await storedWith(mark)).toEqual([`{"next":"${mark}"}`]);
  });

  it('is shared by two replicas, and taken over whole from one that leaves', async () => {
    const mark = crypto.randomUUID();
    const first = await listen({ owner: 'a' });
    await until('one to have all', async () => (await owners())[0]?.count === 4);
    await listen({ owner: 'b' });
    await until('both to share', async () => (await owners()).every(({ count }) => count === 2));
    expect(await owners()).toEqual([
      { owner: 'a', count: 2 },
      { owner: 'b', count: 2 },
    ]);
    hub.put(Array.from({ length: 400 }, (_, n) => `{"n":${n},"mark":"${mark}"}`));
    await until('all to be stored', async () => (await storedWith(mark)).length === 400);
    await first.stop();
    await until('the other to have all', async () => {
      const [only, ...more] = await owners();
      return more.length === 0 && only?.owner === 'b' && only.count === 4;
    });
    hub.put(Array.from({ length: 4 }, (_, n) => `{"after":${n},"mark":"${mark}"}`));
    await until('the rest', async () => (await storedWith(mark)).length === 404);
  });

  it('is not stopped by events that are no alerts: they are kept as they came', async () => {
    const mark = crypto.randomUUID();
    await listen();
    const nul = Buffer.from(`bytes \0\xff ${mark}`, 'latin1');
    hub.put([`no json at all ${mark}`, nul, '', `{"good":"${mark}"}`], '1');
    await until('the partition to be behind them', async () => (await checkpoints()).length === 1);
    expect(await storedWith(mark)).toEqual([
      `no json at all ${mark}`,
      `bytes \uFFFD\uFFFD ${mark}`,
      `{"good":"${mark}"}`,
    ]);
    const { rows: empty } = await sql`select from raw_alerts where body = ''`.execute(store.db);
    expect(empty).toHaveLength(1);
  });

  it('waits for a database that refuses for a while, and loses nothing', async () => {
    const mark = crypto.randomUUID();
    const floor = openFloor(store, clock);
    let refusals = 3;
    await listen({
      floor: {
        ...floor,
        accept: (incoming) =>
          refusals-- > 0 ? Promise.reject(new Error('too many connections')) : floor.accept(incoming),
      },
    });
    hub.put([`{"mark":"${mark}"}`]);
    await until('the event', async () => (await storedWith(mark)).length === 1);
    expect(refusals).toBeLessThan(0);
  });

  const failure = async () => {
    const { rows } = await sql<{ failure: string }>`
      select failure from feeds where feed = ${feed} and failure is not null`.execute(store.db);
    return rows[0]?.failure;
  };

  it('that fails for five minutes is an alert of its own, once, and says why', async () => {
    const lane = await listen({ endpoint: 'sb://localhost:1' });
    const known = await until('it to be known as failing', () => {
      lane.ring();
      return failure();
    });
    expect(known).toContain('ECONNREFUSED');
    expect(await storedWith('feed-silent')).toEqual([]);
    await sql`
      update feeds set failing_since = now() - interval '6 minutes' where feed = ${feed}`.execute(store.db);
    const told = await until('the alert', async () => {
      lane.ring();
      const found = await storedWith('feed-silent');
      return found.length > 0 && found;
    });
    lane.ring();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(feed);
    expect(told[0]).toContain('No alerts stream from Microsoft Defender for Cloud');
  });

  it('whose event hub takes the connection and says nothing is failing too', async () => {
    const mute = net.createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const lane = await listen({ endpoint: `sb://localhost:${port}` });
    expect(await failure()).toBeUndefined();
    clock = () => new Date(Date.now() + 180_000);
    const known = await until('it to be known as failing', () => {
      lane.ring();
      return failure();
    });
    expect(known).toContain('does not answer');
    mute.close();
  });
});

/** The house without rooms: what comes in is stored and taken in, and shown nowhere. */
function openFloor({ db, boss, replica }: Database, now: () => Date): Watchfloor {
  const inbox = openInbox();
  const ringIntake = () => {};
  const azure = { endpoint: 'https://management.azure.com', credential: hub.credential };
  return {
    db,
    boss,
    replica,
    log,
    telemetry,
    now,
    sources: new Map([
      ['defender', sources.defender({ ...azure, subscriptions: [] })],
      ['watchfloor', sources.watchfloor()],
    ]),
    channels: new Map(),
    route: { name: 'everything', match: {}, priority: 0, to: [], continue: false, routes: [] },
    worth: { rules: [], weights: usualWeights },
    enrichers: new Map(),
    plays: noPlays,
    after: usualAfter,
    quiet: openQuiet(usualQuiet),
    ringSilences: () => {},
    onCall: nobodyOnCall,
    digests: { timeZone: 'UTC', plans: [] },
    rotas: noRotasAtHand,
    handovers: usualHandovers,
    escalation: { ...usualEscalation, enabled: false },
    ringRuns: () => {},
    ringWeigh: () => {},
    ringEnrich: () => {},
    clearance: [],
    windowHours: 24,
    limits: { personPerMinute: 300, deniedPerMinute: 20 },
    storm: { waiting: 5, perMinute: 30 },
    questions: usualQuestions,
    courtesy: openCourtesy(),
    recorder: { note: async () => {}, count: () => {} },
    signIns: { begin: async () => '' },
    accept: openAcceptance({ db, inbox, ringIntake, telemetry }),
    inbox,
    ringIntake,
    ringDeliver: () => {},
    ringWriteBack: () => {},
    ringQuestions: () => {},
    ringQueries: () => {},
    ringNotices: () => {},
    ringEscalation: () => {},
    ringAnswers: () => {},
    atHand: noLogs,
  };
}
