import { sql } from 'kysely';
import type { Instant, SourceName } from '../incident/alert.ts';
import type { Silence } from '../incident/silence.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

/** Between two tries, and no lease is longer. */
export const longestRulePauseSeconds = 900;

/** A rule that a source is to hold while a silence is on. */
export interface SilenceRule {
  /** UUID; the rule's name there. */
  id: string;
  source: SourceName;
  /** Subscription or workspace, as the source names its feeds. */
  feed: string;
}

/** What is held of no silence any more. */
const nothing = 'nothing';
/** It was asked to hold it, and nobody has heard whether it does. */
const inDoubt = 'in doubt';

export async function insertRules(trx: Trx, { number, until }: Silence, rules: SilenceRule[]): Promise<void> {
  if (rules.length === 0) return;
  await sql`
    insert into silence_rules (id, number, rule, wanted)
    select (r ->> 'id')::uuid, ${number}::bigint, r, ${until}::text from jsonb_array_elements(${JSON.stringify(rules)}::jsonb) as r
    on conflict (id) do nothing`.execute(trx);
}

/** The silence ends then; what is held of it follows. A rule that was given up is tried again. */
export async function moveRules(trx: Trx, number: number, until: Instant | undefined): Promise<void> {
  await sql`
    update silence_rules set wanted = ${until ?? nothing}, attempts = 0, failure = null,
      try_after = case when leased_by is null then '-infinity' else try_after end
    where number = ${number}`.execute(trx);
}

/** Silences that are over by themselves are held by nobody any more: Azure ends its rules and keeps them. */
export async function dropRulesOver(db: Db, now: Instant): Promise<void> {
  await sql`
    update silence_rules r set wanted = ${nothing}, attempts = 0
    from silences s where s.number = r.number and r.wanted <> ${nothing} and s.until_at <= ${now}`.execute(
    db,
  );
}

export interface DueRule {
  rule: SilenceRule;
  silence: Silence;
  /** Until when it is to be held; `undefined` where it is to go. */
  until: Instant | undefined;
  /** What was held of it before it was claimed. */
  held: string;
  attempts: number;
}

/**
 * Leases up to `limit` rules that Azure does not hold as wanted. From now on it may hold what it is told to, whatever becomes
 * of us: until that is recorded it is in doubt, and has to go when the silence ends.
 */
export async function claimRules(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<DueRule[]> {
  const { rows } = await sql<{
    rule: SilenceRule;
    body: Silence;
    wanted: string;
    held: string;
    attempts: number;
  }>`
    with due as (
      select id, held from silence_rules where behind and ${isDue('try_after', longestRulePauseSeconds)}
      order by try_after limit ${limit} for update skip locked
    )
    update silence_rules r set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica},
      held = case when r.wanted = ${nothing} then r.held else ${inDoubt} end
    from due, silences s where r.id = due.id and s.number = r.number
    returning r.rule, s.body, r.wanted, due.held, r.attempts`.execute(db);
  return rows.map(({ rule, body, wanted, held, attempts }) => ({
    rule,
    silence: body,
    until: wanted === nothing ? undefined : wanted,
    held,
    attempts,
  }));
}

/** It is held, or gone, as was wanted when it was claimed; what was wanted meanwhile is behind still. */
export async function recordHeld(db: Db, id: string, until: Instant | undefined): Promise<void> {
  await sql`
    update silence_rules set held = ${until ?? nothing}, attempts = 0, failure = null, leased_by = null,
      try_after = '-infinity'
    where id = ${id}`.execute(db);
}

/** `held` is what it holds for sure; `undefined` leaves that in doubt. */
export async function recordNotHeld(
  db: Db,
  id: string,
  { failure, pauseSeconds, held }: { failure: string; pauseSeconds: number; held: string | undefined },
): Promise<void> {
  await sql`
    update silence_rules set attempts = attempts + 1, failure = ${failure}, leased_by = null,
      held = coalesce(${held ?? null}, held), try_after = now() + make_interval(secs => ${pauseSeconds})
    where id = ${id}`.execute(db);
}
