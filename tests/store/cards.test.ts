import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incident/incident.ts';
import {
  addCards,
  claimCard,
  type DueCard,
  findByMessage,
  freeConversations,
  millisecondsUntilDue,
  recallService,
  recordFailure,
  recordShown,
  rememberService,
} from '../../src/store/cards.ts';
import type { Database } from '../../src/store/database.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { databases } from '../support/databases.ts';
import { appendIn, appendTo, openStore, storeIncident } from './open.ts';

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

  async function storeCard(options: { priority?: number; places?: (typeof soc)[] } = {}): Promise<Incident> {
    // Somebody did something, so that there is something to log.
    const opened = await storeIncident(store.db, { priority: options.priority ?? 4 });
    const incident = await appendTo(store.db, opened, { type: 'acknowledged' });
    await store.db.transaction().execute(async (trx) => {
      await addCards(trx, incident, options.priority ?? 4, options.places ?? [soc]);
    });
    return incident;
  }

  async function claim(): Promise<DueCard> {
    const card = await claimCard(store.db, 60);
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
    const claims = await Promise.all(Array.from({ length: 10 }, () => claimCard(store.db, 60)));
    const places = claims.flatMap((card) => (card ? [card.conversation] : []));
    expect(places.sort()).toEqual([cloud.conversation, soc.conversation]);
    expect(await claimCard(store.db, 60)).toBeUndefined();
  });

  it('are added once for each place', async () => {
    const incident = await storeCard();
    await store.db.transaction().execute((trx) => addCards(trx, incident, 4, [soc, soc]));
    await shown(await claim());
    await shown(await claim());
    expect(await claimCard(store.db, 60)).toBeUndefined();
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
    await recordFailure(store.db, card, { ...failed, retrySeconds: 3_600 });
    expect(await claimCard(store.db, 60)).toBeUndefined();
  });

  it('rest after a post for as long as the platform asks', async () => {
    await storeCard();
    await recordShown(store.db, await claim(), {
      ref: { conversation: 'C0SOC', message: 'm1' },
      revision: 2,
      paceMs: 60_000,
    });
    expect(await claimCard(store.db, 60)).toBeUndefined();
    const wait = await millisecondsUntilDue(store.db);
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_000);
    await freeConversations(store.db);
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

  it('are in doubt after whoever posted was killed', async () => {
    await storeCard();
    await claim();
    await freeConversations(store.db);
    expect((await claim()).inDoubt).toBe(true);
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

  it('are posted anew where somebody deleted the message', async () => {
    const incident = await storeCard();
    await shown(await claim());
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    await recordFailure(store.db, await claim(), { ...failed, lost: true });
    expect(await claim()).toMatchObject({ part: 'card', ref: undefined, inDoubt: false });
  });

  it('that were given up come again with the next change', async () => {
    const incident = await storeCard();
    await recordFailure(store.db, await claim(), { ...failed, retrySeconds: undefined });
    expect(await claimCard(store.db, 60)).toBeUndefined();
    expect(await millisecondsUntilDue(store.db)).toBeUndefined();
    await appendTo(store.db, incident, { type: 'commented', text: 'more' });
    expect((await claim()).incidentId).toBe(incident.id);
  });

  it('are delivered while decisions pour in, and nobody waits for each other for ever', async () => {
    let incident = await storeCard({ places: [soc, cloud] });
    let pouring = true;
    const decide = async () => {
      for (let n = 0; n < 40; n += 1) {
        incident = await store.db.transaction().execute(async (trx) => {
          const after = await appendIn(trx, incident, { type: 'commented', text: `note ${n}` });
          await addCards(trx, after, 4, [soc, cloud]);
          return after;
        });
      }
      pouring = false;
    };
    const send = async () => {
      for (;;) {
        const card = await claimCard(store.db, 60);
        if (card) await shown(card);
        else if (pouring) await new Promise((resolve) => setImmediate(resolve));
        else return;
      }
    };
    await Promise.all([decide(), send(), send(), send()]);
    // Who looked while another held the last card has left by now.
    await send();
    expect(await millisecondsUntilDue(store.db)).toBeUndefined();
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
