import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Matcher, mismatch } from '../../src/incident/match.ts';
import { withSeverities } from '../../src/incident/silence.ts';
import type { Database } from '../../src/store/database.ts';
import { matching } from '../../src/store/matching.ts';
import { hiddenSince } from '../../src/store/silence-history.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

const alerts = [
  defenderAlert({
    title: '100% of C:\\temp_files "encrypted"',
    entities: [
      { kind: 'account', name: 'adm-keller', upn: 'adm-keller@contoso.com', oid: '' },
      { kind: 'host', name: 'VM-PAY-web-01', resourceId: '/subscriptions/s1/vm-pay-web-01' },
      { kind: 'ip', address: '203.0.113.66', country: 'NL' },
      { kind: 'url', url: 'https://evil.example/x' },
    ],
    tags: ['environment=test'],
    techniques: ['T1059.001'],
  }),
  defenderAlert({
    severity: 'high',
    entities: [{ kind: 'mailbox', address: 'shared@contoso.com' }],
    tactics: [],
  }),
  defenderAlert({
    source: 'sentinel',
    type: 'Password spray',
    title: "it's a test; drop table",
    entities: [],
  }),
];
const matchers: Matcher[] = [
  {},
  { title: ['100% of C:\\temp_files*'] },
  { title: ['100_ of*'] },
  { title: ["*it's*", '*\\*'] },
  { host: ['vm-pay-*'], account: ['*@contoso.com'] },
  { account: ['shared@*'] },
  { ip: ['203.0.113.*'] },
  { resource: ['*/vm-pay-web-01'] },
  { entity: ['https://evil.example/*'] },
  { entity: ['adm-keller'] },
  { tactic: ['execution'] },
  { technique: ['T1059*'], tag: ['environment=*'] },
  { source: ['sentinel'], type: ['password SPRAY'] },
  withSeverities({ source: ['defender'] }),
  { severity: ['*'] },
];

describe.each(databases)('what a matcher says, on $name', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(kind);
  });
  afterAll(() => database.close());

  it.each(matchers.map((matcher) => [JSON.stringify(matcher), matcher] as const))(
    'is the same over what is stored as over what comes in: %s',
    async (_, matcher) => {
      for (const alert of alerts) {
        const { rows } = await sql<{ fits: boolean }>`
          select ${matching(matcher, sql`a.body`)} as fits
          from (select ${JSON.stringify(alert)}::jsonb as body) a`.execute(database.db);
        expect([alert.title, rows[0]?.fits]).toEqual([alert.title, mismatch(matcher, alert) === undefined]);
      }
    },
  );

  it('is counted over incidents by words where it has some, and over the newest where it has none', async () => {
    for (const alert of alerts)
      await storeIncident(database.db, { alert: { ...alert, sourceId: crypto.randomUUID() } });
    const real = await storeIncident(database.db, {
      alert: defenderAlert({ sourceId: 'real', type: 'Rare_Thing' }),
    });
    const closing = { classification: 'true-positive', reason: 'suspicious-activity', comment: '' } as const;
    await appendTo(database.db, real, { type: 'closed', closing });
    const count = (matcher: Matcher) =>
      hiddenSince(database.db, matcher, '2026-11-01T00:00:00.000Z', '2026-11-30T00:00:00.000Z');
    expect(await count({ type: ['rare_thing'] })).toMatchObject({
      count: 1,
      truePositives: [real.id],
      cutAt: undefined,
    });
    expect(await count({ host: ['vm-pay-web-01'] })).toMatchObject({ count: 2 });
    expect(await count({ host: ['vm-pay-*'], type: ['VM_ReverseShell'] })).toMatchObject({
      count: 1,
      high: 0,
    });
    expect(await count({ type: ['---'] })).toMatchObject({ count: 0 });
    expect((await count({ severity: ['high'] })).high).toBe(1);
  });
});
