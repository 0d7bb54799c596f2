import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawThread } from '../../../src/channels/thread.ts';
import { Denied } from '../../../src/errors.ts';
import type { Incident } from '../../../src/incident/incident.ts';
import { kqlString } from '../../../src/kql/escape.ts';
import { renderHistory } from '../../../src/sources/sentinel/history.ts';
import type { Database } from '../../../src/store/database.ts';
import { readEvidence } from '../../../src/store/evidence.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import { company } from '../../people/company.ts';
import { appendTo, openStore, readEvents, storeIncident } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { inRoom, newest, type QueryStage, rowsOf, setStage, userOf } from './stage.ts';

describe.each(databases)('buttons of an answer, on $name', (kind) => {
  let store: Database;
  let stage: QueryStage;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await sql`delete from queries`.execute(store.db);
    stage = setStage(store);
    stage.logs.answers = [async () => rowsOf(25)];
  });
  /** Somebody asks and is answered; the id of the query. */
  const ask = async (
    who: 'adam' | 'lena' = 'adam',
    text = 'query SigninLogs | where Tries > 0',
    more = '',
  ) => {
    await stage.desk.say(userOf(who), `${text}${more}`, 'C0SOC', undefined, inRoom);
    await stage.run();
    return newest(stage.room).view.id;
  };
  const press = (
    who: 'adam' | 'olivia' | 'lena',
    verb: Parameters<typeof stage.desk.pressQuery>[1],
    id: string,
  ) => stage.desk.pressQuery(userOf(who), verb, id, '');
  const filesLeft = async () =>
    (await sql<{ attempts: number }>`select attempts from query_files`.execute(store.db)).rows;
  const firstCell = () => {
    const body = newest(stage.room).view.sections[0]?.body;
    return body?.kind === 'table' ? body.table.rows[0]?.[0] : undefined;
  };

  it('page through it, by editing the one message', async () => {
    const id = await ask();
    expect(firstCell()).toBe('user1@contoso.com');
    const { view } = await press('lena', 'next', id);
    expect(view?.sections[0]?.body).toMatchObject({ table: { from: 11 } });
    await stage.run();
    expect(firstCell()).toBe('user11@contoso.com');
    await press('adam', 'next', id);
    await stage.run();
    expect(firstCell()).toBe('user21@contoso.com');
    expect(newest(stage.room).view.buttons.map(({ verb }) => verb)).not.toContain('next');
    await press('adam', 'previous', id);
    await stage.run();
    expect(firstCell()).toBe('user11@contoso.com');
    expect(stage.room.messages).toHaveLength(1);
  });

  it('do nothing for somebody who may not read the table, and are on record', async () => {
    const id = await ask();
    for (const verb of ['next', 'csv', 'rerun', 'pin'] as const)
      await expect(press('olivia', verb, id)).rejects.toThrow(/SigninLogs is for analyst, lead, admin/);
    await expect(stage.desk.openQuery(userOf('olivia'), 'narrow', id)).rejects.toThrow(Denied);
    await expect(stage.desk.file(userOf('olivia'), id)).rejects.toThrow(Denied);
    expect(stage.noted.filter(({ type }) => type === 'denied')).toHaveLength(6);
    await stage.run();
    expect(stage.room.messages[0]?.views).toHaveLength(1);
  });

  it('are not pressed by anybody else where the answer is private', async () => {
    const id = await ask('adam', 'query SigninLogs', ' --private');
    await expect(press('lena', 'next', id)).rejects.toThrow(Denied);
  });

  it('hand over all rows as a file, in the thread', async () => {
    const id = await ask();
    await press('lena', 'csv', id);
    await stage.run();
    await stage.run();
    expect(stage.room.files).toHaveLength(1);
    const [sent] = stage.room.files;
    expect(sent).toMatchObject({ spot: inRoom, userId: 'U0LENA' });
    expect(sent?.file.name).toMatch(/^query-\d{4}-\d\d-\d\d-\d{4}\.csv$/);
    const text = Buffer.from(sent?.file.content ?? []).toString('utf8');
    expect(text.trim().split('\n')).toHaveLength(26);
    expect(text).toContain('user25@contoso.com');
    const again = await stage.desk.file(userOf('lena'), sent?.file.key ?? '');
    expect(Buffer.from(again.content).equals(Buffer.from(sent?.file.content ?? []))).toBe(true);
  });

  it('hand over a file in the direct chat where the room is masked', async () => {
    stage = setStage(store, {
      clearance: [{ channel: 'slack', conversation: 'C0SOC', shows: 'masked', hideHosts: false }],
    });
    const id = await ask();
    await press('lena', 'csv', id);
    await stage.run();
    expect(stage.room.files[0]?.spot.conversation).toBe('D0LENA');
  });

  it('keep a room masked that names its threads in the conversation', async () => {
    stage = setStage(store, {
      clearance: [{ channel: 'slack', conversation: 'C0SOC', shows: 'masked', hideHosts: false }],
    });
    const { postQuery } = stage.room;
    stage.room.postQuery = async (spot, view, mark) => {
      const ref = await postQuery(spot, view, mark);
      return { ...ref, conversation: `${spot.conversation};messageid=${spot.thread}` };
    };
    const id = await ask();
    await press('adam', 'next', id);
    await press('adam', 'rerun', id);
    await press('adam', 'csv', id);
    await stage.run();
    expect(stage.room.messages.map(({ spot }) => spot)).toEqual([inRoom, inRoom]);
    expect(JSON.stringify(stage.room.messages)).toContain('u•••@contoso.com');
    expect(JSON.stringify(stage.room.messages)).not.toMatch(/user\d+@/);
    expect(stage.room.files.map(({ spot }) => spot.conversation)).toEqual(['D0ADAM']);
  });

  it('do nothing for somebody who is known by an address alone, but cancel', async () => {
    const id = await ask();
    const stranger = { ...userOf('lena'), id: 'U0UNLINKED' };
    for (const verb of ['previous', 'next', 'chart', 'table', 'csv'] as const)
      await expect(stage.desk.pressQuery(stranger, verb, id, '')).rejects.toThrow(
        /know for sure that it is you/,
      );
    await expect(stage.desk.openQuery(stranger, 'narrow', id)).rejects.toThrow(Denied);
    await expect(stage.desk.file(stranger, id)).rejects.toThrow(Denied);
    expect(await stage.desk.pressQuery(stranger, 'cancel', id, '')).toMatchObject({
      told: 'It is over already.',
    });
  });

  it('hand over no file of an answer that is private or not there yet to whoever knows its id', async () => {
    const id = await ask('adam', 'query SigninLogs', ' --private');
    await expect(stage.desk.file(userOf('lena'), id)).rejects.toThrow(/for whoever asked/);
    expect((await stage.desk.file(userOf('adam'), id)).about).toBe('Query: 25 rows.');
    await sql`update queries set state = 'running'`.execute(store.db);
    await expect(stage.desk.file(userOf('adam'), id)).rejects.toThrow(/no answer yet/);
  });

  it('take secrets out of a file, and nothing else where the room is shown everything', async () => {
    const long = 'x'.repeat(3_000);
    const columns = ['CommandLine', 'Note', 'Details'].map((name) => ({ name, type: 'string' as const }));
    const row = ['net use /user:adam Sommer2026!', long, { password: 'Winter2026!' }];
    stage.logs.answers = [async () => rowsOf(1, { columns, rows: [row] })];
    await press('lena', 'csv', await ask());
    await stage.run();
    const text = Buffer.from(stage.room.files[0]?.file.content ?? []).toString('utf8');
    expect(text).toContain('net use /user:adam •••');
    expect(text).toContain(long);
    expect(text).not.toMatch(/Sommer2026|Winter2026/);
  });

  it('name nobody in a file for whoever is shown less, in headers, titles and names neither', async () => {
    stage = setStage(store, {
      clearance: [{ channel: 'slack', conversation: 'C0SOC', shows: 'masked', hideHosts: false }],
    });
    const columns = ['UserPrincipalName', 'olivia@contoso.com', 'user30', 'user1'].map((name) => {
      return { name, type: 'string' as const };
    });
    const rows = Array.from({ length: 30 }, (_, i) => [`user${i + 1}@contoso.com`, 'a', 'b', 'c']);
    stage.logs.answers = [async () => rowsOf(0, { columns, rows })];
    const id = await ask();
    await sql`
      update queries set plan = jsonb_set(plan, '{title}', '"user olivia@contoso.com"'),
        parts = jsonb_set(parts, '{0,title}', '"Of olivia@contoso.com"')`.execute(store.db);
    await sql`update queries set parts = parts || parts`.execute(store.db);
    // Adam may reveal, and is shown everything alone; Olivia may not.
    await sql`update queries set tables = '["SecurityEvent"]'`.execute(store.db);
    const { name, about, content } = await stage.desk.file(userOf('olivia'), id);
    const shown = `${name} ${about} ${Buffer.from(content).toString('utf8')}`;
    expect(shown).toContain('u•••');
    expect(shown).not.toMatch(/olivia|user\d/);
  });

  it('hand over nothing in a room whose incident was restricted meanwhile', async () => {
    const incident = await storeIncident(store.db);
    const id = await ask('adam', 'query SigninLogs', ` --incident INC-${incident.id}`);
    await press('adam', 'csv', id);
    await press('lena', 'csv', id);
    await appendTo(store.db, incident, { type: 'restricted', to: [company.adam] });
    await stage.run();
    expect(stage.room.files.map(({ spot, userId }) => [spot, userId])).toEqual([
      [{ conversation: 'D0ADAM', thread: undefined }, 'U0ADAM'],
    ]);
    expect(await filesLeft()).toEqual([]);
  });

  it('give a file up that cannot be made, after some tries', async () => {
    const id = await ask();
    await press('adam', 'csv', id);
    await sql`update queries set result = 'no gzip'::bytea, shown_revision = revision`.execute(store.db);
    for (let tries = 1; tries < 6; tries += 1) {
      await stage.run();
      expect(await filesLeft()).toEqual([{ attempts: tries }]);
      await sql`update query_files set try_after = now()`.execute(store.db);
    }
    await stage.run();
    expect(await filesLeft()).toEqual([]);
    expect(stage.room.files).toEqual([]);
  });

  it('say how to sign in where each asks in their own name and somebody has not allowed it', async () => {
    const id = await ask();
    stage.floor.atHand.policy = { ...stage.floor.atHand.policy, as: 'person' };
    stage.floor.atHand.delegations = {
      has: async () => false,
      begin: async () => '',
      remove: async () => false,
    };
    await expect(press('lena', 'rerun', id)).rejects.toThrow(/Type any query, and I answer with the link/);
    await stage.run();
    expect(stage.room.messages).toHaveLength(1);
  });

  it('run it again as whoever pressed, up to now where it was up to then', async () => {
    const id = await ask('adam', 'query SigninLogs', ' --last 4h');
    stage.clock.now += 3_600_000;
    await sql`update queries set asked_at = '2026-11-21T10:00:00.000Z'`.execute(store.db);
    await press('lena', 'rerun', id);
    await stage.run();
    expect(stage.room.messages).toHaveLength(2);
    expect(stage.logs.asked[1]?.span).toEqual({
      from: '2026-11-21T07:00:00.000Z',
      to: '2026-11-21T11:00:00.000Z',
    });
    expect(newest(stage.room).view.facts).toContainEqual({ label: 'Asked by', value: 'Lena Fischer' });
  });

  it('narrow it to one value, which is a literal whatever is in it', async () => {
    const id = await ask();
    const dialog = await stage.desk.openQuery(userOf('adam'), 'narrow', id);
    expect(dialog.fields[0]).toMatchObject({
      choices: [{ label: 'UserPrincipalName' }, { label: 'IPAddress' }, { label: 'Tries' }],
    });
    const submit = (fields: Record<string, string>) =>
      stage.desk.submitQuery(userOf('adam'), 'narrow', id, fields);
    expect(await submit({ column: '2', value: 'many' })).toEqual({ faults: { value: 'Tries holds long.' } });
    expect(await submit({ column: '', value: 'x' })).toHaveProperty('faults.column');
    await submit({ column: '0', value: 'adam" or 1 == 1 //', last: '2h' });
    await stage.run();
    const asked = stage.logs.asked.at(-1);
    const value = kqlString('adam" or 1 == 1 //');
    expect(value).not.toContain('adam"');
    expect(asked?.text).toBe(
      `SigninLogs | where Tries > 0\n| where ["UserPrincipalName"] == ${value}\n| take 101`,
    );
    expect(asked?.span.from).toBe('2026-11-21T08:00:00.000Z');
  });

  it('cancel what waits for whoever asked and for leads, and for nobody else', async () => {
    await stage.desk.say(userOf('adam'), 'query SecurityEvent', 'C0SOC', undefined, inRoom);
    const { rows } = await sql<{ id: string }>`select id from queries`.execute(store.db);
    const id = rows[0]?.id ?? '';
    await expect(press('olivia', 'cancel', id)).rejects.toThrow(/Adam Keller asked this/);
    await press('lena', 'cancel', id);
    await stage.run();
    expect(newest(stage.room).view.state).toBe('cancelled');
  });

  it('are gone with the answer after a week, unless it is evidence', async () => {
    const id = await ask();
    await sql`update queries set asked_at = now() - interval '8 days'`.execute(store.db);
    const { forgetQueries } = await import('../../../src/store/queries.ts');
    await sql`update queries set pinned = true`.execute(store.db);
    await forgetQueries(store.db, 7);
    await press('adam', 'next', id);
    await sql`update queries set pinned = false`.execute(store.db);
    await forgetQueries(store.db, 7);
    await forgetQueries(store.db, 7);
    await expect(press('adam', 'next', id)).rejects.toThrow(/not kept any more/);
  });

  describe('pinned as evidence', () => {
    let incident: Incident;
    beforeEach(async () => {
      incident = await storeIncident(store.db);
    });
    const pinned = async () => {
      const id = await ask('adam', 'query SigninLogs', ` --incident INC-${incident.id}`);
      await press('lena', 'pin', id);
      const [evidence] = await readEvidence(store.db, incident.id, 10);
      if (!evidence) throw new Error('Nothing is pinned.');
      return { id, evidence };
    };

    it('keep a copy with its hash, who ran it and who pinned it, and tell the story of it', async () => {
      const { evidence } = await pinned();
      const json = gunzipSync(evidence.copy).toString('utf8');
      expect(createHash('sha256').update(json).digest('hex')).toBe(evidence.sha256);
      expect(JSON.parse(json)).toMatchObject({
        query: 'SigninLogs',
        ranBy: { name: 'Adam Keller' },
        pinnedBy: { name: 'Lena Fischer' },
        scope: { kind: 'workspaces', names: ['soc'] },
        rowCount: 25,
        results: [{ rows: expect.arrayContaining([['user25@contoso.com', '203.0.113.25', 25]]) }],
      });
      const events = await readEvents(store.db, incident.id);
      expect(events.at(-1)).toMatchObject({
        type: 'evidence-pinned',
        by: { name: 'Lena Fischer' },
        evidence: { id: evidence.id, sha256: evidence.sha256, rows: 25 },
      });
      await stage.run();
      expect(newest(stage.room).view.buttons.map(({ verb }) => verb)).not.toContain('pin');
    });

    it('stand in the log of the card and in the comment at Sentinel, as one line', async () => {
      await pinned();
      const now = (await readIncident(store.db, incident.id))?.incident;
      if (!now) throw new Error('It is gone.');
      const line =
        /Lena Fischer pinned evidence: Query, 25 rows of soc, .*, run by Adam Keller; SHA-256 [0-9a-f]{16}/;
      expect(drawThread(now)?.lines.at(-1)?.text).toMatch(line);
      expect(renderHistory(now)).toMatch(line);
      expect(renderHistory(now).match(/pinned evidence/g)).toHaveLength(1);
    });

    it('are listed, each held against its hash', async () => {
      await pinned();
      const { view } = await stage.desk.say(
        userOf('lena'),
        `evidence INC-${incident.id}`,
        'C0SOC',
        undefined,
        inRoom,
      );
      expect(view).toMatchObject({
        kind: 'lines',
        title: `Evidence of INC-${incident.id}: 1`,
        rows: [{ text: expect.stringMatching(/^copy fits SHA-256 [0-9a-f]{16}… · run by Adam Keller/) }],
      });
    });

    it('cannot be changed or taken away', async () => {
      await pinned();
      await expect(sql`update query_evidence set title = 'nothing'`.execute(store.db)).rejects.toThrow();
      await expect(sql`delete from query_evidence`.execute(store.db)).rejects.toThrow();
      await expect(sql`truncate query_evidence`.execute(store.db)).rejects.toThrow();
    });

    it('leave nothing behind where the incident cannot be told of it', async () => {
      const id = await ask();
      const into = { type: 'merged', into: 1 } as const;
      await appendTo(store.db, incident, into);
      const form = { incident: `INC-${incident.id}` };
      await expect(stage.desk.submitQuery(userOf('lena'), 'pin', id, form)).rejects.toThrow(/was merged/);
      expect(await readEvidence(store.db, incident.id, 10)).toEqual([]);
    });

    it('ask to which incident where none is known', async () => {
      const id = await ask();
      const dialog = await stage.desk.openQuery(userOf('adam'), 'pin', id);
      expect(dialog.fields.map(({ id }) => id)).toEqual(['incident']);
      const submit = (named: string) =>
        stage.desk.submitQuery(userOf('adam'), 'pin', id, { incident: named });
      expect(await submit('the one')).toHaveProperty('faults.incident');
      await expect(submit('INC-99999')).rejects.toThrow(/no INC-99999/);
      expect(await submit(`inc${incident.id}`)).toMatchObject({ told: `Pinned to INC-${incident.id}.` });
    });
  });
});
