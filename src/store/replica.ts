import { randomInt } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import type { Schema } from './schema.ts';

/**
 * This process among others on one database. What it has leased is its own only while it lives: it holds a lock of
 * its number in a session of its own, which the database lets go the moment the process is gone.
 */
export interface Replica {
  id: number;
  leave(): Promise<void>;
}

/** Any fixed number: first key of the advisory locks by which replicas are known to live. */
const presence = 7_240_001;
const retryMs = 1_000;

export async function joinReplicas(url: string, log: Log): Promise<Replica> {
  const id = randomInt(1, 2 ** 31);
  let left = false;
  let session = await enter();

  async function enter(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, keepAlive: true });
    client.on('error', (error) => log.warn({ reason: error.message }, 'presence lost'));
    try {
      await client.connect();
      await client.query('select pg_advisory_lock($1, $2)', [presence, id]);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    // Only now: a session that never began ends too, and each would start one more that tries to come back.
    client.once('end', () => void comeBack());
    return client;
  }

  async function comeBack(): Promise<void> {
    while (!left) {
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
      if (left) return;
      const client = await enter().catch(() => undefined);
      if (!client) continue;
      session = client;
      if (left) await client.end();
      return;
    }
  }

  return {
    id,
    async leave() {
      left = true;
      await session.end();
    },
  };
}

/** The only process there is; what a killed one had leased is free. */
export async function beAlone(db: Kysely<Schema>): Promise<Replica> {
  await sql`update conversations set rest_until = '-infinity', leased_by = null where rest_until > now()`.execute(
    db,
  );
  await sql`
    update alerts set write_after = '-infinity', writing_since = null, leased_by = null
    where writing_since is not null`.execute(db);
  await sql`update feeds set rest_until = '-infinity', leased_by = null`.execute(db);
  await sql`
    update questions set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(db);
  await sql`
    update queries set run_until = '-infinity', run_by = null where run_by is not null`.execute(db);
  await sql`
    update queries set show_after = '-infinity', show_by = null where show_by is not null`.execute(db);
  await sql`
    update query_files set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(db);
  await sql`
    update scheduled_hunts set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update enrichments set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update run_messages set show_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update runs set rest_until = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`
    update notice_messages set show_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update drills set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update proofs set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update duties set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update papers set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update stat_files set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update pages set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  await sql`update silence_rules set try_after = '-infinity', leased_by = null where leased_by is not null`.execute(
    db,
  );
  return { id: 0, leave: async () => {} };
}

/** Replicas that have leased something and do not live. */
export async function findMissing(db: Kysely<Schema>): Promise<number[]> {
  const { rows } = await sql<{ leased_by: number }>`
    with holders as (
      select leased_by from conversations where leased_by is not null
      union select leased_by from alerts where behind and leased_by is not null
      union select leased_by from feeds where leased_by is not null
      union select leased_by from questions where leased_by is not null
      union select run_by from queries where run_by is not null
      union select show_by from queries where show_by is not null
      union select leased_by from query_files where leased_by is not null
      union select leased_by from scheduled_hunts where leased_by is not null
      union select leased_by from enrichments where leased_by is not null
      union select leased_by from run_messages where leased_by is not null
      union select leased_by from runs where leased_by is not null
      union select leased_by from drills where leased_by is not null
      union select leased_by from proofs where leased_by is not null
      union select leased_by from pages where leased_by is not null
      union select leased_by from notice_messages where leased_by is not null
      union select leased_by from duties where leased_by is not null
      union select leased_by from papers where leased_by is not null
      union select leased_by from stat_files where leased_by is not null
      union select leased_by from silence_rules where leased_by is not null
      union select owner::integer from stream_partitions where owner ~ '^[0-9]+$'
    )
    select leased_by from holders h
    where leased_by <> 0 and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
        and l.classid = ${presence}::oid and l.objid = h.leased_by::oid and l.granted
    )`.execute(db);
  return rows.map((row) => row.leased_by);
}

/** What they had leased is free at once. */
export async function freeLeases(db: Kysely<Schema>, replicas: number[]): Promise<void> {
  await sql`
    with rooms as (
      update conversations set rest_until = now(), leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    streams as (
      update stream_partitions set owner = '', etag = gen_random_uuid()
      where owner = any(${replicas.map(String)}::text[])
    ),
    feeds as (
      update feeds set rest_until = now(), leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    questions as (
      update questions set try_after = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    queries as (
      update queries set
        run_until = case when run_by = any(${replicas}::integer[]) then '-infinity' else run_until end,
        run_by = case when run_by = any(${replicas}::integer[]) then null else run_by end,
        show_after = case when show_by = any(${replicas}::integer[]) then '-infinity' else show_after end,
        show_by = case when show_by = any(${replicas}::integer[]) then null else show_by end
      where run_by = any(${replicas}::integer[]) or show_by = any(${replicas}::integer[])
    ),
    files as (
      update query_files set try_after = '-infinity', leased_by = null
      where leased_by = any(${replicas}::integer[])
    ),
    hunts as (
      update scheduled_hunts set try_after = '-infinity', leased_by = null
      where leased_by = any(${replicas}::integer[])
    ),
    enrichments as (
      update enrichments set try_after = '-infinity', leased_by = null
      where leased_by = any(${replicas}::integer[])
    ),
    run_messages as (
      update run_messages set show_after = '-infinity', leased_by = null
      where leased_by = any(${replicas}::integer[])
    ),
    notices as (
      update notice_messages set show_after = '-infinity', leased_by = null
      where leased_by = any(${replicas}::integer[])
    ),
    duties as (
      update duties set try_after = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    drills as (
      update drills set try_after = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    proofs as (
      update proofs set try_after = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    silence_rules as (
      update silence_rules set try_after = '-infinity', leased_by = null
      where leased_by = any(${replicas}::integer[])
    ),
    papers as (
      update papers set try_after = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    stat_files as (
      update stat_files set try_after = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    runs as (
      update runs set rest_until = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    ),
    pages as (
      update pages set try_after = '-infinity', leased_by = null where leased_by = any(${replicas}::integer[])
    )
    update alerts set write_after = now(), leased_by = null, writing_since = null
    where behind and leased_by = any(${replicas}::integer[])`.execute(db);
}
