import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incident/incident.ts';
import type { Question } from '../../src/incident/question.ts';
import type { Database } from '../../src/store/database.ts';
import { append, openDraft } from '../../src/store/draft.ts';
import { readIncident } from '../../src/store/incidents.ts';
import {
  beginAsking,
  claimQuestions,
  findOpenIn,
  passPlace,
  postponeQuestion,
  readQuestion,
  recordAsked,
  recordEnded,
  releaseQuestion,
} from '../../src/store/questions.ts';
import { freeLeases } from '../../src/store/replica.ts';
import { Overtaken, save } from '../../src/store/save.ts';
import { adam, owner } from '../incident/alerts.ts';
import { question as exampleOf } from '../incident/questions.ts';
import { databases } from '../support/databases.ts';
import { appendTo, events, openStore, storeIncident } from './open.ts';

const chat = { channel: 'slack', conversation: 'D0ADAM' };
const ref = { conversation: 'D0ADAM', message: '1700000000.000100' };
const inTime = new Date('2026-11-21T10:00:00.000Z');
const tooLate = new Date('2026-11-21T10:30:00.000Z');

describe.each(databases)('questions on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  // What one test left to be asked is no business of the next.
  beforeEach(() => sql`delete from questions`.execute(store.db));
  afterAll(() => store.close());

  async function asked(changes: Partial<Question> = {}): Promise<{ incident: Incident; question: Question }> {
    const question = exampleOf({ id: randomUUID(), ...changes });
    const incident = await appendTo(store.db, await storeIncident(store.db), { type: 'asked', question });
    return { incident, question };
  }
  const claim = (now = inTime, more: { limit?: number; leaseSeconds?: number; replica?: number } = {}) =>
    claimQuestions(store.db, { limit: 10, leaseSeconds: 60, replica: 7, now, ...more });
  const idsOf = (found: Awaited<ReturnType<typeof claim>>) => found.map(({ question }) => question.id);
  const late = ({ id }: Question) =>
    ({ type: 'unanswered', question: id, asked: owner(adam), why: 'late' }) as const;
  async function post({ id }: Question) {
    await beginAsking(store.db, id, chat);
    await recordAsked(store.db, id, ref);
  }

  it('are to be asked from the very statement that stores the event', async () => {
    const { incident, question } = await asked();
    expect(await claim()).toMatchObject([
      {
        question,
        askedBy: 'Watchfloor',
        incidentId: incident.id,
        incident: { id: incident.id, version: incident.version },
        place: undefined,
        ref: undefined,
        settled: false,
        inDoubt: false,
        passed: [],
      },
    ]);
    expect(await readQuestion(store.db, randomUUID())).toBeUndefined();
  });

  it('are not stored where somebody else was faster with the incident', async () => {
    const incident = await storeIncident(store.db);
    const draft = openDraft();
    const question = exampleOf({ id: randomUUID() });
    append(draft, incident, events({ type: 'asked', question }), { priorityOf: () => 4, forSources: false });
    await appendTo(store.db, incident, { type: 'acknowledged' });
    await expect(save(store.db, draft)).rejects.toBeInstanceOf(Overtaken);
    expect(await readQuestion(store.db, question.id)).toBeUndefined();
  });

  it('are asked by one of ten who look at the same time, those that end soonest first', async () => {
    const later = await asked({ dueAt: '2026-11-21T11:00:00.000Z' });
    const sooner = await asked();
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(inTime, { limit: 1 })));
    expect(claims.flatMap(idsOf).sort()).toEqual([later.question.id, sooner.question.id].sort());
    await sql`update questions set try_after = '-infinity'`.execute(store.db);
    expect(idsOf(await claim(inTime, { limit: 1 }))).toEqual([sooner.question.id]);
  });

  it('once asked rest until their time is over', async () => {
    const { question } = await asked();
    await claim();
    await post(question);
    expect(await claim()).toEqual([]);
    expect(await claim(tooLate)).toMatchObject([{ settled: false, place: chat, ref }]);
  });

  it('once settled are shown as settled, and then never again', async () => {
    const { incident, question } = await asked();
    await claim();
    await post(question);
    await appendTo(store.db, incident, late(question));
    expect(await claim()).toMatchObject([{ settled: true, ref }]);
    await recordEnded(store.db, question.id);
    expect(await claim(tooLate)).toEqual([]);
  });

  it('that are settled by the incident closing, or becoming part of another, are shown so too', async () => {
    const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
    for (const fact of [{ type: 'closed', closing } as const, { type: 'merged', into: 1001 } as const]) {
      const { incident, question } = await asked();
      await claim();
      await post(question);
      await appendTo(store.db, incident, fact);
      expect(await claim()).toMatchObject([{ settled: true, question: { id: question.id } }]);
      await recordEnded(store.db, question.id);
    }
  });

  it('that nobody was asked before they were settled need nothing any more', async () => {
    const { incident, question } = await asked();
    await appendTo(store.db, incident, late(question));
    expect(await claim(tooLate)).toEqual([]);
  });

  it('settled while they are being asked wait for whoever is at it', async () => {
    const { incident, question } = await asked();
    await claim();
    await beginAsking(store.db, question.id, chat);
    await appendTo(store.db, incident, late(question));
    expect(await claim()).toEqual([]);
    await recordAsked(store.db, question.id, ref);
    expect(await claim()).toMatchObject([{ settled: true, ref }]);
  });

  it('whose post was cut off are in doubt, and known by where it was', async () => {
    const { question } = await asked();
    await claim(inTime, { leaseSeconds: 0 });
    await beginAsking(store.db, question.id, chat);
    expect(await claim(inTime, { leaseSeconds: 0 })).toMatchObject([{ inDoubt: true, place: chat }]);
    await postponeQuestion(store.db, question.id, { pauseSeconds: 0, maybePosted: true });
    expect(await claim(inTime, { leaseSeconds: 0 })).toMatchObject([{ inDoubt: true, attempts: 1 }]);
    await postponeQuestion(store.db, question.id, { pauseSeconds: 0, maybePosted: false });
    expect(await claim()).toMatchObject([{ inDoubt: false, attempts: 2 }]);
  });

  it('are tried elsewhere at once where the person cannot be reached', async () => {
    const { question } = await asked();
    await claim();
    await beginAsking(store.db, question.id, chat);
    await passPlace(store.db, question.id, 'teams adam');
    expect(await claim()).toMatchObject([{ passed: ['teams adam'], inDoubt: false, place: undefined }]);
    await releaseQuestion(store.db, question.id);
    expect(await claim()).toHaveLength(1);
  });

  it('that a dead replica had in hand are free at once', async () => {
    await asked();
    await claim(inTime, { replica: 9 });
    expect(await claim()).toEqual([]);
    await freeLeases(store.db, [9]);
    expect(await claim()).toHaveLength(1);
  });

  it('are found by the chat in which they may still be answered', async () => {
    const { incident, question } = await asked();
    expect(await findOpenIn(store.db, 'slack', 'D0ADAM')).toEqual([]);
    await claim();
    await post(question);
    expect(await findOpenIn(store.db, 'slack', 'D0ADAM')).toMatchObject([{ question: { id: question.id } }]);
    expect(await findOpenIn(store.db, 'teams', 'D0ADAM')).toEqual([]);
    await appendTo(store.db, incident, late(question));
    expect(await findOpenIn(store.db, 'slack', 'D0ADAM')).toEqual([]);
  });

  it('are none in an incident that a version before opened, which can be asked about all the same', async () => {
    const incident = await storeIncident(store.db);
    // What that version writes has no such key.
    const { inquiries: _, ...older } = { ...incident, id: incident.id + 100_000 };
    await sql`
      insert into incidents (id, version, revision, status, severity, priority, state, last_activity_at, opened_at)
      values (${older.id}, 1, 1, 'new', 'medium', 4, ${JSON.stringify(older)}::jsonb, now(), now())`.execute(
      store.db,
    );
    expect((await readIncident(store.db, older.id))?.incident.inquiries).toEqual([]);
  });
});
