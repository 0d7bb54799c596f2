import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FarSideError } from '../../src/errors.ts';
import { openAcceptance } from '../../src/flow/accept.ts';
import { openCourtesy } from '../../src/flow/courtesy.ts';
import { openScheduledHunts } from '../../src/flow/hunts/schedule.ts';
import { openInbox, openMail } from '../../src/flow/inbox.ts';
import { takeIn } from '../../src/flow/intake.ts';
import { noRotasAtHand } from '../../src/flow/on-call/at-hand.ts';
import { noLogs } from '../../src/flow/queries/at-hand.ts';
import { openQuiet } from '../../src/flow/silences/at-hand.ts';
import type { Watchfloor } from '../../src/flow/watchfloor.ts';
import { usualQuestions } from '../../src/incident/consequence.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { usualQuiet } from '../../src/incident/quiet-settings.ts';
import { usualWeights } from '../../src/incident/worth.ts';
import { openShelf } from '../../src/kql/hunt-library.ts';
import type { ScheduledHunt } from '../../src/kql/hunt-policy.ts';
import { type LogRequest, type Logs, QueryFault } from '../../src/kql/logs.ts';
import { openGuard } from '../../src/kql/open-guard.ts';
import { readHunt } from '../../src/kql/read-hunt.ts';
import { usualEscalation } from '../../src/people/escalation-settings.ts';
import { usualHandovers } from '../../src/people/handover-settings.ts';
import { nobodyOnCall } from '../../src/people/on-call.ts';
import { sources } from '../../src/sources/index.ts';
import type { Database } from '../../src/store/database.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { openStore } from '../store/open.ts';
import { noPlays, usualAfter } from '../support/at-hand.ts';
import { databases } from '../support/databases.ts';

const log = pino({ level: process.env.TEST_LOG ? 'warn' : 'silent' });
const telemetry = createTelemetry(log);
const guard = openGuard({ workers: 1 });
afterAll(async () => {
  telemetry.stop();
  await guard.close();
});

const shelf = openShelf();
shelf.add(
  readHunt(
    `id: 5d5d5d5d-1111-2222-3333-444455556666
name: Spray
description: Many accounts from one address.
tactics: [CredentialAccess]
relevantTechniques: [T1110.003]
query: "SigninLogs | summarize Accounts = dcount(UserPrincipalName), Right = make_set(UserPrincipalName) by IPAddress | where Accounts > {{accounts}}"
parameters: [{ name: accounts, kind: number, default: 20 }]
entityMappings:
  - { entityType: IP, fieldMappings: [{ identifier: Address, columnName: IPAddress }] }
  - { entityType: Account, fieldMappings: [{ identifier: FullName, columnName: Right }] }`,
    'spray.yaml',
  ),
);
const spray: ScheduledHunt = {
  hunt: 'Spray',
  everyMinutes: 60,
  lastMinutes: 60,
  workspace: undefined,
  severity: 'high',
  values: { accounts: '30' },
  entities: {},
};

const columns = [
  { name: 'IPAddress', type: 'string' },
  { name: 'Accounts', type: 'long' },
  { name: 'Right', type: 'dynamic' },
];
const found = [['198.51.100.23', 58, ['svc-backup@contoso.com', '<!channel>\u202e']]];

describe.each(databases)('a scheduled hunt on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterEach(async () => {
    await sql`delete from scheduled_hunts`.execute(store.db);
    await sql`delete from alerts`.execute(store.db);
    await sql`update incidents set correlation_key = null`.execute(store.db);
    await sql`delete from raw_alerts`.execute(store.db);
  });
  afterAll(() => store.close());

  /** A house with logs that answer as told, and everything that was asked of them. */
  function open(answer: (request: LogRequest) => unknown[][] | Promise<unknown[][]>) {
    const asked: LogRequest[] = [];
    const logs: Logs = {
      async ask(request) {
        asked.push(request);
        const rows = JSON.parse(JSON.stringify(await answer(request)));
        return { columns, rows, partial: '', render: undefined, scannedGb: undefined };
      },
      schema: async () => ({
        tables: [
          {
            name: 'SigninLogs',
            plan: 'analytics',
            columns: ['UserPrincipalName', 'IPAddress'].map((name) => ({ name, type: 'string' })),
          },
        ],
        functions: [],
      }),
    };
    const inbox = openInbox();
    const floor: Watchfloor = {
      ...store,
      log,
      telemetry,
      now: () => new Date(),
      sources: new Map([
        ['hunt', sources.hunt()],
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
      accept: openAcceptance({ db: store.db, inbox, ringIntake: () => {}, telemetry }),
      inbox,
      ringIntake: () => {},
      ringDeliver: () => {},
      ringWriteBack: () => {},
      ringQuestions: () => {},
      ringQueries: () => {},
      ringNotices: () => {},
      ringEscalation: () => {},
      ringAnswers: () => {},
      atHand: {
        ...noLogs,
        guard,
        hunts: shelf,
        logs,
        policy: { ...noLogs.policy, workspaces: [{ name: 'soc', id: crypto.randomUUID() }] },
      },
    };
    return { floor, asked };
  }

  /** Looks once, and does what it finds. */
  async function look(floor: Watchfloor, schedules = [spray]) {
    const stopping = new AbortController();
    const looking = await openScheduledHunts(floor, schedules, {
      loaded: Promise.resolve(),
      stopping: stopping.signal,
    });
    const seen = await looking(1);
    if (typeof seen === 'number') return 0;
    for (const task of seen.tasks) await task();
    return seen.tasks.length;
  }
  /** Moves its times, as though so many minutes had gone by. */
  const pass = (minutes: number) =>
    sql`update scheduled_hunts set next_at = next_at - make_interval(mins => ${minutes}),
      slot = slot - make_interval(mins => ${minutes}), seen_to = seen_to - make_interval(mins => ${minutes}),
      try_after = try_after - make_interval(mins => ${minutes})`.execute(store.db);

  async function incidents(floor: Watchfloor): Promise<Incident[]> {
    const mail = openMail(floor);
    while ((await takeIn(floor, mail)) === 0);
    const { rows } = await sql<{ state: Incident }>`
      select i.state from incidents i where exists (select from alerts a where a.incident_id = i.id) order by i.id`.execute(
      store.db,
    );
    return rows.map(({ state }) => state);
  }
  async function recorded(type: string) {
    const { rows } = await sql<{ data: Record<string, unknown> }>`
      select data from records where type = ${type} order by number desc`.execute(store.db);
    return rows.map(({ data }) => data);
  }

  it('runs when it is due, and what it finds is an incident', async () => {
    const { floor, asked } = open(() => found);
    expect(await look(floor)).toBe(1);
    expect(await look(floor)).toBe(0);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ as: 'bot', scope: { kind: 'workspaces', names: ['soc'] } });
    expect(asked[0]?.text).toContain('p_accounts = 30');
    const span = asked[0]?.span;
    expect(Date.parse(span?.to ?? '') - Date.parse(span?.from ?? '')).toBe(3_600_000);

    const [incident, ...others] = await incidents(floor);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      title: 'Spray: 198.51.100.23 and 1 more (one row)',
      severity: 'high',
      status: 'new',
    });
    expect(incident?.alerts[0]).toMatchObject({
      source: 'hunt',
      product: 'Hunt',
      type: 'Spray',
      workspace: 'soc',
      tactics: ['CredentialAccess'],
      techniques: ['T1110.003'],
      entities: [
        { kind: 'ip', address: '198.51.100.23' },
        { kind: 'account', upn: 'svc-backup@contoso.com' },
      ],
    });
    expect(incident?.alerts[0]?.description).toContain('Accounts: 58');
    expect(incident?.alerts[0]?.description).not.toContain('\u202e');
    expect((await recorded('hunted'))[0]).toMatchObject({ name: 'Spray', rows: 1, ...span });
  });

  it('that finds nothing opens nothing', async () => {
    const { floor } = open(() => []);
    expect(await look(floor)).toBe(1);
    expect(await incidents(floor)).toEqual([]);
  });

  it('that finds the same again joins the incident that is open', async () => {
    const { floor } = open(() => found);
    await look(floor);
    expect(await incidents(floor)).toHaveLength(1);
    await pass(61);
    await look(floor);
    const [incident, ...others] = await incidents(floor);
    expect(others).toEqual([]);
    expect(incident?.alertCount).toBe(2);
  });

  it('killed once its finding is accepted runs again, and nothing is doubled', async () => {
    const { floor, asked } = open(() => found);
    let isDead = false;
    const dying: Watchfloor = {
      ...floor,
      db: new Proxy(floor.db, {
        get(db, name) {
          // The line that makes it count as done is never reached.
          isDead ||= name === 'transaction' && asked.length > 0;
          if (isDead) throw new Error('killed');
          const value = Reflect.get(db, name, db);
          return typeof value === 'function' ? value.bind(db) : value;
        },
      }),
    };
    await expect(look(dying)).rejects.toThrow();
    // Its lease is over.
    await sql`update scheduled_hunts set try_after = '-infinity', leased_by = null`.execute(store.db);
    expect(await look(floor)).toBe(1);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.span).toEqual(asked[0]?.span);
    const [incident, ...others] = await incidents(floor);
    expect(others).toEqual([]);
    expect(incident?.alertCount).toBe(1);
  });

  it('is run by one of several replicas', async () => {
    const { floor, asked } = open(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return found;
    });
    const ran = await Promise.all(Array.from({ length: 4 }, () => look(floor)));
    expect(ran.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('is one at a time beside the others, and each has its turn', async () => {
    const { floor, asked } = open(() => []);
    const schedules = [spray, { ...spray, values: { accounts: '40' } }];
    expect(await look(floor, schedules)).toBe(1);
    expect(await look(floor, schedules)).toBe(1);
    expect(await look(floor, schedules)).toBe(0);
    expect(asked.map(({ text }) => text.match(/p_accounts = (\d+)/)?.[1]).sort()).toEqual(['30', '40']);
  });

  it('that missed some runs looks at all of that time in one', async () => {
    const { floor, asked } = open(() => []);
    await look(floor);
    await pass(5 * 60 + 10);
    expect(await look(floor)).toBe(1);
    expect(await look(floor)).toBe(0);
    const [first, second] = asked.map(({ span }) => span);
    const hours = (Date.parse(second?.to ?? '') - Date.parse(second?.from ?? '')) / 3_600_000;
    expect(hours).toBe(5);
    expect(first).toBeDefined();
  });

  it('that fails is tried again, told of once, and its time is not lost', async () => {
    let isDown = true;
    const { floor, asked } = open(() => {
      if (isDown) throw new FarSideError('azure', 'unavailable', 'Azure does not answer.');
      return found;
    });
    for (let tries = 0; tries < 12; tries += 1) {
      await look(floor);
      await sql`update scheduled_hunts set try_after = '-infinity'`.execute(store.db);
      if (tries === 5) await pass(60);
    }
    const [trouble, ...others] = await incidents(floor);
    expect(others).toEqual([]);
    expect(trouble).toMatchObject({ title: 'The scheduled hunt "Spray" does not run' });
    expect(trouble?.alerts[0]?.source).toBe('watchfloor');
    expect((await recorded('hunt-failed'))[0]).toMatchObject({
      hunt: 'Spray',
      failure: 'Azure does not answer.',
    });

    isDown = false;
    await sql`update scheduled_hunts set next_at = least(next_at, date_trunc('second', now()))`.execute(
      store.db,
    );
    expect(await look(floor)).toBe(1);
    expect(asked.at(-1)?.text).toContain('SigninLogs');
    expect(await incidents(floor)).toHaveLength(2);
  });

  it.each([
    ['nobody knows', { ...spray, hunt: 'Nonsense' }, 'No hunt is called "Nonsense"'],
    ['is filled in wrongly', { ...spray, values: { accounts: 'many' } }, '"many" is no number'],
  ])('that %s is told of at once, and on record', async (_what, schedule, reason) => {
    const { floor, asked } = open(() => found);
    await look(floor, [schedule]);
    expect(asked).toEqual([]);
    const [trouble] = await incidents(floor);
    expect(trouble?.alerts[0]?.description).toContain(reason);
    expect((await recorded('hunt-failed'))[0]?.failure).toContain(reason);
  });

  it('whose query Azure refuses is told of at once', async () => {
    const { floor } = open(() => {
      throw new QueryFault('The name "X" does not refer to anything.');
    });
    await look(floor);
    const [trouble] = await incidents(floor);
    expect(trouble?.alerts[0]?.description).toContain('does not refer to anything');
  });

  it('is let off while Azure has told us to wait', async () => {
    const { floor, asked } = open(() => found);
    await sql`insert into query_rests (identity, rest_until) values ('bot', now() + interval '1 minute')`.execute(
      store.db,
    );
    expect(await look(floor)).toBe(0);
    await sql`delete from query_rests`.execute(store.db);
    expect(await look(floor)).toBe(1);
    expect(asked).toHaveLength(1);
  });
});
