import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faultInWords } from '../../src/flow/fault.ts';
import type { SealedVersions } from '../../src/flow/sealed-versions.ts';
import { verifyIncidents } from '../../src/flow/verify-incidents.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { isWhole, readPast, removeArchived } from '../../src/store/archive.ts';
import type { Database } from '../../src/store/database.ts';
import { insertEvidence, readEvidence, type StoredEvidence } from '../../src/store/evidence.ts';
import {
  cancelQueriesOf,
  claimToRun,
  confirmQuery,
  forgetQueries,
  insertQuery,
  type NewQuery,
  placeInLine,
  putBack,
  readQuery,
  recordRan,
} from '../../src/store/queries.ts';
import { adam, owner } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

const span = { from: '2026-11-21T06:00:00.000Z', to: '2026-11-21T10:00:00.000Z' };
const scope = { kind: 'workspaces', names: ['soc'] } as const;

describe.each(databases)('queries in the store, on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await sql`delete from queries`.execute(store.db);
    await sql`delete from query_rests`.execute(store.db);
  });

  const lease = { limit: 10, leaseSeconds: 20, replica: 5, atOnce: 4 };
  const insert = async (changes: Partial<NewQuery> = {}) => {
    const query: NewQuery = {
      id: randomUUID(),
      person: owner(adam),
      deed: 'query',
      channel: 'slack',
      chatUser: 'U0ADAM',
      place: { isDirect: false, conversation: 'C0SOC', thread: '1.1' },
      audience: { shows: 'whole', hideHosts: false },
      incident: undefined,
      plan: {
        kind: 'query',
        title: 'Query',
        parts: [{ title: '', text: 'SigninLogs' }],
        span,
        scope: { kind: 'workspaces', names: ['soc'] },
        isReviewed: false,
        isPrivate: false,
      },
      parts: [
        {
          title: '',
          text: 'SigninLogs',
          bounded: 'SigninLogs',
          tables: ['SigninLogs'],
          isSearch: false,
          more: undefined,
        },
      ],
      tables: ['SigninLogs'],
      leftOut: [],
      identity: 'bot',
      trace: undefined,
      state: 'waiting',
      ...changes,
    };
    const isStored = await insertQuery(store.db, query, { most: 2, quickMs: 700 });
    return isStored ? query.id : undefined;
  };

  it('are given back as they were stored', async () => {
    const id = (await insert()) ?? '';
    expect(await readQuery(store.db, id)).toMatchObject({
      state: 'waiting',
      person: owner(adam),
      plan: { span, scope },
      place: { isDirect: false, conversation: 'C0SOC', thread: '1.1' },
      revision: 1,
      result: undefined,
    });
  });

  it('keep bytes as they are', async () => {
    const id = (await insert()) ?? '';
    const [query] = await claimToRun(store.db, lease);
    const result = gzipSync('[]');
    if (query) await recordRan(store.db, query, { state: 'answered', result, rowCount: 0 });
    const stored = await readQuery(store.db, id);
    expect(Buffer.from(stored?.result ?? []).equals(result)).toBe(true);
  });

  it('are refused beyond as many as one person may have in line', async () => {
    expect(await insert()).toBeDefined();
    expect(await insert()).toBeDefined();
    expect(await insert()).toBeUndefined();
    expect(await insert({ person: { ...owner(adam), id: randomUUID() } })).toBeDefined();
  });

  it('are refused beyond that also where all come at once, or wait for a word', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => insert()));
    expect(all.filter(Boolean)).toHaveLength(2);
    const person = { ...owner(adam), id: randomUUID() };
    const costly = await insert({ person, state: 'unconfirmed' });
    expect(await insert({ person, state: 'unconfirmed' })).toBeDefined();
    expect(await insert({ person })).toBeUndefined();
    // As though asked long ago, when it counted for nothing: the word comes when the line is full.
    await sql`update queries set asked_at = now() - interval '2 days' where state = 'unconfirmed'`.execute(
      store.db,
    );
    await insert({ person });
    await insert({ person });
    expect(await confirmQuery(store.db, costly ?? '', 2)).toBe('too many');
    expect(await confirmQuery(store.db, costly ?? '', 3)).toBe('in line');
    expect(await confirmQuery(store.db, costly ?? '', 4)).toBe('was in line');
  });

  it('end where they were cancelled while they ran and are put back', async () => {
    const id = (await insert()) ?? '';
    const [query] = await claimToRun(store.db, lease);
    await cancelQueriesOf(store.db, adam.id);
    if (query) await putBack(store.db, query, { restSeconds: 0, isTry: false });
    expect(await readQuery(store.db, id)).toMatchObject({ state: 'cancelled', endedAt: expect.any(String) });
    expect(await claimToRun(store.db, lease)).toEqual([]);
  });

  it('end once: the second who brings an end is told that it counts for nothing', async () => {
    await insert();
    const [query] = await claimToRun(store.db, lease);
    if (!query) throw new Error('Nothing was claimed.');
    expect(await recordRan(store.db, query, { state: 'answered' })).toBe(true);
    expect(await recordRan(store.db, query, { state: 'failed' })).toBe(false);
    expect((await readQuery(store.db, query.id))?.state).toBe('answered');
  });

  it('that are put back are as though never tried, and nobody of that name is let in until the rest is over', async () => {
    const id = (await insert()) ?? '';
    const [query] = await claimToRun(store.db, lease);
    if (query) await putBack(store.db, query, { restSeconds: 60, isTry: false });
    expect(await claimToRun(store.db, lease)).toEqual([]);
    expect(await placeInLine(store.db, { id, identity: 'bot' })).toEqual({ place: 1, isResting: true });
    await sql`update query_rests set rest_until = now()`.execute(store.db);
    const [again] = await claimToRun(store.db, lease);
    expect(again?.attempts).toBe(1);
  });

  it('do not rest for ever where the clock was set back', async () => {
    await insert();
    const [query] = await claimToRun(store.db, lease);
    if (query) await putBack(store.db, query, { restSeconds: 1, isTry: false });
    await sql`update query_rests set rest_until = now() + interval '1 day'`.execute(store.db);
    expect(await claimToRun(store.db, lease)).toHaveLength(1);
  });

  it('are cancelled twice to no further effect', async () => {
    await insert();
    expect(await cancelQueriesOf(store.db, adam.id)).toBe(1);
    expect(await cancelQueriesOf(store.db, adam.id)).toBe(0);
    expect(await claimToRun(store.db, lease)).toEqual([]);
  });

  it('are forgotten after their days, unless they are at work', async () => {
    await insert();
    await sql`update queries set asked_at = now() - interval '8 days'`.execute(store.db);
    await forgetQueries(store.db, 7);
    await cancelQueriesOf(store.db, adam.id);
    const count = async () => (await sql`select from queries`.execute(store.db)).rows.length;
    expect(await count()).toBe(1);
    await forgetQueries(store.db, 7);
    await forgetQueries(store.db, 7);
    expect(await count()).toBe(0);
  });

  describe('as evidence', () => {
    const pieceOf = (incident: Incident): StoredEvidence => {
      const json = '{"rows":[]}';
      return {
        id: randomUUID(),
        incident: incident.id,
        at: '2026-11-21T10:00:00.000Z',
        title: 'Query',
        query: 'SigninLogs',
        span,
        scope: { kind: 'workspaces', names: ['soc'] },
        tables: ['SigninLogs'],
        ranBy: owner(adam),
        ranAt: '2026-11-21T09:59:00.000Z',
        pinnedBy: owner(adam),
        rowCount: 0,
        sha256: createHash('sha256').update(json).digest('hex'),
        copy: gzipSync(json),
      };
    };
    const pin = async (incident: Incident) => {
      const piece = pieceOf(incident);
      const { id, title, query, rowCount: rows, sha256 } = piece;
      const evidence = { id, title, query, rows, ...span, place: 'soc', ranBy: 'Adam Keller', sha256 };
      const after = await appendTo(store.db, incident, { type: 'evidence-pinned', evidence });
      await store.db.transaction().execute((trx) => insertEvidence(trx, piece));
      return { piece, after };
    };
    const verdict = async () => {
      const faults: string[] = [];
      const sealed: SealedVersions = { of: () => 0 } as unknown as SealedVersions;
      await verifyIncidents(store.db, sealed, undefined, (fault) => void faults.push(faultInWords(fault)));
      return faults;
    };
    /** What the owner of the tables could do, past the trigger. */
    const tamper = (how: ReturnType<typeof sql>) =>
      store.asOwner(async (db) => {
        await sql`alter table query_evidence disable trigger query_evidence_append_only`.execute(db);
        await how.execute(db);
        await sql`alter table query_evidence enable trigger query_evidence_append_only`.execute(db);
      });

    it('is verified with the history that tells of it', async () => {
      const { piece } = await pin(await storeIncident(store.db));
      expect(await verdict()).toEqual([]);
      const forged = gzipSync('{"rows":["something else"]}');
      await tamper(sql`update query_evidence set copy = ${forged} where id = ${piece.id}`);
      const name = `INC-${piece.incident}`;
      expect(await verdict()).toEqual([`${name} version 2 tells of evidence whose copy was changed.`]);
      await tamper(sql`delete from query_evidence where id = ${piece.id}`);
      expect(await verdict()).toEqual([`${name} version 2 tells of evidence that is missing.`]);
      await store.db.transaction().execute((trx) => insertEvidence(trx, piece));
      await store.db.transaction().execute((trx) => insertEvidence(trx, { ...piece, id: randomUUID() }));
      expect(await verdict()).toEqual([`${name} has 1 piece of evidence that no event tells of.`]);
      await tamper(
        sql`delete from query_evidence where incident_id = ${piece.incident} and id <> ${piece.id}`,
      );
    });

    it('leaves for an archive with its incident, whole, and not without it', async () => {
      const { piece, after } = await pin(await storeIncident(store.db));
      const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
      const closed = await appendTo(store.db, after, { type: 'closed', closing });
      await sql`update alerts set written_version = wanted_version where incident_id = ${closed.id}`.execute(
        store.db,
      );
      await sql`
        update incidents set opened_at = now() - interval '500 days', updated_at = now() - interval '500 days'
        where id = ${closed.id}`.execute(store.db);
      const [archived] = await readPast(store.db, 400, 0, 10);
      if (!archived) throw new Error('Nothing is past.');
      expect(archived.evidence).toEqual([
        { id: piece.id, sha256: piece.sha256, copy: Buffer.from(piece.copy).toString('base64') },
      ]);
      expect(isWhole(archived)).toBe(true);
      expect(isWhole({ ...archived, evidence: [] })).toBe(false);
      const [kept] = archived.evidence ?? [];
      const other = gzipSync('{}').toString('base64');
      if (kept) expect(isWhole({ ...archived, evidence: [{ ...kept, copy: other }] })).toBe(false);
      const place = { at: new Date().toISOString(), file: 'a.gz', sha256: 'digest' };
      expect(await store.asOwner((db) => removeArchived(db, [closed], place))).toEqual([closed.id]);
      expect(await readEvidence(store.db, closed.id, 10)).toEqual([]);
    });
  });
});
