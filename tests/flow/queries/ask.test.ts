import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Denied, Refused } from '../../../src/errors.ts';
import { admitToTables, forLeadsAlone } from '../../../src/flow/queries/tables.ts';
import { sensitiveTables } from '../../../src/people/permissions.ts';
import type { Database } from '../../../src/store/database.ts';
import { company } from '../../people/company.ts';
import { appendTo, openStore, storeIncident } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { inRoom, newest, type QueryStage, rowsOf, setStage, userOf } from './stage.ts';

describe.each(databases)('asking the logs, on $name', (kind) => {
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
  const say = (who: 'olivia' | 'adam' | 'lena', text: string, spot: typeof inRoom | undefined = inRoom) =>
    stage.desk.say(userOf(who), text, 'C0SOC', undefined, spot);

  it('answers in the thread where it was asked, with a table, in one message', async () => {
    expect(await say('adam', 'query SigninLogs | take 3 --last 4h')).toEqual({
      view: { kind: 'none' },
      private: false,
    });
    await stage.run();
    expect(stage.room.messages).toHaveLength(1);
    const { spot, view } = newest(stage.room);
    expect(spot).toEqual(inRoom);
    expect(view.state).toBe('answered');
    expect(view.headline).toMatch(/^Query · 3 rows · \d\.\d s$/);
    expect(view.text).toBe('SigninLogs | take 3');
    expect(view.sections[0]?.body).toMatchObject({ kind: 'table', table: { from: 1, total: 3 } });
    expect(view.facts).toContainEqual({
      label: 'Time range',
      value: '2026-11-21 06:00 to 2026-11-21 10:00 UTC',
    });
    expect(view.buttons.map(({ verb }) => verb)).toEqual(['csv', 'narrow', 'rerun', 'pin']);
    expect(stage.room.messages[0]?.views).toHaveLength(1);
    expect(stage.logs.asked[0]).toMatchObject({
      text: 'SigninLogs | take 3\n| take 101',
      scope: { kind: 'workspaces', names: ['soc'] },
      as: 'bot',
      isSearch: false,
    });
  });

  it('answers whoever asked with --private in their direct chat, and says so', async () => {
    const { view, private: isPrivate } = await say('adam', 'query SigninLogs --private');
    expect(view).toEqual({ kind: 'text', text: 'The answer comes in our direct chat.' });
    expect(isPrivate).toBe(true);
    await stage.run();
    expect(newest(stage.room).spot).toEqual({ conversation: 'D0ADAM', thread: undefined });
  });

  it('answers what is asked about a restricted incident in the direct chat alone', async () => {
    const incident = await storeIncident(store.db);
    await appendTo(store.db, incident, { type: 'restricted', to: [company.adam] });
    await say('adam', `query SigninLogs --incident INC-${incident.id}`);
    await stage.run();
    expect(newest(stage.room).spot.conversation).toBe('D0ADAM');
    await expect(say('lena', `query SigninLogs --incident INC-${incident.id}`)).rejects.toThrow(Denied);
  });

  it('shows nothing more of an answer in a room once its incident is restricted', async () => {
    const incident = await storeIncident(store.db);
    await say('adam', `query SigninLogs --incident INC-${incident.id}`);
    await stage.run();
    await appendTo(store.db, incident, { type: 'restricted', to: [company.adam] });
    const { id } = newest(stage.room).view;
    const { view } = await stage.desk.pressQuery(userOf('adam'), 'table', id, '');
    expect(JSON.stringify(view)).not.toContain('user1');
    await stage.run();
    expect(newest(stage.room).view).toMatchObject({ sections: [], text: '', buttons: [] });
    await expect(stage.desk.pressQuery(userOf('lena'), 'table', id, '')).rejects.toThrow(Denied);
  });

  it('masks people in a room that is shown less, in cells as on cards', async () => {
    stage = setStage(store, {
      clearance: [{ channel: 'slack', conversation: 'C0SOC', shows: 'masked', hideHosts: false }],
    });
    await say('adam', 'query SigninLogs');
    await stage.run();
    const shown = JSON.stringify(newest(stage.room).view);
    expect(shown).toContain('u•••@contoso.com');
    expect(shown).toContain('203.0.113.•••');
    expect(shown).not.toContain('user1@');
  });

  it('answers in the direct chat where the room is told only that incidents exist', async () => {
    stage = setStage(store, {
      clearance: [{ channel: 'slack', conversation: 'C0SOC', shows: 'existence', hideHosts: false }],
    });
    await say('adam', 'query SigninLogs');
    await stage.run();
    expect(newest(stage.room).spot.conversation).toBe('D0ADAM');
  });

  it('keeps what is for leads alone out of every room', async () => {
    const { view } = await say('lena', 'query EmailEvents');
    expect(view).toEqual({
      kind: 'text',
      text: 'The answer comes in our direct chat: EmailEvents is for leads alone.',
    });
    await stage.run();
    expect(newest(stage.room).spot.conversation).toBe('D0LENA');
  });

  it('refuses what the guard refuses, with rule, reason and place, and puts a hash of it on record', async () => {
    const text = 'SigninLogs | union (externaldata(x:string)["https://evil.example"])';
    const refused = say('adam', `query ${text}`);
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toThrow(
      /^Refused \(external-data\): A query may not fetch from elsewhere\.\nSigninLogs/,
    );
    await expect(refused).rejects.toThrow(/\n {20}\^$/);
    expect(stage.noted).toContainEqual(
      expect.objectContaining({
        type: 'query-refused',
        data: { kind: 'query', rule: 'external-data', text: createHash('sha256').update(text).digest('hex') },
      }),
    );
    expect(JSON.stringify(stage.noted)).not.toContain('evil.example');
    await stage.run();
    expect(stage.room.messages).toEqual([]);
  });

  it('refuses a table that the person may not read', async () => {
    await expect(say('adam', 'query EmailEvents')).rejects.toThrow(/closed-table.*lead, admin/);
  });

  it('checks nothing that is typed while it cannot see which tables there are', async () => {
    stage.logs.isSchemaGone = true;
    await expect(say('adam', 'query SigninLogs')).rejects.toThrow(/cannot see which tables/);
  });

  it('runs nothing that was reviewed for whom a table is closed while it cannot see which tables there are', async () => {
    stage.logs.isSchemaGone = true;
    await expect(say('adam', 'ip 203.0.113.4')).rejects.toThrow(
      "The workspace's tables cannot be read just now, so I cannot tell whether this may be asked. Try again in a minute.",
    );
    await stage.run();
    expect(stage.logs.asked).toEqual([]);
    // It waits for somebody to confirm what it costs, as ever.
    await say('lena', 'ip 203.0.113.4');
    await stage.run();
    expect(newest(stage.room).view.state).toBe('unconfirmed');
  });

  it('keeps an answer to the direct chat and to leads where nobody knows which tables it reads', async () => {
    const { guard } = stage.floor.atHand;
    stage.floor.atHand.guard = {
      ...guard,
      async check(text, rules) {
        const verdict = await guard.check(text, rules);
        return verdict.kind === 'allowed' ? { ...verdict, tables: [], readsUnknown: true } : verdict;
      },
    };
    await say('lena', 'query SigninLogs');
    await stage.run();
    expect(newest(stage.room).spot.conversation).toBe('D0LENA');
    const { rows } = await sql<{ tables: string[] }>`select tables from queries`.execute(store.db);
    const [stored] = rows;
    expect(stored?.tables).toEqual(Object.keys(sensitiveTables).sort());
    expect(() => admitToTables({ roles: ['analyst'] }, stored?.tables ?? [])).toThrow(Denied);
    expect(() => admitToTables({ roles: ['lead'] }, stored?.tables ?? [])).not.toThrow();
  });

  it('lets nobody without a role to look into logs see an answer, whatever it reads', () => {
    expect(() => admitToTables({ roles: ['viewer'] }, [])).toThrow(Denied);
    expect(() => admitToTables({ roles: [] }, [])).toThrow(Denied);
    expect(() => admitToTables({ roles: ['responder'] }, [])).not.toThrow();
    expect(() => admitToTables({ roles: ['viewer'] }, ['SecurityEvent'])).toThrow(/SecurityEvent is for/);
  });

  it('takes the copy of a table for the table', () => {
    expect(forLeadsAlone(['SigninLogs', 'EmailEvents_spring_SRCH'])).toBe('EmailEvents_spring_SRCH');
    expect(forLeadsAlone(['SigninLogs_RST', 'EmailEventsNew'])).toBeUndefined();
    expect(() => admitToTables({ roles: ['analyst'] }, ['EmailEvents_RST'])).toThrow(
      /EmailEvents_RST is for lead/,
    );
    expect(() => admitToTables({ roles: ['responder'] }, ['SigninLogs_RST'])).toThrow(Denied);
  });

  it('asks before it scans what costs, and runs it once somebody says so', async () => {
    await say('adam', 'query StorageBlobLogs');
    await stage.run();
    const { view } = newest(stage.room);
    expect(view.state).toBe('unconfirmed');
    expect(view.warning).toContain('billed by the gigabyte');
    expect(view.buttons.map(({ label }) => label)).toEqual(['Run anyway', 'Cancel']);
    expect(stage.logs.asked).toEqual([]);
    await expect(stage.desk.pressQuery(userOf('olivia'), 'confirm', view.id, '')).rejects.toThrow(Denied);
    await stage.desk.pressQuery(userOf('adam'), 'confirm', view.id, '');
    await stage.desk.pressQuery(userOf('adam'), 'confirm', view.id, '');
    await stage.run();
    expect(newest(stage.room).view.state).toBe('answered');
    expect(stage.logs.asked.map(({ isSearch }) => isSearch)).toEqual([true]);
  });

  it('takes no more than ten of one person in line', async () => {
    for (let count = 0; count < 10; count += 1) await say('adam', 'query SigninLogs');
    await expect(say('adam', 'query SigninLogs')).rejects.toThrow(/10 of your queries/);
    await say('lena', 'query SigninLogs');
  });

  it('says what to configure where no workspace is named', async () => {
    stage.floor.atHand.logs = undefined;
    await expect(say('adam', 'query SigninLogs')).rejects.toThrow(/logs\.workspaces/);
  });

  it('puts every run on record once, by a hash of its text', async () => {
    await say('adam', 'query SigninLogs | take 3');
    await stage.run();
    const { rows } = await sql<{ data: Record<string, unknown> }>`
      select data from records where type = 'queried' order by number desc limit 1`.execute(store.db);
    expect(rows[0]?.data).toMatchObject({
      kind: 'query',
      tables: ['SigninLogs'],
      workspaces: ['soc'],
      rows: 3,
      outcome: 'answered',
      text: createHash('sha256').update('SigninLogs | take 3').digest('hex'),
    });
  });

  it('says that rows are missing, in the words of Azure, and that there are more than are kept', async () => {
    stage.logs.answers = [async () => rowsOf(2, { partial: 'The query ran out of memory.' })];
    await say('adam', 'query SigninLogs');
    await stage.run();
    expect(newest(stage.room).view.warning).toContain('Rows are missing: The query ran out of memory.');
    stage.logs.answers = [async () => rowsOf(101)];
    await say('adam', 'query SigninLogs');
    await stage.run();
    expect(newest(stage.room).view.warning).toContain('Only the first 100 rows are here.');
    expect(newest(stage.room).view.headline).toContain('100 rows');
  });
});
