import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCorrelation } from '../../src/enrichers/correlation.ts';
import type { OurIncidents } from '../../src/enrichers/our-incidents.ts';
import { createPrecedent } from '../../src/enrichers/precedent.ts';
import type { Alert, Classification, Entity } from '../../src/incident/alert.ts';
import { subjectKey } from '../../src/incident/enrichment.ts';
import { bot, type IncidentFact } from '../../src/incident/incident.ts';
import { keysOf, subjectsOf } from '../../src/incident/subjects.ts';
import type { Database } from '../../src/store/database.ts';
import { append, openDraft } from '../../src/store/draft.ts';
import { savePlans } from '../../src/store/incident-keys.ts';
import { findAlike, findOpenWith } from '../../src/store/our-incidents.ts';
import { save } from '../../src/store/save.ts';
import { adam, defenderAlert, owner } from '../incident/alerts.ts';
import { openStore, storeIncident } from '../store/open.ts';
import { databases } from '../support/databases.ts';

const nina: Entity = { kind: 'account', name: 'nina.berg', upn: 'nina.berg@contoso.com', oid: '' };
const recife: Entity = { kind: 'ip', address: '198.51.100.23', country: 'Brazil' };

describe.each(databases)('what our own incidents tell, on $name', (kind) => {
  let store: Database;
  let ours: OurIncidents;
  beforeAll(async () => {
    store = await openStore(kind);
    ours = {
      alike: (incident, days) => findAlike(store.db, incident, days),
      openWith: (subject) => findOpenWith(store.db, subject),
    };
  });
  afterAll(() => store.close());

  /** An incident of a rule about entities, ended by Adam where it is said how. */
  async function happened(alert: Partial<Alert>, ending?: Classification, more: IncidentFact[] = []) {
    const incident = await storeIncident(store.db, {
      alert: defenderAlert({ sourceId: crypto.randomUUID(), ...alert }),
    });
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
    const facts: IncidentFact[] = [...more];
    if (ending)
      facts.push({ type: 'closed', closing: { classification: ending, reason: undefined, comment: '' } });
    if (facts.length > 0) {
      const draft = openDraft();
      const by = { kind: 'person', ...owner(adam) } as const;
      const at = new Date().toISOString();
      append(
        draft,
        incident,
        facts.map((fact) => ({ ...fact, at, by: ending ? by : bot })),
        {
          priorityOf: () => 4,
          forSources: false,
        },
      );
      await save(store.db, draft);
    }
    return incident;
  }
  const now = () => ({ now: new Date(), signal: AbortSignal.timeout(5_000) });
  const precedents = (id: number) => createPrecedent({ ours }).enrich({ kind: 'incident', id }, now());

  it('is how the same rule and the same entity ended before, and who decided so', async () => {
    await happened({ type: 'travel', entities: [nina] }, 'benign-positive');
    await happened({ type: 'travel', entities: [nina, recife] }, 'benign-positive');
    await happened({ type: 'travel', entities: [recife] }, 'true-positive');
    await happened({ type: 'other', entities: [nina] });
    const incident = await happened({ type: 'travel', entities: [nina] });
    const { facts, sentence } = await precedents(incident.id);
    expect(sentence).toBe(
      'This rule with one of these entities was seen 2 times before in 90 days: 2 benign.',
    );
    const said = (label: string) => facts.find((fact) => fact.label === label)?.value;
    expect(said('Same rule, same entity')).toBe('2 in 90 days, 2 in 30: 2 benign');
    expect(said('Same rule')).toBe('3 in 90 days, 3 in 30: 2 benign, 1 true positive');
    expect(said('nina.berg@contoso.com')).toBe('3 in 90 days, 3 in 30: 2 benign, 1 open');
    expect(facts.find(({ value }) => value.startsWith('benign'))?.value).toBe(
      'benign, decided by Adam Keller (same rule, nina.berg@contoso.com)',
    );
  });

  it('is said to be the first time where it is', async () => {
    const incident = await happened({ type: 'never-seen', entities: [] });
    expect((await precedents(incident.id)).sentence).toBe('This rule fires for the first time in 90 days.');
  });

  it('leaves out what named people alone may see', async () => {
    const secret = { type: 'secret-rule', entities: [] };
    await happened(secret, undefined, [{ type: 'restricted', to: [owner(adam)] }]);
    const incident = await happened(secret);
    expect((await precedents(incident.id)).sentence).toBe('This rule fires for the first time in 90 days.');
  });

  it('names the open incidents that concern the same entity, and says so where there are others', async () => {
    const eve: Entity = { kind: 'account', name: 'eve', upn: 'eve@contoso.com', oid: '' };
    const subject = { kind: 'account', name: 'eve', upn: 'Eve@contoso.com', oid: '' } as const;
    const correlation = createCorrelation({ ours });
    const one = await happened({ type: 'a', entities: [eve], title: 'Odd sign-in' });
    expect((await correlation.enrich(subject, now())).traits).toEqual([]);
    await happened({ type: 'b', entities: [eve] });
    await happened({ type: 'c', entities: [eve] }, 'false-positive');
    const { facts, traits } = await correlation.enrich(subject, now());
    expect(traits).toMatchObject([{ chip: 'in 2 open incidents' }]);
    expect(facts).toHaveLength(2);
    expect(facts[0]).toMatchObject({
      label: `INC-${one.id}`,
      value: 'medium, new, nobody has it: Odd sign-in',
    });
  });
});
