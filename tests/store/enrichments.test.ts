import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Enrichment, Subject } from '../../src/incident/enrichment.ts';
import { subjectKey } from '../../src/incident/enrichment.ts';
import type { Database } from '../../src/store/database.ts';
import { endNews, readNews } from '../../src/store/enrichment-news.ts';
import {
  claimToAsk,
  dropOthers,
  freeLapsed,
  recordAsked,
  restSide,
  type SideBudget,
  tellLate,
  want,
} from '../../src/store/enrichments.ts';
import { readToEnrich, savePlans } from '../../src/store/incident-keys.ts';
import { readIncident, redraw } from '../../src/store/incidents.ts';
import { forgetEnrichments, readKnownOf } from '../../src/store/known.ts';
import { freeLeases } from '../../src/store/replica.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

const soc = { channel: 'slack', conversation: 'C0SOC' };
const generous: SideBudget = { side: 'graph', atOnce: 50, perMinute: 1_000, perDay: 1_000_000 };
const enrichers = [{ enricher: 'identity', calls: 1 }];
const ip = (n: number): Subject => ({ kind: 'ip', address: `203.0.113.${n}` });
const told = (says: string): Enrichment => ({
  facts: [{ label: 'Country', value: 'NL' }],
  traits: [{ chip: 'known', says, tone: 'neutral' }],
});

describe.each(databases)('what enrichers know, on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await sql`delete from incident_keys`.execute(store.db);
    await sql`delete from enrichment_news`.execute(store.db);
    await sql`delete from side_budgets`.execute(store.db);
    await sql`delete from enrichments`.execute(store.db);
    await sql`delete from side_budgets`.execute(store.db);
    await sql`update incidents set to_enrich = false`.execute(store.db);
  });

  const claim = (budget: Partial<SideBudget> = {}, replica = 5) =>
    claimToAsk(store.db, { limit: 100, replica, budgets: [{ ...generous, ...budget }], enrichers });
  const wish = (...subjects: Subject[]) =>
    subjects.map((subject) => ({
      enricher: 'identity',
      key: subjectKey(subject),
      subject,
      side: 'graph',
      rank: 0,
    }));
  const answer = (subject: Subject, says: string, lifetimeSeconds = 600) =>
    recordAsked(
      store.db,
      [{ enricher: 'identity', key: subjectKey(subject), lifetimeSeconds, answer: told(says) }],
      5,
    );
  const news = async () => {
    const read = await readNews(store.db, 100);
    await endNews(store.db, read);
    return read.map(({ id }) => id).sort((a, b) => a - b);
  };
  const fail = (subject: Subject, retrySeconds: number | undefined) =>
    recordAsked(
      store.db,
      [
        {
          enricher: 'identity',
          key: subjectKey(subject),
          lifetimeSeconds: 600,
          failure: 'timeout',
          retrySeconds,
        },
      ],
      5,
    );

  async function openIncident(...subjects: Subject[]) {
    const incident = await storeIncident(store.db, { places: [soc] });
    await plan(incident.id, incident.version, subjects);
    return incident;
  }
  const plan = (id: number, version: number, subjects: Subject[], priority = 4) =>
    savePlans(store.db, [
      {
        id,
        version,
        priority,
        keys: subjects.map((subject, place) => ({ key: subjectKey(subject), place })),
        wanted: wish(...subjects),
      },
    ]);

  it('are asked about every new incident once, and again when its alerts change', async () => {
    const incident = await storeIncident(store.db);
    expect((await readToEnrich(store.db, 10)).map(({ incident: { id } }) => id)).toEqual([incident.id]);
    await plan(incident.id, incident.version, [ip(1)]);
    expect(await readToEnrich(store.db, 10)).toEqual([]);
    const commented = await appendTo(store.db, incident, { type: 'commented', text: 'Looking.' });
    expect(await readToEnrich(store.db, 10)).toEqual([]);
    await appendTo(store.db, commented, {
      type: 'alert-joined',
      alert: defenderAlert({ sourceId: 'another' }),
    });
    expect(await readToEnrich(store.db, 10)).toHaveLength(1);
  });

  it('are asked anew where the incident moved on while somebody looked whom it concerns', async () => {
    const incident = await storeIncident(store.db);
    await appendTo(store.db, incident, { type: 'acknowledged' });
    await plan(incident.id, incident.version, [ip(1)]);
    expect(await readToEnrich(store.db, 10)).toHaveLength(1);
    expect(await claim()).toEqual([]);
  });

  it('are asked once about what a thousand incidents name', async () => {
    for (let n = 0; n < 20; n += 1) await openIncident(ip(1), ip(2));
    expect(await claim()).toHaveLength(2);
    await answer(ip(1), 'is a printer');
    await openIncident(ip(1));
    expect(await claim()).toEqual([]);
  });

  it('are asked again once their answer is over its lifetime and somebody wants to know', async () => {
    await openIncident(ip(1));
    await claim();
    await answer(ip(1), 'is a printer', 0);
    expect(await claim()).toEqual([]);
    await openIncident(ip(1));
    expect(await claim()).toHaveLength(1);
  });

  it('have their answer on the cards of every open incident, and in the revision that is drawn', async () => {
    const one = await openIncident(ip(1));
    const other = await openIncident(ip(1), ip(2));
    await claim();
    await answer(ip(1), 'is a printer');
    expect(await news()).toEqual([one.id, other.id]);
    const stored = await readIncident(store.db, other.id);
    expect(stored?.known).toMatchObject([
      { enricher: 'identity', state: 'answered', answer: { traits: [{ says: 'is a printer' }] } },
      { enricher: 'identity', state: 'asking' },
    ]);
    expect(stored?.known[0]?.answer).not.toHaveProperty('facts');
    expect((await readKnownOf(store.db, other.id))[0]?.answer?.facts).toEqual([
      { label: 'Country', value: 'NL' },
    ]);
  });

  it('are news when they tell something new, and none when they say the same again', async () => {
    const incident = await openIncident(ip(1));
    await claim();
    await answer(ip(1), 'is a printer', 0);
    expect(await news()).toEqual([incident.id]);
    await want(store.db, wish(ip(1)), { anew: true, leastSeconds: 0 });
    await claim();
    expect(await answer(ip(1), 'is a printer', 0)).toBe(false);
    expect(await news()).toEqual([]);
  });

  it('are news to an incident that names somebody known already', async () => {
    await openIncident(ip(1));
    await claim();
    await answer(ip(1), 'is a printer');
    await news();
    const other = await openIncident(ip(1), ip(2));
    expect(await news()).toEqual([other.id]);
  });

  it('stay news where more is told while somebody weighs them', async () => {
    const incident = await openIncident(ip(1), ip(2));
    await claim();
    await answer(ip(1), 'is a printer');
    const read = await readNews(store.db, 10);
    await answer(ip(2), 'is a scanner');
    await endNews(store.db, read);
    expect(await news()).toEqual([incident.id]);
    expect(await news()).toEqual([]);
  });

  it('say nothing on the card of a closed incident', async () => {
    const incident = await openIncident(ip(1));
    await claim();
    const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
    await appendTo(store.db, incident, { type: 'closed', closing });
    await answer(ip(1), 'is a printer');
    expect(await news()).toEqual([]);
  });

  it('are tried again after a failure, with the reason on record, and no more where that is hopeless', async () => {
    const incident = await openIncident(ip(1));
    await claim();
    await fail(ip(1), 3_600);
    expect((await readIncident(store.db, incident.id))?.known).toMatchObject([
      { state: 'failed', failure: 'timeout', isTriedAgain: true },
    ]);
    expect(await claim()).toEqual([]);
    await sql`update enrichments set try_after = now()`.execute(store.db);
    expect(await claim()).toMatchObject([{ attempts: 1 }]);
    await fail(ip(1), undefined);
    expect((await readIncident(store.db, incident.id))?.known).toMatchObject([{ isTriedAgain: false }]);
    expect(await claim()).toEqual([]);
    await want(store.db, wish(ip(1)), { anew: false, leastSeconds: 30 });
    expect(await claim()).toMatchObject([{ attempts: 0 }]);
  });

  it('keep an old answer while a newer one cannot be had', async () => {
    const incident = await openIncident(ip(1));
    await claim();
    await answer(ip(1), 'is a printer', 0);
    await want(store.db, wish(ip(1)), { anew: true, leastSeconds: 0 });
    await claim();
    await fail(ip(1), 60);
    expect((await readIncident(store.db, incident.id))?.known).toMatchObject([
      { state: 'failed', answer: { traits: [{ says: 'is a printer' }] } },
    ]);
  });

  it('are asked at once, in a minute and on a day for no more than their budget', async () => {
    await want(store.db, wish(...Array.from({ length: 10 }, (_, n) => ip(n))), {
      anew: false,
      leastSeconds: 0,
    });
    expect(await claim({ atOnce: 3 })).toHaveLength(3);
    expect(await claim({ atOnce: 3 })).toEqual([]);
    expect(await claim({ atOnce: 50, perMinute: 5 })).toHaveLength(2);
    expect(await claim({ atOnce: 50, perMinute: 50, perDay: 6 })).toHaveLength(1);
    expect(await claim()).toHaveLength(4);
  });

  it('are left alone by all replicas for as long as their side asks', async () => {
    await want(store.db, wish(ip(1)), { anew: false, leastSeconds: 0 });
    await restSide(store.db, 'graph', 60);
    expect(await claim()).toEqual([]);
    await sql`update side_budgets set rest_until = now()`.execute(store.db);
    expect(await claim()).toHaveLength(1);
  });

  it('are asked about the gravest incident first, and about what a person waits for before that', async () => {
    const low = await storeIncident(store.db);
    const high = await storeIncident(store.db);
    await plan(low.id, low.version, [ip(1)], 2);
    await plan(high.id, high.version, [ip(2)], 24);
    await want(store.db, wish(ip(3)), { anew: false, leastSeconds: 0 });
    const order: string[] = [];
    for (let n = 0; n < 3; n += 1) order.push(...(await claim({ atOnce: n + 1 })).map(({ key }) => key));
    expect(order).toEqual([ip(3), ip(2), ip(1)].map(subjectKey));
  });

  it('lose no turn when a replica dies that had it', async () => {
    await want(store.db, wish(ip(1)), { anew: false, leastSeconds: 0 });
    expect(await claim({}, 77)).toHaveLength(1);
    expect(await claim()).toEqual([]);
    await freeLeases(store.db, [77]);
    expect(await claim()).toHaveLength(1);
  });

  it('are said to be late on the card when they have waited for too long', async () => {
    const incident = await openIncident(ip(1));
    await tellLate(store.db, 5);
    expect((await readIncident(store.db, incident.id))?.known).toMatchObject([{ state: 'asking' }]);
    await sql`update enrichments set wanted_at = now() - interval '6 seconds'`.execute(store.db);
    await tellLate(store.db, 5);
    expect((await readIncident(store.db, incident.id))?.known).toMatchObject([{ state: 'late' }]);
    expect(await news()).toEqual([incident.id]);
  });

  it('are taken only of whoever still has the turn', async () => {
    await openIncident(ip(1));
    expect(await claim({}, 77)).toHaveLength(1);
    expect(await answer(ip(1), 'is a printer')).toBe(false);
    await sql`update enrichments set try_after = now()`.execute(store.db);
    await freeLapsed(store.db);
    expect(await claim()).toHaveLength(1);
    expect(await answer(ip(1), 'is a printer')).toBe(true);
  });

  it('are waited for by whoever asks again after a failure', async () => {
    const incident = await openIncident(ip(1));
    await claim();
    await fail(ip(1), undefined);
    await want(store.db, wish(ip(1)), { anew: false, leastSeconds: 30 });
    expect((await readKnownOf(store.db, incident.id))[0]).toMatchObject({ state: 'asking' });
  });

  it('come in their turn again once a person who asked has been told', async () => {
    await want(store.db, wish(ip(1)), { anew: false, leastSeconds: 0 });
    await claim();
    await answer(ip(1), 'is a printer', 0);
    const low = await storeIncident(store.db);
    const high = await storeIncident(store.db);
    await plan(low.id, low.version, [ip(1)], 2);
    await plan(high.id, high.version, [ip(2)], 24);
    expect((await claim({ atOnce: 1 })).map(({ key }) => key)).toEqual([subjectKey(ip(2))]);
  });

  it('are wanted by nobody once their enricher is turned off', async () => {
    const incident = await openIncident(ip(1));
    await dropOthers(store.db, ['resource']);
    expect((await readIncident(store.db, incident.id))?.known).toEqual([]);
  });

  it('believe the first who names a subject, and learn from others what that left out', async () => {
    const first: Subject = { kind: 'account', name: 'adam', upn: 'adam@contoso.com', oid: '' };
    const later: Subject = { kind: 'account', name: 'evil', upn: 'adam@contoso.com', oid: '3f0c' };
    await want(store.db, wish(first), { anew: false, leastSeconds: 0 });
    await want(store.db, wish(later), { anew: false, leastSeconds: 0 });
    expect(await claim()).toMatchObject([{ subject: { ...first, oid: '3f0c' } }]);
  });

  it('are kept apart by names of any length', async () => {
    const long = (last: string): Subject => ({
      kind: 'url',
      url: `https://evil.example/${'漢'.repeat(980)}${last}`,
    });
    await openIncident(long('a'), long('b'));
    expect(await claim()).toHaveLength(2);
  });

  it('do not stand in the way of those who plan and tell at the same time', async () => {
    const subjects = [1, 2, 3, 4].map(ip);
    const incidents = await Promise.all(subjects.map(() => storeIncident(store.db, { places: [soc] })));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(incidents.map(({ id, version }) => plan(id, version, subjects.toReversed())));
      await claim();
      await Promise.all([
        ...incidents.map(({ id, version }) => plan(id, version, subjects)),
        ...subjects.map((subject) => answer(subject, `round ${round}`, 0)),
        tellLate(store.db, 0),
        redraw(
          store.db,
          incidents.map(({ id }) => id),
        ),
      ]);
    }
    expect(await news()).toEqual(incidents.map(({ id }) => id).sort((a, b) => a - b));
  });

  it('are forgotten when nobody has wanted to know for long, and kept for what is open', async () => {
    await openIncident(ip(1));
    await want(store.db, wish(ip(2)), { anew: false, leastSeconds: 0 });
    await claim();
    await answer(ip(1), 'is a printer');
    await answer(ip(2), 'is a scanner');
    await sql`update enrichments set wanted_at = now() - interval '40 days'`.execute(store.db);
    await forgetEnrichments(store.db, 30);
    const { rows } = await sql<{ subject_key: string }>`select subject_key from enrichments`.execute(
      store.db,
    );
    expect(rows).toEqual([{ subject_key: subjectKey(ip(1)) }]);
  });
});
