import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawCard } from '../../../src/channels/card.ts';
import { unlisted } from '../../../src/channels/clearance.ts';
import type { Enricher } from '../../../src/enrichers/enricher.ts';
import { namerOf } from '../../../src/flow/enrichment/in-order.ts';
import { openEnriching, turnsAtOnce } from '../../../src/flow/enrichment/lane.ts';
import { askAbout, askAnew, lookUp } from '../../../src/flow/enrichment/look-up.ts';
import { showSubject } from '../../../src/flow/enrichment/show.ts';
import { openWeighing } from '../../../src/flow/enrichment/weigh.ts';
import { type Lane, startLane } from '../../../src/flow/lane.ts';
import type { Watchfloor } from '../../../src/flow/watchfloor.ts';
import type { Entity } from '../../../src/incident/alert.ts';
import { usualWeights } from '../../../src/incident/worth.ts';
import type { Database } from '../../../src/store/database.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import { readKnownOf } from '../../../src/store/known.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { openStore, readEvents, storeIncident } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { setStage } from '../queries/stage.ts';
import { type FarSide, type Mood, openFarSide } from './far-side.ts';

const log = pino({ level: 'silent' });
const address = (n: number): Entity => ({ kind: 'ip', address: `203.0.113.${n}`, country: '' });

describe.each(databases)('enriching on $name', (kind) => {
  let store: Database;
  let farSide: FarSide;
  let lane: Lane | undefined;
  let asking: Lane | undefined;
  const ending = new AbortController();
  beforeAll(async () => {
    store = await openStore(kind);
    farSide = await openFarSide();
  });
  afterAll(async () => {
    ending.abort();
    await farSide.close();
    await store.close();
  });
  beforeEach(async () => {
    for (const table of ['incident_keys', 'enrichments', 'enrichment_news', 'side_budgets'])
      await sql`delete from ${sql.ref(table)}`.execute(store.db);
    await sql`update incidents set to_enrich = false`.execute(store.db);
    Object.assign(farSide, { mood: 'well', slowMs: 0 });
    farSide.asked.length = 0;
  });
  afterEach(async () => {
    await lane?.stop();
    await asking?.stop();
    lane = undefined;
    asking = undefined;
  });

  function open(...enrichers: Enricher[]): Watchfloor {
    const { floor } = setStage(store, {
      enrichers: new Map(enrichers.map((one) => [one.name, one])),
      worth: { rules: [], weights: usualWeights },
      ringWeigh: () => lane?.ring(),
      ringEnrich: () => asking?.ring(),
    });
    asking = startLane('enrich', log, openEnriching(floor, ending.signal), turnsAtOnce);
    lane = startLane('weigh', log, openWeighing(floor));
    return floor;
  }
  const happened = (...entities: Entity[]) =>
    storeIncident(store.db, {
      alert: defenderAlert({ sourceId: crypto.randomUUID(), entities, severity: 'medium' }),
    });

  async function until<T>(what: string, look: () => Promise<T | undefined | false>, ms = 10_000): Promise<T> {
    const end = Date.now() + ms;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
      await sleep(20);
    }
  }
  const settled = (id: number) =>
    until('every enricher to have its say', async () => {
      const known = await readKnownOf(store.db, id);
      return (
        known.length > 0 && known.every(({ state }) => state === 'answered' || state === 'failed') && known
      );
    });
  const cardOf = async (floor: Watchfloor, id: number) => {
    const stored = await readIncident(store.db, id);
    if (!stored) throw new Error('It is not there.');
    return drawCard(stored.incident, { ...stored, reasons: [], nameOf: namerOf(floor) });
  };

  it('tells of whom an incident names, on its card', async () => {
    const floor = open(farSide.enricher());
    const { id } = await happened(address(1));
    lane?.ring();
    await settled(id);
    const card = await cardOf(floor, id);
    expect(card.entities).toEqual([
      { kind: 'IP', name: '203.0.113[.]1', chips: [{ text: 'known', tone: 'neutral' }] },
    ]);
    expect(card.missing).toBeUndefined();
  });

  it('asks about a new entity of a known incident, and not again about the others', async () => {
    const floor = open(farSide.enricher());
    const { id } = await happened(address(1));
    lane?.ring();
    await settled(id);
    const stored = await readIncident(store.db, id);
    if (!stored) throw new Error('It is not there.');
    const { appendTo } = await import('../../store/open.ts');
    await appendTo(store.db, stored.incident, {
      type: 'alert-joined',
      alert: defenderAlert({ sourceId: crypto.randomUUID(), entities: [address(1), address(2)] }),
    });
    floor.ringWeigh();
    await until('both to be known', async () => (await readKnownOf(store.db, id)).length === 2);
    await settled(id);
    expect(farSide.asked).toEqual(['203.0.113.1', '203.0.113.2']);
  });

  it('asks each far side about 20 entities 20 times, however many of 1,000 alerts name them', async () => {
    // Patient: what is asked twice because a busy machine was slow is no news here.
    const patient = { deadlineMs: 30_000 };
    const floor = open(
      farSide.enricher({ name: 'first', ...patient }),
      farSide.enricher({ name: 'second', side: 'graph', ...patient }),
    );
    for (let n = 0; n < 1_000; n += 1) {
      await happened(address(n % 20), address((n * 7) % 20));
      // The embedded database answers within the same turn of the event loop: nobody else would be heard.
      await setImmediate();
    }
    floor.ringWeigh();
    await until(
      'all to be looked at',
      async () => {
        const { rows } = await sql<{ left: number }>`
        select (select count(*) from incidents where to_enrich)::integer
          + (select count(*) from enrichments where wanted)::integer as left`.execute(store.db);
        return rows[0]?.left === 0;
      },
      60_000,
    );
    expect(farSide.asked).toHaveLength(40);
    expect(new Set(farSide.asked).size).toBe(20);
  }, 90_000);

  it.each<[Mood, string]>([
    ['hangs', 'Not answered: Azure Resource Graph (too slow). I keep trying.'],
    ['throttled', 'Not answered: Azure Resource Graph (throttled). I keep trying.'],
    ['failing', 'Not answered: Azure Resource Graph (not available). I keep trying.'],
    ['garbage', 'Not answered: Azure Resource Graph (not available). I keep trying.'],
  ])('says on the card that a far side %s, and recovers by itself', async (mood, sentence) => {
    farSide.mood = mood;
    const floor = open(
      farSide.enricher(),
      farSide.enricher({ name: 'other', side: 'here', enrich: sayWell }),
    );
    const { id } = await happened(address(1));
    lane?.ring();
    await settled(id);
    const card = await cardOf(floor, id);
    expect(card.missing).toBe(sentence);
    expect(card.entities[0]?.chips).toEqual([{ text: 'well', tone: 'good' }]);

    farSide.mood = 'well';
    // A pause that is over: nobody waits for it in a test.
    await sql`update enrichments set try_after = now() where leased_by is null`.execute(store.db);
    await sql`update side_budgets set rest_until = now()`.execute(store.db);
    lane?.ring();
    await until('the far side to be heard', async () => (await cardOf(floor, id)).missing === undefined);
    expect((await cardOf(floor, id)).entities[0]?.chips).toHaveLength(2);
  });

  it('reads no more of 100 MB than it has use for, and tells of it only where all is told', async () => {
    farSide.mood = 'huge';
    const floor = open(farSide.enricher({ name: 'oracle', deadlineMs: 10_000 }));
    const before = process.memoryUsage().rss;
    const { id } = await happened(address(1));
    lane?.ring();
    const [known] = await settled(id);
    expect(known).toMatchObject({ state: 'failed', failure: 'rejected', isTriedAgain: false });
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
    expect((await cardOf(floor, id)).missing).toBeUndefined();
  });

  it('does not ask again where it may not ask, until somebody wants it', async () => {
    farSide.mood = 'forbidden';
    const floor = open(farSide.enricher());
    const { id } = await happened(address(1));
    lane?.ring();
    await settled(id);
    expect(farSide.asked).toHaveLength(1);
    farSide.mood = 'well';
    await askAnew(floor, id);
    await until('the far side to be heard', async () =>
      (await readKnownOf(store.db, id)).every(({ state }) => state === 'answered'),
    );
    expect(farSide.asked).toHaveLength(2);
  });

  it('goes on when an enricher is broken or answers in no form at all', async () => {
    const broken = farSide.enricher({
      name: 'broken',
      enrich: async () => {
        throw new TypeError('Cannot read properties of undefined');
      },
    });
    const odd = farSide.enricher({ name: 'odd', enrich: async () => ({ facts: 'many' }) as never });
    open(broken, odd, farSide.enricher());
    const { id } = await happened(address(1));
    lane?.ring();
    const known = await settled(id);
    expect(known.map(({ enricher, state }) => [enricher, state])).toEqual([
      ['broken', 'failed'],
      ['odd', 'failed'],
      ['oracle', 'answered'],
    ]);
  });

  it('bounds what an enricher says, and what no database takes', async () => {
    const endless = farSide.enricher({
      name: 'endless',
      enrich: async () => ({
        facts: Array.from({ length: 500 }, (_, n) => ({
          label: `${n}`,
          value: `\0${'x'.repeat(10_000)}\ud800`,
        })),
        traits: Array.from({ length: 500 }, () => ({
          chip: 'c'.repeat(500),
          says: 's',
          tone: 'bad' as const,
        })),
      }),
    });
    open(endless);
    const { id } = await happened(address(1));
    lane?.ring();
    const [known] = await settled(id);
    expect(known?.answer?.facts).toHaveLength(30);
    expect(known?.answer?.facts[0]?.value.length).toBeLessThanOrEqual(600);
    expect(known?.answer?.traits[0]?.chip).toHaveLength(24);
  });

  it('weighs an incident anew by what it learns, and writes down why', async () => {
    const admin = farSide.enricher({
      name: 'identity',
      enrich: async () => ({
        facts: [],
        traits: [
          { chip: 'Global Administrator', says: 'is Global Administrator', tone: 'bad', mark: 'privileged' },
        ],
      }),
    });
    open(admin);
    const { id } = await happened({ kind: 'account', name: 'adm', upn: 'adm@contoso.com', oid: '' });
    lane?.ring();
    const stored = await until('the priority to rise', async () => {
      const now = await readIncident(store.db, id);
      return now?.priority === 12 ? now : undefined;
    });
    expect(stored.incident.learned).toMatchObject([
      { mark: 'privileged', name: 'adm@contoso.com', by: 'identity' },
    ]);
    expect((await readEvents(store.db, id)).at(-1)).toMatchObject({
      type: 'worth-learned',
      by: { kind: 'bot' },
      priority: { before: 4, after: 12 },
    });
  });

  it('weighs an incident that names somebody who is known already', async () => {
    const admin = farSide.enricher({
      name: 'identity',
      enrich: async () => ({
        facts: [],
        traits: [{ chip: 'admin', says: 'is an admin', tone: 'bad', mark: 'privileged' }],
      }),
    });
    open(admin);
    const adm = { kind: 'account', name: 'adm', upn: 'adm@contoso.com', oid: '' } as const;
    const first = await happened(adm);
    lane?.ring();
    await settled(first.id);
    const second = await happened(adm);
    lane?.ring();
    await until(
      'its priority to rise',
      async () => (await readIncident(store.db, second.id))?.priority === 12,
    );
    expect(farSide.asked).toEqual([]);
  });

  it('says what is late and hears all others while a far side hangs with every turn that it may have', async () => {
    const hanging = farSide.enricher({
      name: 'hanging',
      deadlineMs: 12_000,
      enrich: (_subject, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const floor = open(hanging, farSide.enricher({ name: 'here', side: 'here', enrich: sayWell }));
    const incidents = [];
    for (let n = 0; n < 10; n += 1) incidents.push(await happened(address(n)));
    lane?.ring();
    for (const { id } of incidents) {
      await until('the others to be heard', async () =>
        (await readKnownOf(store.db, id)).some(({ state }) => state === 'answered'),
      );
      await until('the late one to be told', async () => (await cardOf(floor, id)).missing !== undefined);
    }
  });

  it('answers somebody who asks outside of any incident, from memory where it can', async () => {
    const floor = open(farSide.enricher());
    const subject = { kind: 'ip', address: '203.0.113.7' } as const;
    expect(await lookUp(floor, subject)).toMatchObject([
      { state: 'answered', answer: { facts: [{ label: 'Says', value: 'knows 203.0.113.7' }] } },
    ]);
    await lookUp(floor, subject);
    expect(farSide.asked).toEqual(['203.0.113.7']);
  });

  it('heads its answer with the address written so that nobody follows it by accident', async () => {
    const floor = open(farSide.enricher());
    const view = await showSubject(floor, { kind: 'ip', address: '203.0.113.77' }, unlisted, {});
    expect(view).toMatchObject({
      details: { title: '203.0.113[.]77', fallback: '203.0.113[.]77: IP 203.0.113[.]77.' },
    });
  });

  it('names no machine in a room that hides hosts, whoever asked about it', async () => {
    const floor = open(farSide.enricher({ name: 'machines', about: ['machine'] }));
    const audience = { shows: 'masked', hideHosts: true, alone: false } as const;
    const subject = { kind: 'machine', name: 'vm-pay-web-01', resourceId: '' } as const;
    const view = await showSubject(floor, subject, audience, {});
    expect(view).toMatchObject({ details: { title: 'v•••' } });
    expect(JSON.stringify(view)).not.toContain('vm-pay-web-01');
  });

  it('tells somebody who asks what has not been answered in time', async () => {
    farSide.mood = 'hangs';
    const floor = open(farSide.enricher({ name: 'oracle', deadlineMs: 5_000 }));
    const answers = await askAbout(floor, { kind: 'ip', address: '203.0.113.8' });
    expect(await answers(300)).toMatchObject([{ state: 'asking', answer: undefined }]);
  });

  it('waits for an enricher as long as it may take, and tells that it was too slow', async () => {
    farSide.mood = 'hangs';
    const slow = farSide.enricher({ name: 'slow', deadlineMs: 2_000 });
    const floor = open(slow, farSide.enricher({ name: 'quick', enrich: sayWell }));
    expect(await lookUp(floor, { kind: 'ip', address: '203.0.113.9' })).toMatchObject([
      { enricher: 'quick', state: 'answered' },
      { enricher: 'slow', state: 'failed', failure: 'timeout' },
    ]);
  });

  it('waits for nobody whose turn never comes', async () => {
    const nobody = farSide.enricher({ name: 'oracle', deadlineMs: 100 });
    const { floor } = setStage(store, { enrichers: new Map([['oracle', nobody]]) });
    expect(await lookUp(floor, { kind: 'ip', address: '203.0.113.10' })).toMatchObject([{ state: 'asking' }]);
  });
});

const sayWell: Enricher['enrich'] = async () => ({
  facts: [],
  traits: [{ chip: 'well', says: 'is well', tone: 'good' }],
});
