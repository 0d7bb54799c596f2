import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { createStreamCheckpoints, freeStreams } from '../../src/store/stream-checkpoints.ts';
import { databases } from '../support/databases.ts';
import { openStore } from './open.ts';

const namespace = 'contoso-alerts.servicebus.windows.net';
const place = { fullyQualifiedNamespace: namespace, eventHubName: 'alerts', consumerGroup: '$Default' };

describe.each(databases)('the partitions of a stream on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  const open = (stream: string) => {
    const checkpoints = createStreamCheckpoints(store.db, stream);
    const claim = async (ownerId: string, partitionId: string, etag?: string) => {
      const [won] = await checkpoints.claimOwnership([
        { ...place, partitionId, ownerId, ...(etag && { etag }) },
      ]);
      return won;
    };
    const list = () => checkpoints.listOwnership(namespace, 'alerts', '$Default');
    const kept = () => checkpoints.listCheckpoints(namespace, 'alerts', '$Default');
    const keep = (partitionId: string, offset: string, sequenceNumber: number) =>
      checkpoints.updateCheckpoint({ ...place, partitionId, offset, sequenceNumber });
    return { checkpoints, claim, list, kept, keep };
  };

  it('that nobody reads go to one of two replicas', async () => {
    const { claim, list } = open('new');
    const won = await Promise.all([claim('a', '0'), claim('b', '0')]);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await list()).toMatchObject([{ ...place, partitionId: '0', ownerId: won.find(Boolean)?.ownerId }]);
  });

  it('that two replicas saw abandoned go to one of them, and the other has to look again', async () => {
    const { claim } = open('abandoned');
    const { etag } = (await claim('gone', '0')) ?? {};
    const won = await Promise.all([claim('a', '0', etag), claim('b', '0', etag)]);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await claim('c', '0', etag)).toBeUndefined();
  });

  it('are kept by who reads them, with a new etag each time, and can be given up', async () => {
    const { claim, list } = open('kept');
    const first = await claim('a', '0');
    const second = await claim('a', '0', first?.etag);
    expect(second?.etag).not.toBe(first?.etag);
    await claim('', '0', second?.etag);
    expect(await list()).toMatchObject([{ ownerId: '' }]);
  });

  it('are as old as the database says, whatever the clock of the replica', async () => {
    const { claim, list } = open('aged');
    const fresh = await claim('a', '0');
    expect(Math.abs(Date.now() - (fresh?.lastModifiedTimeInMs ?? 0))).toBeLessThan(5_000);
    await sql`update stream_partitions set claimed_at = now() - interval '1 hour' where stream = 'aged'`.execute(
      store.db,
    );
    const [old] = await list();
    expect(Math.abs(Date.now() - 3_600_000 - (old?.lastModifiedTimeInMs ?? 0))).toBeLessThan(5_000);
  });

  it('go on behind the last checkpoint, each stream for itself', async () => {
    const { keep, kept } = open('checked');
    await keep('0', '4096', 17);
    await keep('1', '8', 1);
    await keep('0', '1099511627776', 5_000_000_000);
    expect((await kept()).sort((a, b) => a.partitionId.localeCompare(b.partitionId))).toEqual([
      { ...place, partitionId: '0', offset: '1099511627776', sequenceNumber: 5_000_000_000 },
      { ...place, partitionId: '1', offset: '8', sequenceNumber: 1 },
    ]);
    expect(await open('another').kept()).toEqual([]);
  });

  it('that a killed sole owner was reading are free at once', async () => {
    const { claim, list } = open('killed');
    const before = await claim('a', '0');
    await freeStreams(store.db);
    expect(await list()).toMatchObject([{ ownerId: '' }]);
    expect(await claim('a', '0', before?.etag)).toBeUndefined();
  });
});
