import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { QueryView } from '../../../src/channels/query-view.ts';
import type { Database } from '../../../src/store/database.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { company } from '../../people/company.ts';
import { appendTo, openStore, storeIncident } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { inRoom, newest, type QueryStage, setStage, userOf } from './stage.ts';

describe.each(databases)('what our own incidents know of an entity, on $name', (kind) => {
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
  const about = (title: string, address: string, upn = 'olivia@contoso.com') =>
    storeIncident(store.db, {
      alert: defenderAlert({
        sourceId: crypto.randomUUID(),
        severity: 'high',
        title,
        entities: [
          { kind: 'ip', address, country: '' },
          { kind: 'account', name: 'Olivia Marsh', upn, oid: '' },
        ],
      }),
    });
  const ask = async (text: string): Promise<QueryView> => {
    await stage.desk.say(userOf('adam'), text, 'C0SOC', undefined, inRoom);
    await stage.run();
    return newest(stage.room).view;
  };

  it('comes first, newest first, and how each ended', async () => {
    const old = await about('Password spray', '198.51.100.1', 'noor@contoso.com');
    await appendTo(store.db, old, {
      type: 'closed',
      closing: { classification: 'true-positive', reason: 'suspicious-activity', comment: '' },
    });
    const now = await about('Sign-in from a new place', '198.51.100.1', 'Noor@contoso.com');
    await about('Somebody else', '198.51.100.10', 'noor@contoso.com.example');
    const { sections } = await ask('user noor@contoso.com');
    expect(sections.length).toBeGreaterThan(1);
    expect(sections.length).toBeLessThanOrEqual(8);
    expect(sections[0]).toEqual({
      title: 'Incidents',
      more: undefined,
      body: {
        kind: 'facts',
        facts: [
          { label: 'All', value: '2 incidents, 1 open' },
          { label: `INC-${now.id}`, value: 'high · new · Sign-in from a new place' },
          { label: `INC-${old.id}`, value: 'high · closed, true positive · Password spray' },
        ],
      },
    });
  });

  it('is that there is none, too', async () => {
    const { sections } = await ask('ip 198.51.100.99');
    expect(sections[0]).toMatchObject({
      title: 'Incidents',
      body: { kind: 'sentence', text: 'No incident of ours is about it.' },
    });
  });

  it('does not tell of a restricted incident, not even to those who may see it', async () => {
    const secret = await about('Insider sells secrets', '198.51.100.2');
    await appendTo(store.db, secret, { type: 'restricted', to: [company.adam] });
    const { sections } = await ask('ip 198.51.100.2');
    expect(sections[0]?.body).toEqual({ kind: 'sentence', text: 'No incident of ours is about it.' });
    expect(JSON.stringify(sections)).not.toContain('Insider');
  });

  it('names nobody in a room where people are masked, and says that something is hidden', async () => {
    stage = setStage(store, {
      clearance: [{ channel: 'slack', conversation: 'C0SOC', shows: 'masked', hideHosts: false }],
    });
    stage.logs.answers = [
      async () => ({ columns: [], rows: [], partial: '', render: undefined, scannedGb: undefined }),
    ];
    await about('Olivia Marsh signed in as olivia@contoso.com from 198.51.100.3', '198.51.100.3');
    const { sections, warning } = await ask('ip 198.51.100.3');
    const shown = JSON.stringify(sections[0]);
    expect(shown).toContain('signed in as o•••@contoso.com from 198.51.100.•••');
    expect(shown).not.toContain('Olivia Marsh');
    expect(warning).toContain('Personal details and secrets are hidden here.');
  });

  it('is not before the rows behind a look, which are a question of their own', async () => {
    const { id, sections } = await ask('user nobody@contoso.com');
    const argument = sections.find(({ more }) => more !== undefined)?.more ?? '';
    await stage.desk.pressQuery(userOf('adam'), 'more', id, argument);
    await stage.run();
    expect(newest(stage.room).view.sections).toHaveLength(1);
    expect(newest(stage.room).view.sections[0]?.title).toBe('');
  });

  it('finds an account by its name alone, and a machine without its domain', async () => {
    await about('Whoever it was', '198.51.100.4');
    await storeIncident(store.db, {
      alert: defenderAlert({
        sourceId: crypto.randomUUID(),
        entities: [{ kind: 'host', name: 'vm-known-01.contoso.com', resourceId: '' }],
      }),
    });
    expect(JSON.stringify((await ask('user CONTOSO\\olivia')).sections[0])).toContain('Whoever it was');
    expect((await ask('ip 198.51.100.1')).sections[0]?.body).toMatchObject({
      facts: [{ value: '2 incidents, 1 open' }, {}, {}],
    });
    expect((await ask('host vm-known-01')).sections[0]?.body.kind).toBe('facts');
    expect((await ask('host vm-known-0')).sections[0]?.body.kind).toBe('sentence');
  });
});
