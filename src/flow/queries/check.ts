import { createHash } from 'node:crypto';
import { clean } from '../../channels/clean.ts';
import { FarSideError, Refused } from '../../errors.ts';
import { pointAt } from '../../kql/excerpt.ts';
import type { Verdict } from '../../kql/guard.ts';
import type { LogSchema } from '../../kql/logs.ts';
import type { QueryPart, QueryPlan, Scope } from '../../kql/plan.ts';
import type { Caller } from '../../people/people.ts';
import type { AllowedPart } from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { needLogs } from './at-hand.ts';
import { closedTo, tablesRead } from './tables.ts';

/** What may be asked of a plan, and what is left out of it, in words. */
export interface Checked {
  parts: AllowedPart[];
  leftOut: string[];
}

type Refusal = Extract<Verdict, { kind: 'refused' }>;

/**
 * Has the guard look at every part on behalf of somebody. Throws `Refused` with the rule, the reason and the place; of a
 * plan of several parts those that cannot be asked are left out, as long as one is left. What is refused is on record.
 */
export async function check(floor: Watchfloor, caller: Caller, plan: QueryPlan): Promise<Checked> {
  const { guard, policy } = floor.atHand;
  const closed = closedTo(caller);
  const schema = await schemaOf(floor, plan, Object.keys(closed).length > 0);
  const rules = { schema, closed, isReviewed: plan.isReviewed, mostRows: policy.rows };
  const parts: AllowedPart[] = [];
  const leftOut: string[] = [];
  let first: { part: QueryPart; verdict: Refusal } | undefined;
  for (const part of plan.parts) {
    const missing = missingTable(part, schema);
    if (missing) {
      leftOut.push(`${part.title}: there is no table ${missing} here.`);
      continue;
    }
    const verdict = await guard.check(part.text, rules);
    if (verdict.kind === 'refused') {
      await noteRefused(floor, caller, plan, part, verdict);
      first ??= { part, verdict };
      leftOut.push(`${part.title}: ${verdict.message}`);
      continue;
    }
    const { bounded, isSearch } = verdict;
    const tables = tablesRead(verdict);
    parts.push({ title: part.title, text: part.text, bounded, tables, isSearch, more: part.more });
  }
  if (first && (parts.length === 0 || plan.parts.length === 1)) throw refusalOf(first.part, first.verdict);
  if (parts.length === 0)
    throw new Refused(`None of the logs that tell of it are there. ${leftOut[0] ?? ''}`);
  return { parts, leftOut: leftOut.map((one) => clean(one, 300)) };
}

/**
 * A reviewed query can be checked without knowing what there is, but for whom something is closed: a saved function looks
 * like a table. What somebody types cannot.
 */
async function schemaOf(
  floor: Watchfloor,
  { scope, isReviewed }: QueryPlan,
  isHidden: boolean,
): Promise<LogSchema | undefined> {
  try {
    return await needLogs(floor.atHand).schema(scope);
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    floor.log.warn({ reason: error.reason, detail: error.message }, 'schema of the logs cannot be read');
    if (isReviewed && !isHidden) return undefined;
    if (isReviewed)
      throw new Refused(
        "The workspace's tables cannot be read just now, so I cannot tell whether this may be asked. Try again in a minute.",
      );
    throw new Refused(
      `I cannot see which tables there are in ${inWords(scope)}, so I cannot check the query. ${cureOf(error)}`,
    );
  }
}

function cureOf({ reason }: FarSideError): string {
  return reason === 'auth'
    ? 'An admin has to give me the role Log Analytics Reader there.'
    : 'Try again in a minute.';
}

/** `soc and payments`, or the resource's name. */
export function inWords(scope: Scope): string {
  if (scope.kind === 'workspaces') return clean(scope.names.join(' and '), 100);
  return clean(scope.id.split('/').at(-1) ?? '', 100);
}

function missingTable({ needs }: QueryPart, schema: LogSchema | undefined): string | undefined {
  if (!schema) return undefined;
  const there = new Set(schema.tables.map(({ name }) => name));
  return needs?.find((table) => !there.has(table));
}

/** `Refused (external-data): …`, with the line and a caret below the place. */
function refusalOf({ text }: QueryPart, { rule, message, at }: Refusal): Refused {
  const excerpt = at ? pointAt(text, at.start, at.length) : '';
  return new Refused(`Refused (${rule}): ${message}${excerpt ? `\n${excerpt}` : ''}`);
}

async function noteRefused(
  { recorder, now }: Watchfloor,
  { id, name }: Caller,
  { kind }: QueryPlan,
  { text }: QueryPart,
  { rule }: Refusal,
): Promise<void> {
  await recorder.note({
    at: now().toISOString(),
    by: { kind: 'person', id, name },
    type: 'query-refused',
    data: { kind, rule, text: hashOf(text) },
  });
}

/** What was typed may hold anything; its hash is enough to know it again. SHA-256, hexadecimal. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
