import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incident/incident.ts';
import {
  claimCards,
  type DueCard,
  findByMessage,
  type Place,
  recallService,
  recordFailure,
  recordShown,
  rememberService,
  rest,
} from '../../src/store/cards.ts';
import type { Database } from '../../src/store/database.ts';
import { append, openDraft, showIn } from '../../src/store/draft.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { freeLeases } from '../../src/store/replica.ts';
import { save } from '../../src/store/save.ts';
import { databases } from '../support/databases.ts';
import { appendTo, events, openStore, storeIncident } from './open.ts';

const soc = { channel: 'slack', conversation: 'C0SOC' };
const cloud = { channel: 'teams', conversation: '19:cloud@thread.tacv2' };
const failed = {
  reason: 'no answer',
  maybePosted: false,
  retrySeconds: 0,
  restSeconds: 0,
  lost: false,
};

describe.each(databases)('cards on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  beforeEach(async () => {
    await sql`delete from cards`.execute(store.db);
    await sql`delete from conversations`.execute(store.db);
  });
  afterAll(() => store.close());

  async function storeCard(options: { priority?: number; places?: Place[] } = {}): Promise<Incident> {
    const { priority = 4, places = [soc] } = options;
    const opened = await storeIncident(store.db, { priority, places });
    // Somebody did something, so that there is something to log.
    const draft = openDraft();
    const effect = { priorityOf: () => priority, forSources: true };
    const incident = append(draft, opened, events({ type: 'acknowledged' }), effect);
    await save(store.db, draft);
    return incident;
  }

  const claimAll = (limit = 10, leaseSeconds = 60) =>
    claimCards(store.db, { limit, leaseSeconds, replica: 7 });

  async function claim(): Promise<DueCard> {
    const [card] = await claimAll(1);
    if (!card) throw new Error('No card is due.');
    return card;
  }

  /** Posted or edited as it should be, and the conversation free again at once. */
  async function shown(card: DueCard, message = `m-${card.incidentId}-${card.part}`): Promise<void> {
    const { revision = 0 } = (await readIncident(store.db, card.incidentId)) ?? {};
    const ref = { conversation: card.conversation, message };
    await recordShown(store.db, card, { ref, revision, paceMs: 0 });
  }

  it('are sent by one of ten who look at the same time, to each conversation', async () => {
    for (let n = 0; n < 3; n += 1) await storeCard({ places: [soc, cloud] });
    const claims = await Promise.all(Array.from({ length: 10 }, () => claimAll(1)));
    const places = claims.flat().map((card) => card.conversation);
    expect(places.sort()).toEqual([cloud.conversation, soc.conversation]);
    expect(await claimAll()).toEqual([]);
  });

  it('of many conversations are claimed at once, one of each, the gravest first', async () => {
    const rooms = ['C0A', 'C0B', 'C0C'].map((conversation) => ({ channel: 'slack', conversation }));
    for (const [n, place] of rooms.entries()) {
      await storeCard({ priority: n + 1, places: [place] });
      await storeCard({ priority: n + 1, places: [place] });
    }
    const first = await claimAll(2);
    expect(first.map((card) => [card.conversation, card.priority])).toEqual([
      ['C0C', 3],
      ['C0B', 2],
    ]);
    expect((await claimAll()).map((card) => card.conversation)).toEqual(['C0A']);
  });

  it('say how many more wait to be shown first, and how many were within the last minute', async () => {
    for (let n = 0; n < 3; n += 1) await storeCard();
    const first = await claim();
    expect(first).toMatchObject({ waiting: 2, shownLastMinute: 0 });
    await shown(first);
    await shown(await claim());
    expect(await claim()).toMatchObject({ part: 'card', waiting: 1, shownLastMinute: 1 });
    await freeLeases(store.db, [7]);
    await sql`update cards set posted_at = now() - interval '2 minutes' where posted_at is not null`.execute(
      store.db,
    );
    expect(await claim()).toMatchObject({ shownLastMinute: 0 });
  });

  it('are added once for each place', async () => {
    const incident = await storeCard({ places: [soc, soc] });
    const draft = openDraft();
    const effect = { priorityOf: () => 4, forSources: false };
    append(draft, incident, events({ type: 'commented', text: 'graver' }), effect);
    showIn(draft, incident.id, [soc, soc]);
    await save(store.db, draft);
    await shown(await claim());
    await shown(await claim());
    expect(await claimAll()).toEqual([]);
  });

  it('go out most important first, each with its log after it', async () => {
    const minor = await storeCard({ priority: 2 });
    const major = await storeCard({ priority: 24 });
    const order = [];
    for (let n = 0; n < 4; n += 1) {
      const card = await claim();
      order.push(`${card.incidentId === major.id ? 'major' : 'minor'} ${card.part}`);
      expect(card.cardRef?.message).toBe(card.part === 'log' ? `m-${card.incidentId}-card` : undefined);
      await shown(card);
    }
    expect(order).toEqual(['major card', 'major log', 'minor card', 'minor log']);
    expect(minor.id).toBeLessThan(major.id);
  });

  it('have no log while the card itself is not there', async () => {
    await storeCard();
    const card = await claim();
    await recordFailure(store.db, card, { ...failed, retrySeconds: 600 });
    expect(await claimAll()).toEqual([]);
  });

  it('rest after a post for as long as the platform asks', async () => {
    await storeCard();
    await recordShown(store.db, await claim(), {
      ref: { conversation: 'C0SOC', message: 'm1' },
      revision: 2,
      paceMs: 60_000,
    });
    expect(await claimAll()).toEqual([]);
    await rest(soc, 0).execute(store.db);
    expect((await claim()).part).toBe('log');
  });

  it('are in doubt after a post that may have happened, and not after one that was refused', async () => {
    await storeCard();
    const first = await claim();
    expect(first.inDoubt).toBe(false);
    await recordFailure(store.db, first, failed);
    const second = await claim();
    expect(second).toMatchObject({ inDoubt: false, attempts: 1 });
    await recordFailure(store.db, second, { ...failed, maybePosted: true });
    expect(await claim()).toMatchObject({ inDoubt: true, attempts: 2 });
  });

  it('are in doubt after whoever posted was killed, and its conversations are free at once', async () => {
    await storeCard();
    await claim();
    await freeLeases(store.db, [8]);
    expect(await claimAll()).toEqual([]);
    await freeLeases(store.db, [7]);
    expect((await claim()).inDoubt).toBe(true);
  });

  it('are claimed again after the lease of whoever stands still', async () => {
    await storeCard();
    await claimAll(1, 0);
    expect(await claim()).toMatchObject({ part: 'card', inDoubt: true });
  });

  it('are edited, and in no doubt, once they were posted', async () => {
    const incident = await storeCard();
    await shown(await claim());
    await shown(await claim());
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    expect(await claim()).toMatchObject({ part: 'card', inDoubt: false, ref: { conversation: 'C0SOC' } });
  });

  it('are behind again where the incident moved on while they were sent', async () => {
    const incident = await storeCard();
    const card = await claim();
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    await recordShown(store.db, card, {
      ref: { conversation: 'C0SOC', message: 'm1' },
      revision: 2,
      paceMs: 0,
    });
    expect(await claim()).toMatchObject({ id: card.id, ref: { message: 'm1' } });
  });

  it('tell, once shown, whether there may be more to send in their conversation', async () => {
    const incident = await storeCard();
    const record = async (card: DueCard) =>
      recordShown(store.db, card, {
        ref: { conversation: soc.conversation, message: card.part },
        revision: card.wantedRevision,
        paceMs: 0,
      });
    expect(await record(await claim())).toBe(true);
    expect(await record(await claim())).toBe(false);
    await appendTo(store.db, incident, { type: 'commented', text: 'one' });
    const card = await claim();
    await appendTo(
      store.db,
      { ...incident, version: 3, head: card.stored.incident.head },
      {
        type: 'commented',
        text: 'two',
      },
    );
    expect(await record(card)).toBe(true);
  });

  it('are posted anew where somebody deleted the message', async () => {
    const incident = await storeCard();
    await shown(await claim());
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    await recordFailure(store.db, await claim(), { ...failed, lost: true });
    expect(await claim()).toMatchObject({ part: 'card', ref: undefined, inDoubt: false });
  });

  it('are posted anew, thread and all, where somebody deleted the message with its log', async () => {
    const incident = await storeCard();
    await shown(await claim());
    await shown(await claim());
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    await recordFailure(store.db, await claim(), { ...failed, lost: true });
    const card = await claim();
    expect(card.part).toBe('card');
    await shown(card, 'anew');
    expect(await claim()).toMatchObject({ part: 'log', ref: undefined, cardRef: { message: 'anew' } });
  });

  it('that were given up come again with the next change', async () => {
    const incident = await storeCard();
    await recordFailure(store.db, await claim(), { ...failed, retrySeconds: undefined });
    expect(await claimAll()).toEqual([]);
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    expect((await claim()).incidentId).toBe(incident.id);
  });

  it('are delivered while decisions pour in, and nobody waits for each other for ever', async () => {
    let incident = await storeCard({ places: [soc, cloud] });
    let pouring = true;
    const decide = async () => {
      for (let n = 0; n < 40; n += 1) {
        const draft = openDraft();
        const comment = events({ type: 'commented', text: `note ${n}` });
        const after = append(draft, incident, comment, { priorityOf: () => 4, forSources: true });
        showIn(draft, after.id, [soc, cloud]);
        await save(store.db, draft);
        incident = after;
      }
      pouring = false;
    };
    const send = async () => {
      for (;;) {
        const cards = await claimAll(2);
        if (cards.length > 0) await Promise.all(cards.map((card) => shown(card)));
        else if (pouring) await new Promise((resolve) => setImmediate(resolve));
        else return;
      }
    };
    await Promise.all([decide(), send(), send(), send()]);
    // Who looked while another held the last card has left by now.
    await send();
    const behind = await store.db.selectFrom('cards').select('id').where('behind', '=', true).execute();
    expect(behind).toEqual([]);
  });

  it('are found by their message, in their own channel only', async () => {
    const incident = await storeCard();
    await shown(await claim(), '171.5');
    expect(await findByMessage(store.db, 'slack', { conversation: soc.conversation, message: '171.5' })).toBe(
      incident.id,
    );
    expect(
      await findByMessage(store.db, 'teams', { conversation: soc.conversation, message: '171.5' }),
    ).toBeUndefined();
  });

  it('remember through which service a conversation is reached', async () => {
    await rememberService(store.db, 'teams', cloud.conversation, 'https://smba.example/emea/');
    await rememberService(store.db, 'teams', cloud.conversation, 'https://smba.example/amer/');
    expect(await recallService(store.db, 'teams', cloud.conversation)).toBe('https://smba.example/amer/');
    expect(await recallService(store.db, 'teams', 'elsewhere')).toBeUndefined();
  });
});
