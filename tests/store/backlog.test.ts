import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backlog, backlogStatement, readBacklog } from '../../src/store/backlog.ts';
import type { Database } from '../../src/store/database.ts';
import { databases } from '../support/databases.ts';
import { openStore } from './open.ts';

describe.each(databases)('the backlog on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  const run = (statement: string) => sql.raw(statement).execute(store.db);
  const read = () => readBacklog(store.db);
  /** Ages go on growing while a test reads them. */
  const about = (seconds: number) => expect.closeTo(seconds, -1);

  it('is empty at first, with every age 0', async () => {
    expect(await read()).toMatchObject({
      raw: { waiting: 0, oldestSeconds: 0 },
      cards: [],
      sources: [],
      feeds: [],
      enrichments: [],
    } satisfies Partial<Backlog>);
  });

  it('tells how many alerts wait to be taken in, and for how long the oldest has', async () => {
    await run(`
      insert into raw_alerts (source, via, body, digest, received_at, taken_at) values
        ('defender', 'push', '{}', 'done', now() - interval '9 hours', now()),
        ('defender', 'push', '{}', 'first', now() - interval '90 seconds', null),
        ('sentinel', 'poll', '{}', 'second', now(), null)`);
    expect((await read()).raw).toEqual({ waiting: 2, oldestSeconds: about(90) });
  });

  it('tells what each room has not seen yet, and that another has seen everything', async () => {
    await run(`
      insert into incidents (id, version, revision, status, severity, priority, state, last_activity_at, opened_at)
      select id, 1, 2, 'new', 'high', 4, '{}', now(), now() from generate_series(1, 3) as id`);
    await run(`
      insert into conversations (channel, id) values ('slack', 'C0SOC'), ('slack', 'C0TWO'), ('teams', '19:soc')`);
    await run(`
      insert into cards (incident_id, channel, conversation, part, priority, wanted_revision, shown_revision,
        refused_revision, behind_since)
      values
        (1, 'slack', 'C0SOC', 'card', 4, 2, 0, 0, now() - interval '5 minutes'),
        (2, 'slack', 'C0TWO', 'card', 4, 2, 1, 0, now() - interval '1 minute'),
        -- Given up, which is told otherwise, and shown.
        (3, 'slack', 'C0SOC', 'card', 4, 2, 0, 2, null),
        (1, 'teams', '19:soc', 'card', 4, 2, 2, 0, null)`);
    expect((await read()).cards).toEqual([
      { channel: 'slack', behind: 2, oldestSeconds: about(300) },
      { channel: 'teams', behind: 0, oldestSeconds: 0 },
    ]);
  });

  it('tells which sources lack a decision, and what was given up among that', async () => {
    await run(`
      insert into alerts (source, source_id, incident_id, body, digest, open, stance, wanted_version,
        written_version, behind_since, write_after)
      values
        ('sentinel', 'a', 1, '{}', '', true, '{}', 2, 1, now() - interval '20 minutes', '-infinity'),
        ('sentinel', 'b', 2, '{}', '', true, '{}', 2, 0, now() - interval '1 day', 'infinity'),
        ('sentinel', 'c', 3, '{}', '', true, '{}', 2, 2, null, '-infinity')`);
    expect((await read()).sources).toEqual([
      { source: 'sentinel', behind: 2, givenUp: 1, oldestSeconds: about(86_400) },
    ]);
  });

  it('tells for how long a feed has failed, but not of one that is polled no more', async () => {
    await run(`
      insert into feeds (source, feed, rest_until, failure, failing_since) values
        ('defender', 'fine', now(), null, null),
        ('defender', 'failing', now(), 'Azure answered 503.', now() - interval '7 minutes'),
        ('defender', 'taken out', now() - interval '2 days', 'Azure answered 403.', now() - interval '3 days')`);
    const { feeds, sources } = await read();
    expect(feeds).toEqual([
      { source: 'defender', feed: 'failing', failingSeconds: about(420) },
      { source: 'defender', feed: 'fine', failingSeconds: 0 },
    ]);
    expect(sources.map(({ source, behind }) => [source, behind])).toEqual([
      ['defender', 0],
      ['sentinel', 2],
    ]);
  });

  it('tells which sides have not told what somebody wants to know, and that another has told everything', async () => {
    await run(`
      insert into enrichments (enricher, subject_key, subject, side, wanted, wanted_at, try_after, leased_by) values
        ('identity', 'account a', '{}', 'graph', true, now() - interval '20 minutes', now() + interval '5 minutes', null),
        ('account-risk', 'account a', '{}', 'graph', true, now() - interval '1 minute', '-infinity', null),
        -- Being asked just now, and answered long ago.
        ('identity', 'account b', '{}', 'graph', true, now() - interval '1 hour', '-infinity', 1),
        ('identity', 'account c', '{}', 'graph', false, now() - interval '1 day', '-infinity', null),
        ('virustotal', 'ip d', '{}', 'virustotal', false, now() - interval '1 day', '-infinity', null)`);
    await run(`insert into side_budgets (side) values ('graph'), ('virustotal')`);
    expect((await read()).enrichments).toEqual([
      { side: 'graph', waiting: 2, oldestSeconds: about(1_200) },
      { side: 'virustotal', waiting: 0, oldestSeconds: 0 },
    ]);
  });

  it('tells the jobs of every queue as the queue counted them', async () => {
    await store.boss.createQueue('errands');
    await store.boss.send('errands', {});
    await store.boss.send('errands', {}, { startAfter: 3_600 });
    await run(`
      update pgboss.queue set ready_count = 1, deferred_count = 1, failed_count = 4 where name = 'errands'`);
    const { jobs } = await read();
    expect(jobs.find(({ queue }) => queue === 'errands')).toMatchObject({ deferred: 1, active: 0 });
    expect(jobs.filter(({ queue }) => queue.startsWith('__'))).toEqual([]);
  });

  it('walks through nothing that was dealt with, so that history costs nothing', async () => {
    // Small tables are read whole because that is quicker; this asks whether they would have to be.
    const plan = await store.db.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx);
      const { rows } = await sql<Record<string, string>>`explain ${backlogStatement}`.execute(trx);
      return rows.map((row) => Object.values(row)[0]).join('\n');
    });
    for (const index of ['raw_alerts_waiting', 'cards_behind', 'alerts_behind', 'enrichments_wanted'])
      expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on (raw_alerts|cards|alerts|incidents|enrichments)\b/);
  });
});
