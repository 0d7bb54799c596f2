import { type RawBuilder, sql } from 'kysely';
import { actorName, type Incident } from '../incident/incident.ts';
import type { Db } from './database.ts';
import { readIncident } from './incidents.ts';

const mostAlike = 500;
/** Of one key; a rule that fires all day has no more to tell by its thousandth incident. */
const mostOfKey = 500;
const mostOpen = 20;

/** Incidents alike: see `OurIncidents`. */
export async function findAlike(db: Db, incident: number, days: number) {
  const { rows } = await sql<{ id: number; state: Incident; by_rule: boolean; shared: string[] | null }>`
    with hits as (
      select k.incident_id, bool_or(mine.place is null) as by_rule,
        array_agg(mine.key) filter (where mine.place is not null) as shared
      from incident_keys mine
      cross join lateral (
        select incident_id from incident_keys
        where key = mine.key and incident_id <> ${incident}
        order by incident_id desc limit ${mostOfKey}
      ) k
      where mine.incident_id = ${incident}
      group by k.incident_id
    )
    select i.id, i.state, h.by_rule, h.shared from hits h join incidents i on i.id = h.incident_id
    where i.opened_at > now() - make_interval(days => ${days})
      and not i.exercise and i.state ->> 'mergedInto' is null and i.state -> 'restrictedTo' is null
    order by i.id desc limit ${mostAlike}`.execute(db);
  return rows.map(({ id, state, by_rule, shared }) => ({
    id,
    openedAt: state.openedAt,
    isOpen: state.status !== 'closed',
    ...endingOf(state),
    byRule: by_rule,
    shared: (shared ?? []).map(withoutKind),
  }));
}

function endingOf({ closing, closedAt, deeds }: Incident) {
  if (!closing || !closedAt) return {};
  const closed = deeds.findLast(({ type }) => type === 'closed');
  return {
    ending: { classification: closing.classification, by: closed ? actorName(closed.by) : '', at: closedAt },
  };
}

/** `account adam@contoso.com` → `adam@contoso.com`; of an Azure id its last part. */
function withoutKind(key: string): string {
  const name = key.slice(key.indexOf(' ') + 1);
  return name.startsWith('/') ? (name.split('/').at(-1) ?? name) : name;
}

/** Open incidents that concern a subject: see `OurIncidents`. */
export async function findOpenWith(db: Db, subject: string) {
  const { rows } = await sql<{ state: Incident }>`
    select i.state from incident_keys k join incidents i on i.id = k.incident_id
    where k.key = ${subject} and i.status <> 'closed' and not i.exercise and i.state -> 'restrictedTo' is null
    order by i.priority desc, i.id limit ${mostOpen}`.execute(db);
  return rows.map(({ state: { id, severity, status, owner, title, openedAt } }) => ({
    id,
    severity,
    status,
    owner: owner?.name ?? '',
    title,
    openedAt,
  }));
}

/** An answer that is under way is stored within this, or never. */
const underWaySeconds = 5;

/**
 * Part of the statement that changes incidents: what `correlation` and `precedent` told others of those that are `hidden`
 * from now on is forgotten, of those that have `ended` it is out of date, and what open incidents show of it is asked anew.
 * Who is being asked just now loses the lease, and with it the answer: it may have been read before.
 */
export function tellAnew({ hidden, ended }: { hidden: number[]; ended: number[] }): RawBuilder<unknown> {
  return sql`
    update enrichments e set
      answer = case when told.is_hidden then null else e.answer end,
      glance = case when told.is_hidden then null else e.glance end,
      answered_at = case when told.is_hidden then null else e.answered_at end,
      wanted = e.wanted or told.is_shown, wanted_at = now(), expires_at = '-infinity',
      failure = null, is_late = false, attempts = 0, leased_by = null,
      try_after = case when e.leased_by is null then '-infinity' else now() + make_interval(secs => ${underWaySeconds}) end
    from (
      select e.enricher, e.subject_key, about.is_hidden, exists (
        select from incident_keys k join incidents i on i.id = k.incident_id
        where k.key = e.subject_key and i.status <> 'closed' and i.id <> all(${ended}::bigint[])
      ) as is_shown
      from enrichments e
      join (
        select enricher, key, bool_or(is_hidden) as is_hidden from (
          select 'correlation' as enricher, key, incident_id = any(${hidden}::bigint[]) as is_hidden
          from incident_keys where incident_id = any(${[...hidden, ...ended]}::bigint[])
          union all
          select 'precedent', 'incident ' || alike.incident_id, true
          from incident_keys mine join incident_keys alike on alike.key = mine.key
          where mine.incident_id = any(${hidden}::bigint[])
        ) named group by enricher, key
      ) about on about.enricher = e.enricher and about.key = e.subject_key
      order by e.enricher, e.subject_key for update of e
    ) told
    where e.enricher = told.enricher and e.subject_key = told.subject_key`;
}

/** Tactics, techniques and how an incident stands; `undefined` where there is none. */
export async function readStanding(db: Db, id: number) {
  const found = (await readIncident(db, id))?.incident;
  if (!found) return undefined;
  return {
    tactics: [...new Set(found.alerts.flatMap(({ tactics }) => tactics))],
    techniques: [...new Set(found.alerts.flatMap(({ techniques }) => techniques))],
    status: found.status,
    ...(found.closing && { classification: found.closing.classification }),
  };
}
