import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Severity } from '../../src/incident/alert.ts';
import type { Counts, Span } from '../../src/incident/figures.ts';
import {
  bot,
  emptyIncident,
  type Incident,
  type IncidentEvent,
  type IncidentFact,
} from '../../src/incident/incident.ts';
import type { Database } from '../../src/store/database.ts';
import { append, openDraft } from '../../src/store/draft.ts';
import { readFigures } from '../../src/store/figures.ts';
import { migrations } from '../../src/store/migrate.ts';
import { save } from '../../src/store/save.ts';
import { nextIncidentId } from '../../src/store/surroundings.ts';
import { adam, defenderAlert, owner, priya } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { dice } from '../support/dice.ts';
import { openStore } from './open.ts';
import { recount, type Story } from './recount.ts';

const start = Date.parse('2026-03-01T00:00:00.000Z');
const hour = 3_600_000;
const severities: Severity[] = ['high', 'medium', 'low'];
const classifications = ['true-positive', 'false-positive', 'benign-positive', 'undetermined'] as const;

describe.each(databases)('the figures of a digest on $name', (kind) => {
  let store: Database;
  const stories: Story[] = [];
  beforeAll(async () => {
    store = await openStore(kind);
    stories.push(...(await liveThrough(store, 250, dice(18))));
  });
  afterAll(() => store.close());

  it('are those that anybody counts by hand from the raw events, whatever happened and whenever one looks', async () => {
    const throwDice = dice(7);
    for (let n = 0; n < 25; n += 1) {
      const from = start + throwDice(60 * 24) * hour;
      const span = spanOf(from, from + (1 + throwDice(20 * 24)) * hour);
      const figures = await readFigures(store.db, span);
      same(figures.all, recount(stories, span));
      for (const { name, ...counts } of figures.bySeverity)
        same(
          counts,
          recount(
            stories.filter(({ events }) => severityOf(events) === name),
            span,
          ),
        );
      for (const { name, ...counts } of figures.byRule)
        same(
          counts,
          recount(
            stories.filter(({ events }) => ruleOf(events) === name),
            span,
          ),
        );
      expect(figures.byRule.reduce((sum, { opened }) => sum + opened, 0)).toBe(figures.all.opened);
    }
  });

  it('are the same where the facts are filled in from history, as by an upgrade', async () => {
    const span = spanOf(start + 20 * 24 * hour, start + 50 * 24 * hour);
    const kept = await readFigures(store.db, span);
    await store.asOwner(async (db) => {
      await sql`drop trigger incident_events_facts on incident_events`.execute(db);
      await sql`drop function keep_facts`.execute(db);
      await sql`drop table incident_facts, incident_reopenings, stat_files`.execute(db);
      await migrations['0018-facts']?.up(db as never);
      expect(await readFigures(db, span)).toEqual(kept);
    });
    expect(kept.all.opened).toBeGreaterThan(10);
  });
});

function same(counts: Counts, counted: ReturnType<typeof recount>): void {
  const rounded = (times: Counts['acknowledge']) => ({
    count: times.count,
    ...Object.fromEntries(
      (['median', 'p90', 'mean'] as const).map((key) => [key, times[key]?.toFixed(3)] as const),
    ),
  });
  expect({
    ...counts,
    acknowledge: rounded(counts.acknowledge),
    remediate: rounded(counts.remediate),
    minutes: counts.minutes.toFixed(3),
  }).toEqual({
    ...counted,
    acknowledge: rounded(counted.acknowledge),
    remediate: rounded(counted.remediate),
    minutes: counted.minutes.toFixed(3),
  });
}

/** Incidents to which all kinds of things happen over two months; what happens to many is saved together. */
async function liveThrough({ db }: Database, count: number, throwDice: (below: number) => number) {
  const lives: { incident: Incident; events: IncidentEvent[]; at: number; next: IncidentFact[] }[] = [];
  for (let n = 0; n < count; n += 1) {
    const alert = defenderAlert({
      sourceId: crypto.randomUUID(),
      severity: severities[throwDice(3)] ?? 'low',
      type: `Rule_${throwDice(5)}`,
      product: `Product ${throwDice(2)}`,
    });
    const incident = emptyIncident(await nextIncidentId(db));
    const at = start + throwDice(60 * 24 * 60) * 60_000;
    const begun = {
      episode: 1,
      why: 'opened',
      from: new Date(at).toISOString(),
      plan: { policy: 'usual', severity: 'low', priority: 0, answer: 30, steps: [] },
    };
    const limits =
      throwDice(3) > 0 ? [{ type: 'escalation-begun', ...begun } as unknown as IncidentFact] : [];
    lives.push({ incident, events: [], at, next: [{ type: 'opened', alert }, ...limits] });
  }
  for (let living = lives; living.length > 0; living = living.filter(({ next }) => next.length > 0)) {
    const draft = openDraft();
    for (const life of living) {
      const by = throwDice(5) === 0 ? bot : { ...adam, kind: 'person' as const };
      const at = new Date(life.at).toISOString();
      const told = life.next.map((fact) => ({ ...fact, at, by }) as IncidentEvent);
      life.incident = append(draft, life.incident, told, { priorityOf: () => 4, forSources: false });
      life.events.push(...told);
      life.at += throwDice(4) === 0 ? 0 : (1 + throwDice(5 * 24 * 60)) * 30_000 * (1 + throwDice(3));
      const isOver = life.incident.mergedInto !== undefined || throwDice(6) === 0;
      life.next = isOver ? [] : whatNext(life.incident, life.at, throwDice);
    }
    await save(db, draft);
  }
  return lives.map(({ incident, events }): Story => ({ id: incident.id, events }));
}

function whatNext(incident: Incident, at: number, throwDice: (below: number) => number): IncidentFact[] {
  const classification = classifications[throwDice(4)] ?? 'undetermined';
  const closed: IncidentFact = {
    type: 'closed',
    closing: { classification, reason: undefined, comment: '' },
  };
  if (incident.status === 'closed')
    return throwDice(2) === 0 ? [{ type: 'reopened' }] : [{ type: 'commented', text: 'well' }];
  switch (throwDice(10)) {
    case 0:
    case 1:
      return incident.status === 'new'
        ? [{ type: 'acknowledged' }, { type: 'assigned', owner: owner(adam) }]
        : [closed];
    case 2:
      return incident.status === 'active' ? [{ type: 'released' }] : [{ type: 'acknowledged' }];
    case 3:
      return [{ type: 'severity-changed', severity: severities[throwDice(3)] ?? 'low' }];
    case 4:
      return [{ type: 'restricted', to: [owner(priya)] }];
    case 5:
      return throwDice(5) === 0 ? [{ type: 'merged', into: 1 }] : [closed];
    case 6:
      return [
        { type: 'silenced', silence: 'SIL-1', until: '2026-06-01T00:00:00.000Z', reason: 'known' },
        { type: 'alert-joined', alert: defenderAlert({ sourceId: crypto.randomUUID(), severity: 'high' }) },
      ];
    case 8:
      return [called(throwDice(2) === 0 ? 'acknowledge' : 'remediate', at)];
    case 7:
      return [closed, { type: 'reopened' }, closed];
    default:
      return [closed];
  }
}

/** A limit was over a minute ago, and somebody is called. */
function called(limit: 'acknowledge' | 'remediate', at: number): IncidentFact {
  const missed = new Date(at - 60_000).toISOString();
  const call = { episode: 1, step: 0, dueAt: missed, to: [], how: [], why: '', notice: null };
  return { type: 'escalated', limit, missed, ...call };
}

function severityOf(events: IncidentEvent[]): string {
  return events.reduce<string>((severity, event) => {
    if (event.type === 'opened') return event.alert.severity;
    if (event.type === 'severity-changed') return event.severity;
    return event.type === 'alert-joined' && event.alert.severity === 'high' ? 'high' : severity;
  }, '');
}

function ruleOf(events: IncidentEvent[]): string {
  const [first] = events;
  return first?.type === 'opened' ? first.alert.type : '';
}

function spanOf(from: number, to: number): Span {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
