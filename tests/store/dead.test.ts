import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimCards, recordFailure } from '../../src/store/cards.ts';
import type { Database } from '../../src/store/database.ts';
import { dropDead, findDead, retryDead } from '../../src/store/dead.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { createQueues } from '../../src/store/jobs.ts';
import {
  acceptRaw,
  findWaiting,
  forgetOld,
  listRefused,
  markRefused,
  polled,
} from '../../src/store/raw-alerts.ts';
import { claimUnwritten, recordWriteFailure } from '../../src/store/write-backs.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, openStore, storeIncident } from './open.ts';

describe.each(databases)('what nobody tries again by himself, on $name,', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
    await createQueues(store.boss, store.db, store.soleOwner);
  });
  afterAll(() => store.close());

  const dead = async (kindName: string) =>
    (await findDead(store.db)).filter(({ id }) => id.startsWith(`${kindName}:`));

  async function onlyOne(kindName: string): Promise<string> {
    const found = await dead(kindName);
    expect(found).toHaveLength(1);
    return found[0]?.id ?? '';
  }

  describe('a raw alert that was refused', () => {
    async function refuse(payload: unknown): Promise<void> {
      const [raw] = await acceptRaw(store.db, [polled('defender', payload, undefined)]);
      await markRefused(store.db, raw?.id ?? 0, 'severity is missing');
    }

    it('is listed with its source and the reason, and waits again when it is retried', async () => {
      await refuse({ n: 1 });
      const [found] = await dead('raw');
      expect(found).toMatchObject({ about: 'defender, polled', reason: 'severity is missing' });
      expect(found?.since).toBeInstanceOf(Date);
      const id = await onlyOne('raw');
      expect(await retryDead(store, [id])).toEqual([id]);
      expect(await dead('raw')).toEqual([]);
      const waiting = await findWaiting(store.db, 10, 0);
      expect(waiting.map(({ body }) => body)).toEqual(['{"n":1}']);
      await sql`update raw_alerts set taken_at = now()`.execute(store.db);
    });

    it('is not listed once it is dropped, nor taken for new when its source shows it again', async () => {
      await refuse({ n: 2 });
      const id = await onlyOne('raw');
      expect(await dropDead(store, [id])).toEqual([id]);
      expect(await dead('raw')).toEqual([]);
      expect(await listRefused(store.db, 10)).toEqual([]);
      expect(await acceptRaw(store.db, [polled('defender', { n: 2 }, undefined)])).toEqual([]);
      expect(await retryDead(store, [id])).toEqual([]);
    });

    it('is kept for as many days as the settings say', async () => {
      await refuse({ n: 3 });
      await sql`update raw_alerts set taken_at = now() - interval '5 days'`.execute(store.db);
      await forgetOld(store.db, { rawDays: 4, refusedDays: 6 });
      expect(await dead('raw')).toHaveLength(1);
      await forgetOld(store.db, { rawDays: 7, refusedDays: 4 });
      expect(await dead('raw')).toEqual([]);
    });
  });

  describe('a write back that was given up', () => {
    async function giveUp(sourceId: string) {
      const alert = defenderAlert({ sourceId });
      const opened = await storeIncident(store.db, {
        alert,
        places: [{ channel: 'teams', conversation: '19:write' }],
      });
      await appendTo(store.db, opened, { type: 'acknowledged' });
      await claimUnwritten(store.db, { limit: 10, leaseSeconds: 60, replica: 7 });
      await store.db
        .transaction()
        .execute((trx) => recordWriteFailure(trx, alert, { reason: 'rejected', pauseSeconds: undefined }));
      return opened;
    }
    const due = async () =>
      (await claimUnwritten(store.db, { limit: 10, leaseSeconds: 60, replica: 7 })).map(
        ({ alert, attempts }) => [alert.sourceId, attempts],
      );

    it('is due at once when it is retried, as if it had never failed', async () => {
      const { id: incident } = await giveUp('retried');
      expect(await due()).toEqual([]);
      const [found] = await dead('source');
      expect(found).toMatchObject({
        id: 'source:defender/retried',
        about: `INC-${incident} at defender`,
        reason: 'rejected',
      });
      await retryDead(store, ['source:defender/retried']);
      expect(await dead('source')).toEqual([]);
      expect(await due()).toEqual([['retried', 0]]);
      await sql`update alerts set written_version = wanted_version`.execute(store.db);
    });

    it('is no longer told of on its card once it is dropped, and comes with the next decision', async () => {
      const opened = await giveUp('dropped');
      const before = await readIncident(store.db, opened.id);
      expect(before?.failures).toHaveLength(1);
      await dropDead(store, ['source:defender/dropped']);
      expect(await dead('source')).toEqual([]);
      expect(await due()).toEqual([]);
      const after = await readIncident(store.db, opened.id);
      expect(after?.failures).toEqual([]);
      expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
      if (!after) throw new Error('The incident is gone.');
      await appendTo(store.db, after.incident, { type: 'commented', text: 'more' });
      expect(await due()).toEqual([['dropped', 0]]);
    });
  });

  describe('a card that was given up', () => {
    const claim = () => claimCards(store.db, { limit: 1, leaseSeconds: 60, replica: 7 });

    async function giveUp() {
      await sql`delete from cards`.execute(store.db);
      await sql`update conversations set rest_until = '-infinity'`.execute(store.db);
      const incident = await storeIncident(store.db, {
        places: [{ channel: 'slack', conversation: 'C0DEAD' }],
      });
      const [card] = await claim();
      if (!card) throw new Error('No card is due.');
      const how = { maybePosted: false, lost: false, retrySeconds: undefined, restSeconds: 0 };
      await recordFailure(store.db, card, { reason: 'Slack does not take these blocks', ...how });
      return { incident, id: `card:${card.id}` };
    }

    it('is behind again when it is retried', async () => {
      const { incident, id } = await giveUp();
      expect(await claim()).toEqual([]);
      expect(await dead('card')).toMatchObject([
        { id, about: `INC-${incident.id} card in slack C0DEAD`, reason: 'Slack does not take these blocks' },
      ]);
      expect(await retryDead(store, [id])).toEqual([id]);
      expect(await dead('card')).toEqual([]);
      expect(await claim()).toMatchObject([{ incidentId: incident.id, attempts: 0 }]);
    });

    it('is left alone once it is dropped, until its incident changes', async () => {
      const { incident, id } = await giveUp();
      expect(await dropDead(store, [id])).toEqual([id]);
      expect(await dead('card')).toEqual([]);
      expect(await claim()).toEqual([]);
      await appendTo(store.db, incident, { type: 'acknowledged' });
      expect(await claim()).toMatchObject([{ incidentId: incident.id, part: 'card' }]);
    });
  });

  describe('a job whose tries all failed', () => {
    async function fail(address: string): Promise<string> {
      const sent = await store.boss.send(
        'reread',
        { source: 'defender', address },
        { singletonKey: address },
      );
      await sql`
        update pgboss.job set state = 'failed', retry_count = retry_limit, completed_on = now(),
          output = '{"message":"Azure does not answer"}'
        where id = ${sent}`.execute(store.db);
      return `job:${sent}`;
    }
    const states = async (id: string) => {
      const { rows } = await sql<{ state: string }>`
        select state::text from pgboss.job where id::text = ${id.slice('job:'.length)}`.execute(store.db);
      return rows.map(({ state }) => state);
    };

    it('is listed with what it was to read, and handed out again when it is retried', async () => {
      const id = await fail('/alerts/1');
      expect(await dead('job')).toMatchObject([
        { id, about: 'reread defender /alerts/1', reason: 'Azure does not answer' },
      ]);
      expect(await retryDead(store, [id])).toEqual([id]);
      expect(await dead('job')).toEqual([]);
      expect(await states(id)).toEqual(['retry']);
      const [job] = await store.boss.fetch('reread');
      expect(job?.data).toMatchObject({ address: '/alerts/1' });
    });

    it('is gone once it is dropped', async () => {
      const id = await fail('/alerts/2');
      expect(await dropDead(store, [id])).toEqual([id]);
      expect(await states(id)).toEqual([]);
    });
  });

  it('that goes by another name is left alone', async () => {
    const names = ['raw:999', 'card:nobody', 'job:1', 'source:defender', 'raw', 'x:1'];
    expect(await retryDead(store, names)).toEqual([]);
    expect(await dropDead(store, names)).toEqual([]);
  });
});
