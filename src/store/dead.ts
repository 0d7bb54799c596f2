import { sql } from 'kysely';
import { cardsInOrder } from './card-order.ts';
import type { Database, Db } from './database.ts';
import { redraw } from './incidents.ts';

type Place = Pick<Database, 'db' | 'boss'>;
type DeadKind = 'job' | 'source' | 'card' | 'raw';

/** Something that nobody tries again by himself. `id` is `<kind>:<key>`: `card:0198…`, `source:defender/2518…`. */
export interface Dead {
  id: string;
  /** What it is about. As it is stored: text from outside may be in it. */
  about: string;
  since: Date;
  reason: string;
}

/**
 * How each kind is found (oldest first), tried again, and dropped for good. What is no longer dead when it comes to
 * it is left alone; both return the keys of what they changed.
 */
interface Kind {
  find(db: Db): Promise<Found[]>;
  retry(at: Place, keys: string[]): Promise<string[]>;
  drop(at: Place, keys: string[]): Promise<string[]>;
}
interface Found {
  key: string;
  about: string;
  since: Date;
  reason: string | null;
}

/** Everything that is given up: jobs, write backs, cards, raw alerts. */
export async function findDead(db: Db): Promise<Dead[]> {
  const dead: Dead[] = [];
  for (const kind of kindNames) {
    for (const { key, reason, ...rest } of await kinds[kind].find(db)) {
      dead.push({ id: `${kind}:${key}`, reason: reason ?? 'no reason is stored', ...rest });
    }
  }
  return dead;
}

/** Makes them due at once; the running product, or the next start, takes them up. Returns the ids of these. */
export function retryDead(at: Place, ids: string[]): Promise<string[]> {
  return each(ids, (kind, keys) => kinds[kind].retry(at, keys));
}

/** Nobody will try them again, and nothing shows them as failed any longer. Returns the ids of these. */
export function dropDead(at: Place, ids: string[]): Promise<string[]> {
  return each(ids, (kind, keys) => kinds[kind].drop(at, keys));
}

async function each(
  ids: string[],
  act: (kind: DeadKind, keys: string[]) => Promise<string[]>,
): Promise<string[]> {
  const done: string[] = [];
  for (const kind of kindNames) {
    const mark = `${kind}:`;
    const keys = ids.filter((id) => id.startsWith(mark)).map((id) => id.slice(mark.length));
    if (keys.length > 0) done.push(...(await act(kind, keys)).map((key) => mark + key));
  }
  return done;
}

const kindNames: DeadKind[] = ['job', 'source', 'card', 'raw'];

// The letter of a dead job rings once to tell people; what is dead is the job itself.
const isDeadJob = sql`state = 'failed' and name <> 'dead' and name not like '\\_\\_%'`;

const job: Kind = {
  async find(db) {
    const { rows } = await sql<Found>`
      select id::text as key, concat_ws(' ', name, data ->> 'source', data ->> 'address') as about,
        coalesce(completed_on, created_on) as since, coalesce(output ->> 'message', output::text) as reason
      from pgboss.job where ${isDeadJob} order by since`.execute(db);
    return rows;
  },
  retry: ({ db, boss }, keys) => byQueue(db, keys, (queue, ids) => boss.retry(queue, ids)),
  drop: ({ db, boss }, keys) => byQueue(db, keys, (queue, ids) => boss.deleteJob(queue, ids)),
};

async function byQueue(
  db: Db,
  keys: string[],
  act: (queue: string, ids: string[]) => Promise<unknown>,
): Promise<string[]> {
  const { rows } = await sql<{ name: string; ids: string[] }>`
    select name, array_agg(id::text) as ids from pgboss.job
    where ${isDeadJob} and id::text = any(${keys}::text[]) group by name`.execute(db);
  for (const { name, ids } of rows) await act(name, ids);
  return rows.flatMap(({ ids }) => ids);
}

const isDeadSource = sql`behind and write_after = 'infinity'`;
const sourceKey = sql`source || '/' || source_id`;

const source: Kind = {
  async find(db) {
    const { rows } = await sql<Found>`
      select ${sourceKey} as key, 'INC-' || incident_id || ' at ' || source as about,
        coalesce(behind_since, written_at, now()) as since, write_failure as reason
      from alerts where ${isDeadSource} order by since`.execute(db);
    return rows;
  },
  async retry({ db }, keys) {
    const { rows } = await sql<{ key: string }>`
      update alerts set write_after = '-infinity', write_attempts = 0
      where ${isDeadSource} and ${sourceKey} = any(${keys}::text[])
      returning ${sourceKey} as key`.execute(db);
    return rows.map(({ key }) => key);
  },
  // The next decision on the incident is written whole, and this one with it.
  drop: ({ db }, keys) =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ key: string; incident_id: number }>`
        update alerts set written_version = wanted_version, write_failure = null, write_attempts = 0,
          write_after = '-infinity', behind_since = null
        where ${isDeadSource} and ${sourceKey} = any(${keys}::text[])
        returning ${sourceKey} as key, incident_id`.execute(trx);
      const incidents = new Set(rows.map((row) => row.incident_id));
      await redraw(trx, [...incidents]);
      return rows.map(({ key }) => key);
    }),
};

const isDeadCard = sql`
  c.failure is not null and c.refused_revision >= c.wanted_revision and c.shown_revision < c.wanted_revision`;

const card: Kind = {
  async find(db) {
    const { rows } = await sql<Found>`
      select c.id::text as key,
        'INC-' || c.incident_id || ' ' || c.part || ' in ' || c.channel || ' ' || c.conversation as about,
        coalesce(c.behind_since, i.updated_at) as since, c.failure as reason
      from cards c join incidents i on i.id = c.incident_id where ${isDeadCard} order by since`.execute(db);
    return rows;
  },
  retry: ({ db }, keys) =>
    changeCards(db, keys, sql`refused_revision = 0, attempts = 0, try_after = '-infinity'`),
  // It stays refused at the version that it should show: the next change of its incident tries again.
  drop: ({ db }, keys) => changeCards(db, keys, sql`failure = null, behind_since = null`),
};

async function changeCards(db: Db, keys: string[], change: ReturnType<typeof sql>): Promise<string[]> {
  const { rows: concerned } = await sql<{ incident_id: number }>`
    select distinct incident_id from cards where id::text = any(${keys}::text[])`.execute(db);
  const { rows } = await sql<{ key: string }>`
    with held as (${cardsInOrder(concerned.map((row) => row.incident_id))})
    update cards c set ${change}
    from held where c.id = held.id and c.id::text = any(${keys}::text[]) and ${isDeadCard}
    returning c.id::text as key`.execute(db);
  return rows.map(({ key }) => key);
}

const isDeadRaw = sql`refused is not null and dropped_at is null`;

const raw: Kind = {
  async find(db) {
    const { rows } = await sql<Found>`
      select id::text as key, source || case via when 'poll' then ', polled' else ', pushed' end as about,
        received_at as since, refused as reason
      from raw_alerts where ${isDeadRaw} order by id`.execute(db);
    return rows;
  },
  retry: ({ db }, keys) => changeRaw(db, keys, sql`taken_at = null, refused = null`),
  // Kept as refused, because its source may go on showing it: without it the next poll would bring it as new.
  drop: ({ db }, keys) => changeRaw(db, keys, sql`dropped_at = now()`),
};

async function changeRaw(db: Db, keys: string[], change: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    update raw_alerts set ${change} where id::text = any(${keys}::text[]) and ${isDeadRaw}
    returning id::text as key`.execute(db);
  return rows.map(({ key }) => key);
}

const kinds: Record<DeadKind, Kind> = { job, source, card, raw };
