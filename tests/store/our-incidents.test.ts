import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCorrelation } from '../../src/enrichers/correlation.ts';
import { createPrecedent } from '../../src/enrichers/precedent.ts';
import type { Entity } from '../../src/incident/alert.ts';
import { type Enrichment, type Subject, subjectKey } from '../../src/incident/enrichment.ts';
import type { Incident, IncidentFact } from '../../src/incident/incident.ts';
import { keysOf, subjectsOf } from '../../src/incident/subjects.ts';
import type { Database } from '../../src/store/database.ts';
import { savePlans } from '../../src/store/incident-keys.ts';
import { readKnownOf } from '../../src/store/known.ts';
import { findAlike, findOpenWith } from '../../src/store/our-incidents.ts';
import { adam, defenderAlert, owner } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

const replica = 5;
const closed: IncidentFact = {
  type: 'closed',
  closing: { classification: 'true-positive', reason: undefined, comment: '' },
};
const restricted: IncidentFact = { type: 'restricted', to: [owner(adam)] };

describe.each(databases)('what was told of our own incidents, on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  const accountNamed = (name: string): Entity => ({
    kind: 'account',
    name,
    upn: `${name}@contoso.com`,
    oid: '',
  });
  async function happened(title: string, type: string, who: string): Promise<Incident> {
    const alert = defenderAlert({
      sourceId: crypto.randomUUID(),
      title,
      type,
      entities: [accountNamed(who)],
    });
    const incident = await storeIncident(store.db, { alert });
    const places = new Map(subjectsOf(incident).map((subject, place) => [subjectKey(subject), place]));
    const keys = [...new Set([...places.keys(), ...keysOf(incident)])];
    await savePlans(store.db, [
      {
        ...incident,
        priority: 4,
        keys: keys.map((key) => ({ key, place: places.get(key) ?? null })),
        wanted: [],
      },
    ]);
    return incident;
  }
  const ours = {
    alike: (id: number, days: number) => findAlike(store.db, id, days),
    openWith: (key: string) => findOpenWith(store.db, key),
  };
  const enrichers = [createCorrelation({ ours }), createPrecedent({ ours })];
  /** Asks both enrichers about an incident, and keeps what they say as the engine does. */
  async function askAbout(incident: Incident) {
    for (const subject of subjectsOf(incident)) {
      for (const enricher of enrichers.filter(({ about }) => about.includes(subject.kind))) {
        const context = { now: new Date(), signal: AbortSignal.timeout(5_000) };
        await keep(enricher.name, subject, await enricher.enrich(subject, context));
      }
    }
  }
  const keep = (enricher: string, subject: Subject, answer: Enrichment) =>
    sql`
    insert into enrichments (enricher, subject_key, subject, side, answer, glance, answered_at, wanted)
    values (${enricher}, ${subjectKey(subject)}, ${JSON.stringify(subject)}, 'here', ${JSON.stringify(answer)},
      ${JSON.stringify({ traits: answer.traits })}, now(), false)
    on conflict (enricher, subject_key) do update set
      answer = excluded.answer, glance = excluded.glance, wanted = false`.execute(store.db);
  const known = ({ id }: Incident) => readKnownOf(store.db, id);
  const chips = async (incident: Incident) =>
    (await known(incident)).flatMap(({ answer }) => answer?.traits.map(({ chip }) => chip) ?? []);
  const states = async (incident: Incident) =>
    Object.fromEntries((await known(incident)).map(({ enricher, state }) => [enricher, state]));

  it('is forgotten at once when one of them is restricted, and asked anew where it is shown', async () => {
    const secret = await happened('Lay-offs leaked', 'leak', 'eve');
    const ended = await appendTo(store.db, secret, closed);
    const open = await happened('Lay-offs leaked again', 'leak', 'eve');
    const stranger = await happened('Odd sign-in', 'other', 'bob');
    for (const one of [open, stranger]) await askAbout(one);
    expect(JSON.stringify(await known(open))).toContain(`INC-${secret.id}`);
    await appendTo(store.db, ended, restricted);
    expect(JSON.stringify(await known(open))).not.toContain(`INC-${secret.id}`);
    expect(await states(open)).toEqual({ precedent: 'asking', correlation: 'asking' });
    expect(await states(stranger)).toEqual({ precedent: 'answered', correlation: 'answered' });
    await askAbout(open);
    expect(JSON.stringify(await known(open))).not.toContain(`INC-${secret.id}`);
  });

  it('is forgotten of closed incidents too, for whom nobody is asked again', async () => {
    const secret = await happened('Board mail read', 'mail', 'dan');
    const old = await happened('Mail read', 'mail', 'dan');
    await askAbout(old);
    expect(JSON.stringify(await known(old))).toContain('Board mail read');
    await appendTo(store.db, old, closed);
    await appendTo(store.db, secret, restricted);
    const all = await known(old);
    expect(JSON.stringify(all)).not.toContain('Board mail read');
    expect(all.find(({ enricher }) => enricher === 'precedent')).toMatchObject({
      state: 'answered',
      answer: undefined,
    });
  });

  it('is not stored by whoever read it a moment before', async () => {
    const secret = await happened('Payroll copied', 'copy', 'ida');
    const open = await happened('Files copied', 'copy', 'ida');
    await askAbout(open);
    await sql`update enrichments set leased_by = ${replica}, wanted = true
      where subject_key = 'account ida@contoso.com'`.execute(store.db);
    await appendTo(store.db, secret, restricted);
    const { rows } = await sql<{ leased_by: number | null; waits: boolean }>`
      select leased_by, try_after > now() as waits from enrichments
      where subject_key = 'account ida@contoso.com'`.execute(store.db);
    expect(rows).toEqual([{ leased_by: null, waits: true }]);
  });

  it('is counted anew when one of them ends, as long as another is open', async () => {
    const one = await happened('One', 'a', 'kim');
    const other = await happened('Other', 'b', 'kim');
    await askAbout(other);
    expect(await chips(other)).toEqual(['in 2 open incidents']);
    await appendTo(store.db, one, closed);
    expect(await states(other)).toEqual({ precedent: 'answered', correlation: 'asking' });
    // Shown until there is a newer answer.
    expect(await chips(other)).toEqual(['in 2 open incidents']);
    await askAbout(other);
    expect(await chips(other)).toEqual([]);
    await appendTo(store.db, other, closed);
    expect(await states(other)).toEqual({ precedent: 'answered', correlation: 'answered' });
  });
});
