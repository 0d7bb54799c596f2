import { type RawBuilder, sql } from 'kysely';
import type { Classification, Instant, Severity, Status } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** What is looked for; what is absent matters not. */
export interface Sought {
  /** All of them, each whole or as the beginning of a word, in one alert or in one comment. */
  words: string[];
  /** The beginning of the name of an entity, whatever the case. */
  entity?: string | undefined;
  /** The whole name of an entity, whatever the case; its domain may follow. */
  about?: string | undefined;
  ownerId?: string | 'nobody' | undefined;
  status?: Status | undefined;
  severity?: Severity | undefined;
  classification?: Classification | undefined;
  /** Opened at that time or later; before that time. */
  since?: Instant | undefined;
  until?: Instant | undefined;
  /** Object id of whoever asks, where it is sure that it is them: restricted incidents are found by those named alone. */
  forPerson: string | undefined;
  limit: number;
  offset: number;
}

export interface Found {
  incidents: Incident[];
  /** How many fit, counted up to `mostCounted`; of common words, up to one more than are shown. */
  total: number;
  /** The words are so common, and the rest fits so seldom, that only the newest `mostWalked` were looked at. */
  isCut: boolean;
  /** Whether `total` are all, up to `mostCounted`. */
  isCounted: boolean;
}

export const mostCounted = 1_000;
/** So many hits are looked up and sorted in less than a second. */
const mostHits = 50_000;
/** With more hits words hardly narrow it down: incidents are looked at one by one, newest first, in at most a second. */
export const mostWalked = 10_000;

/** Incidents that fit, newest first. */
export async function findIncidents(db: Db, sought: Sought): Promise<Found> {
  const alerts = queryOf(sought);
  const isOfEntity = sought.entity !== undefined || sought.about !== undefined;
  const written = isOfEntity ? undefined : queryOf({ words: sought.words });
  if (!alerts) return collect(db, sought, sql`incidents i`, { counted: mostCounted });
  const hits = await hitsOf(db, alerts, written);
  if (hits.length > mostHits) return walk(db, sought, alerts, written);
  // Hit by hit: an offset keeps the planner from turning it round and looking through the hits for each incident.
  const found = sql`unnest(${hits}::bigint[]) as hit (id), lateral (
    select i.id, i.opened_at from incidents i where i.id = hit.id and ${conditionsOf(sought)} offset 0) as i`;
  return collect(db, sought, found, { counted: mostCounted, fits: sql`true` });
}

/** Incidents with hits, at most one more than `mostHits` of each kind. */
async function hitsOf(db: Db, alerts: string, written: string | undefined): Promise<string[]> {
  const inComments = written
    ? sql`union (
        select incident_id from incident_events
        where type in ('commented', 'closed') and written_words(data) @@ ${written}::tsquery limit ${mostHits + 1})`
    : sql``;
  return db.transaction().execute(async (trx) => {
    // Where a million hits do not fit into memory as single rows, every row of their pages is read and parsed again.
    await sql`set local work_mem = '64MB'`.execute(trx);
    const { rows } = await sql<{ id: string }>`
      (select incident_id as id from alerts where alert_words(body) @@ ${alerts}::tsquery limit ${mostHits + 1})
      ${written ? inComments : sql``}`.execute(trx);
    // One of a storm has hundreds of alerts with the word.
    return [...new Set(rows.map(({ id }) => id))];
  });
}

/** The newest that fit otherwise, each asked whether the words are in it, until a page is full. */
async function walk(db: Db, sought: Sought, alerts: string, written: string | undefined): Promise<Found> {
  // Neither of these may use the index of words, which has a million hits each time: hence the empty vector beside them.
  const inAlerts = sql`(
    select true from alerts a
    where a.incident_id = i.id and (alert_words(a.body) || '') @@ ${alerts}::tsquery limit 1)`;
  const inComments = sql`(
    select true from incident_events e
    where e.incident_id = i.id and e.type in ('commented', 'closed')
      and (written_words(e.data) || '') @@ ${written ?? ''}::tsquery limit 1)`;
  const newest = sql`(
    select * from incidents i where ${conditionsOf(sought)} order by i.opened_at desc, i.id desc limit ${mostWalked}
  ) as i`;
  const fits = sql`coalesce(${inAlerts}, ${inComments})`;
  const counted = sought.offset + sought.limit + 1;
  const found = await collect(db, sought, newest, { counted, fits });
  return { ...found, isCut: found.total < counted, isCounted: false };
}

async function collect(
  db: Db,
  sought: Sought,
  from: RawBuilder<unknown>,
  { counted, fits }: { counted: number; fits?: RawBuilder<unknown> },
): Promise<Found> {
  const { rows } = await sql<{ state: Incident | null; total: string }>`
    with found as (
      select i.id, i.opened_at from ${from} where ${fits ?? conditionsOf(sought)}
    ),
    fitting as (select * from found order by opened_at desc, id desc limit ${counted}),
    page as (select * from fitting order by opened_at desc, id desc limit ${sought.limit} offset ${sought.offset})
    select i.state, (select count(*) from fitting) as total
    from (select 1) as one left join page on true left join incidents i on i.id = page.id
    order by page.opened_at desc, page.id desc`.execute(db);
  const incidents = rows.flatMap(({ state }) => (state ? [state] : []));
  return { incidents, total: Number(rows[0]?.total ?? 0), isCut: false, isCounted: true };
}

/** What has nothing to do with words. */
function conditionsOf(sought: Sought): RawBuilder<unknown> {
  const { ownerId, status, severity, classification, since, until, forPerson } = sought;
  const conditions = [
    sql`i.id not in (
      select id from incidents where state -> 'restrictedTo' is not null
        and not state -> 'restrictedTo' @> ${JSON.stringify([{ id: forPerson ?? '' }])}::jsonb)`,
  ];
  if (ownerId === 'nobody') conditions.push(sql`i.owner_id is null`);
  else if (ownerId !== undefined) conditions.push(sql`i.owner_id = ${ownerId}`);
  if (status) conditions.push(sql`i.status = ${status}`);
  if (severity) conditions.push(sql`i.severity = ${severity}`);
  if (classification) {
    conditions.push(sql`i.status = 'closed' and i.state #>> '{closing,classification}' = ${classification}`);
  }
  if (since) conditions.push(sql`i.opened_at >= ${since}::timestamptz`);
  if (until) conditions.push(sql`i.opened_at < ${until}::timestamptz`);
  return sql.join(conditions, sql` and `);
}

/** `'payment':* & 'entity:10.0.0.4':*`; `undefined` where nothing is left to look for. */
function queryOf({ words, entity, about }: Pick<Sought, 'words' | 'entity' | 'about'>): string | undefined {
  const terms = words.flatMap((word) => word.toLowerCase().split(/[^\p{L}\p{N}.@:-]+/u)).filter(Boolean);
  if (entity !== undefined) terms.push(named(entity));
  const all = terms.map((term) => `${quoted(term)}:*`);
  if (about !== undefined) all.push(wholeName(named(about)));
  return all.length === 0 ? undefined : all.join(' & ');
}

function named(entity: string): string {
  return `entity:${entity.replace(/\p{C}/gu, '').toLowerCase().slice(0, 200)}`;
}

/** `vm-web-01` is `vm-web-01.contoso.com`, too, and `adam` is `adam@contoso.com`; `10.0.0.4` is not `10.0.0.40`. */
function wholeName(term: string): string {
  const longer = /[.@]/.test(term) ? [] : ['.', '@'].map((next) => `${quoted(`${term}${next}`)}:*`);
  return `(${[quoted(term), ...longer].join(' | ')})`;
}

function quoted(term: string): string {
  return `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
