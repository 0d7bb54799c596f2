import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawThread } from '../../../src/channels/thread.ts';
import { Denied } from '../../../src/errors.ts';
import type { Incident } from '../../../src/incident/incident.ts';
import type { Hunt, HuntLibrary } from '../../../src/kql/hunt.ts';
import type { Database } from '../../../src/store/database.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import { adam, defenderAlert } from '../../incident/alerts.ts';
import { openStore, storeIncident } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { inRoom, newest, type QueryStage, setStage, userOf } from './stage.ts';

const hunt: Hunt = {
  id: '5d3f7c10-8a64-4b1e-9c2f-0e7a61b4d829',
  name: 'Sign-ins of an account',
  description: 'What an account signed in to.',
  tactics: ['CredentialAccess'],
  techniques: ['T1110'],
  tables: ['SecurityEvent'],
  entityMappings: [],
  query: 'SecurityEvent | where Account == {{account}}',
  parameters: [{ name: 'account', kind: 'account', summary: '', default: undefined }],
  file: 'sign-ins.yaml',
};
const hunts: HuntLibrary = {
  all: () => [hunt],
  find: (word) => (word === hunt.id || word === hunt.name ? hunt : undefined),
  search: (words) => (hunt.name.toLowerCase().includes(words.toLowerCase()) ? [hunt] : []),
  refused: () => [],
};

describe.each(databases)('the Investigate button of a card, on $name', (kind) => {
  let store: Database;
  let stage: QueryStage;
  let incident: Incident;
  /** The message that is the card. */
  let thread: string;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await sql`delete from queries`.execute(store.db);
    stage = setStage(store);
    stage.floor.atHand.hunts = hunts;
    const account = { kind: 'account', name: 'adam', upn: adam.upn, oid: adam.id } as const;
    incident = await storeIncident(store.db, {
      alert: defenderAlert({
        sourceId: crypto.randomUUID(),
        entities: [account],
        tactics: ['CredentialAccess'],
        techniques: ['T1110'],
      }),
      places: [{ channel: 'slack', conversation: 'C0SOC' }],
    });
    thread = `700.${incident.id}`;
    const ref = JSON.stringify({ conversation: 'C0SOC', message: thread });
    await sql`
      update cards set ref = ${ref}::jsonb, message_id = ${thread}, posted_at = now()
      where incident_id = ${incident.id} and part = 'card'`.execute(store.db);
  });
  const submit = (who: 'adam' | 'olivia', fields: Record<string, string>) =>
    stage.desk.submit(userOf(who), 'investigate', incident.id, incident.version, fields);

  it('asks for a hunt, those that fit the incident first, or for a query', async () => {
    const dialog = await stage.desk.open(userOf('adam'), 'investigate', incident.id, incident.version);
    expect(dialog.title).toBe('Investigate');
    expect(dialog.fields.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'hunt hunt',
      'text query',
      'text last',
    ]);
    expect(dialog.fields[0]).toMatchObject({ suggested: [{ value: hunt.id, label: hunt.name }] });
    expect(await stage.desk.suggest(userOf('adam'), 'sign', 'hunts')).toMatchObject([{ value: hunt.id }]);
  });

  it("answers in the thread of the card, with the incident's own entities filled in", async () => {
    expect(await submit('olivia', { hunt: hunt.id, query: '', last: '2d' })).toMatchObject({
      changed: false,
      told: `The answer comes in the thread of INC-${incident.id}.`,
    });
    await stage.run();
    const { spot, view } = newest(stage.room);
    expect(spot).toEqual({ conversation: 'C0SOC', thread });
    expect(view.headline).toMatch(/^Hunt: Sign-ins of an account · 3 rows/);
    expect(stage.logs.asked[0]?.text).toContain('"adam@contoso.com"');
    expect(stage.logs.asked[0]?.span.from).toBe('2026-11-19T10:00:00.000Z');
    // Of a hunt nobody typed the text: what it was run with is told instead.
    expect(view.text).toBe('');
    expect(view.facts).toContainEqual({ label: 'With', value: 'account adam@contoso.com' });
  });

  it('tells the story of a hunt that is pinned by its name', async () => {
    await submit('olivia', { hunt: hunt.id, query: '', last: '' });
    await stage.run();
    await stage.desk.pressQuery(userOf('adam'), 'pin', newest(stage.room).view.id, '');
    const now = (await readIncident(store.db, incident.id))?.incident;
    const told = now && drawThread(now)?.lines.at(-1)?.text;
    expect(told).toMatch(/pinned evidence: Hunt: Sign-ins of an account, .* SHA-256 [0-9a-f]{16}…$/);
  });

  it('lets a responder hunt, and only an analyst write a query', async () => {
    await expect(submit('olivia', { hunt: '', query: 'SecurityEvent', last: '' })).rejects.toThrow(Denied);
    await submit('adam', { hunt: '', query: 'SecurityEvent', last: '' });
    await stage.run();
    expect(newest(stage.room).view.text).toBe('SecurityEvent');
  });

  it('says in the form what is to be mended, with the text still there', async () => {
    expect(await submit('adam', { hunt: '', query: '', last: '' })).toHaveProperty('faults.query');
    expect(await submit('adam', { hunt: hunt.id, query: 'SecurityEvent', last: '' })).toHaveProperty(
      'faults.query',
    );
    expect(await submit('adam', { hunt: '', query: 'SecurityEvent', last: 'whenever' })).toHaveProperty(
      'faults.last',
    );
    expect(await submit('adam', { hunt: '', query: 'externaldata(x)', last: '' })).toMatchObject({
      faults: { query: expect.stringContaining('Refused (external-data)') },
    });
    expect(stage.room.messages).toEqual([]);
  });

  it('is what a hunt that was offered does at a press, in the thread where it was offered', async () => {
    const card = { conversation: 'C0SOC', message: thread };
    const spot = { conversation: 'C0SOC', thread };
    expect(await stage.desk.runHunt(userOf('olivia'), hunt.id, 'C0SOC', card, spot)).toEqual({
      view: { kind: 'none' },
      private: false,
    });
    await stage.run();
    expect(newest(stage.room).view.facts).toContainEqual({ label: 'Incident', value: `INC-${incident.id}` });
    await expect(stage.desk.runHunt(userOf('olivia'), hunt.id, 'C0SOC', undefined, inRoom)).rejects.toThrow(
      /needs account/,
    );
  });
});
