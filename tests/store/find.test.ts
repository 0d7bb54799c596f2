import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { findIncidents, type Sought } from '../../src/store/find.ts';
import { adam, defenderAlert, owner, priya } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

describe.each(databases)('finding incidents on $name', (kind) => {
  let store: Database;
  const ids: Record<string, number> = {};
  beforeAll(async () => {
    store = await openStore(kind);
    const put = async (name: string, changes: Parameters<typeof defenderAlert>[0]) => {
      const incident = await storeIncident(store.db, {
        alert: defenderAlert({ sourceId: crypto.randomUUID(), ...changes }),
      });
      ids[name] = incident.id;
      return incident;
    };
    const shell = await put('shell', {});
    const spray = await put('spray', {
      title: 'Password spray against 58 accounts',
      description: 'From /subscriptions/s1/resourceGroups/pay_ments with user_agent "curl"',
      severity: 'high',
      entities: [
        { kind: 'ip', address: '10.0.0.4', country: '' },
        { kind: 'account', name: 'adam', upn: 'Adam@contoso.com', oid: '' },
      ],
    });
    await put('other', {
      title: 'Zugriff über Tor',
      entities: [{ kind: 'ip', address: '10.0.0.40', country: '' }],
    });
    const secret = await put('secret', { title: 'Secret spray' });
    const given = await appendTo(store.db, shell, { type: 'assigned', owner: owner(adam) });
    await appendTo(store.db, given, { type: 'commented', text: 'Looked at by the payments team' });
    await appendTo(store.db, spray, {
      type: 'closed',
      closing: { classification: 'true-positive', reason: 'suspicious-activity', comment: "it's a drill" },
    });
    await appendTo(store.db, secret, { type: 'restricted', to: [owner(priya)] });
  });
  afterAll(() => store.close());

  const find = async (sought: Partial<Sought>) => {
    const all = { words: [], forPerson: undefined, limit: 10, offset: 0, ...sought };
    const { incidents, total } = await findIncidents(store.db, all);
    const names = incidents.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id));
    expect(total).toBeGreaterThanOrEqual(names.length);
    return names;
  };

  it('goes by words of alerts, whole or begun, in any case and script', async () => {
    expect(await find({ words: ['SPRAY', 'passw'] })).toEqual(['spray']);
    expect(await find({ words: ['resourcegroups'] })).toEqual(['spray']);
    expect(await find({ words: ['zugriff', 'ÜBER'] })).toEqual(['other']);
    expect(await find({ words: ['spray', 'shell'] })).toEqual([]);
    expect(await find({ words: ['vm-pay-web'], entity: 'vm-pay-web-01' })).toEqual(['shell']);
  });

  it('goes by what people wrote, in comments and at the close', async () => {
    expect(await find({ words: ['payments', 'team'] })).toEqual(['shell']);
    expect(await find({ words: ['drill'] })).toEqual(['spray']);
  });

  it('goes by entities, each by its beginning and not by a part in the middle', async () => {
    expect(await find({ entity: '10.0.0.4' })).toEqual(['other', 'spray']);
    expect(await find({ entity: '10.0.0.40' })).toEqual(['other']);
    expect(await find({ entity: 'ADAM@contoso' })).toEqual(['spray']);
    expect(await find({ entity: 'contoso.com' })).toEqual([]);
  });

  it('goes by owner, status, severity, ending and time, newest first', async () => {
    expect(await find({ ownerId: adam.id })).toEqual(['shell']);
    expect(await find({ ownerId: 'nobody', status: 'new' })).toEqual(['other']);
    expect(await find({ status: 'closed', severity: 'high' })).toEqual(['spray']);
    expect(await find({ classification: 'true-positive' })).toEqual(['spray']);
    expect(await find({ classification: 'false-positive' })).toEqual([]);
    expect(await find({ since: '2099-01-01T00:00:00Z' })).toEqual([]);
    expect(await find({ until: '2099-01-01T00:00:00Z' })).toEqual(['other', 'spray', 'shell']);
  });

  it('lists an incident once, however many of its alerts fit', async () => {
    const { db } = store;
    const { rows } = await sql<{ id: number }>`
      insert into alerts (source, source_id, incident_id, body, digest, open, stance)
      select source, source_id || ' ' || n, incident_id, body, digest, open, stance
      from alerts, generate_series(1, 3) n where incident_id = ${ids.spray} returning incident_id as id`.execute(
      db,
    );
    expect(rows).toHaveLength(3);
    const all = { words: [], forPerson: undefined, limit: 10, offset: 0 };
    expect(await findIncidents(db, { ...all, entity: 'adam@contoso.com' })).toMatchObject({ total: 1 });
    expect(await findIncidents(db, { ...all, words: ['spray'] })).toMatchObject({ total: 1 });
  });

  it('goes page by page', async () => {
    expect(await find({ limit: 2 })).toEqual(['other', 'spray']);
    expect(await find({ limit: 2, offset: 2 })).toEqual(['shell']);
    expect(await find({ limit: 2, offset: 20 })).toEqual([]);
  });

  it('shows a restricted incident to those named and nobody else', async () => {
    expect(await find({ words: ['secret'] })).toEqual([]);
    expect(await find({ words: ['secret'], forPerson: adam.id })).toEqual([]);
    expect(await find({ words: ['secret'], forPerson: priya.id })).toEqual(['secret']);
  });

  it.each([
    "'",
    "a' | 'b",
    '\\',
    ':*',
    '!spray',
    'a & b',
    '(',
    '<->',
    '\u0000',
    '\ud800',
    '%',
    "'; drop table",
  ])('takes %j for words and nothing else', async (word) => {
    await expect(find({ words: [word] })).resolves.toBeDefined();
    await expect(find({ entity: word })).resolves.toBeDefined();
  });
});
