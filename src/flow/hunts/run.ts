import { describe, FarSideError, Malformed, Refused } from '../../errors.ts';
import type { Hunt } from '../../kql/hunt.ts';
import { huntRules, isForNow } from '../../kql/hunt-folder.ts';
import type { ScheduledHunt } from '../../kql/hunt-policy.ts';
import { type LogAnswer, QueryFault } from '../../kql/logs.ts';
import type { QueryPlan } from '../../kql/plan.ts';
import { planHunt } from '../../kql/plan-hunt.ts';
import type { Span } from '../../kql/span.ts';
import {
  type DueHunt,
  giveUpHunt,
  longestHuntPauseSeconds,
  postponeHunt,
  recordHunted,
} from '../../store/hunts.ts';
import { digestOf } from '../../store/raw-alerts.ts';
import { appendRecords } from '../../store/record.ts';
import { currentTrace } from '../../trace.ts';
import { raise } from '../notice.ts';
import { needLogs } from '../queries/at-hand.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { toFinding } from './finding.ts';

/** Nobody waits for it, and a look back over two weeks takes its time. */
const seconds = 180;
/** Longer than a run may take; whoever has not ended by then has died. */
export const leaseSeconds = 240;
/** Logs take a while to arrive: Sentinel's own rules look back from five minutes ago, too. */
const arrivalMs = 5 * 60_000;
const firstPauseSeconds = 30;
/** With the pauses between them about a quarter of an hour. */
const mostTries = 5;

/** One run of a schedule: what it finds is accepted as an alert before the run counts as done. */
export async function runHunt(
  floor: Watchfloor,
  schedule: ScheduledHunt,
  due: DueHunt,
  stopping: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout((seconds + 15) * 1_000)]);
  try {
    const hunt = findHunt(floor, schedule);
    const plan = planOf(floor, hunt, schedule, due);
    const answer = await ask(floor, plan, signal);
    if (answer.rows.length > 0) await accept(floor, hunt, schedule, { plan, answer, due });
    await end(floor, hunt, due, plan.span, answer.rows.length);
  } catch (error) {
    await recover(floor, schedule, due, error, stopping);
  }
}

function findHunt({ atHand }: Watchfloor, { hunt }: ScheduledHunt): Hunt {
  const found = atHand.hunts.find(hunt);
  if (found) return found;
  throw new Refused(`No hunt is called "${hunt}", or it could not be loaded.`);
}

function planOf(floor: Watchfloor, hunt: Hunt, schedule: ScheduledHunt, due: DueHunt): QueryPlan {
  const { workspaces } = floor.atHand.policy;
  const workspace = schedule.workspace ?? workspaces[0]?.name;
  if (!workspace) throw new Refused('No workspace is configured.');
  return planHunt(hunt, schedule.values, {
    span: spanOf(schedule, due, floor.atHand.policy.days),
    scope: { kind: 'workspaces', names: [workspace] },
    isPrivate: true,
    keeps: 'every',
  });
}

/** What every run looks at, and what runs before it have missed. */
function spanOf({ lastMinutes }: ScheduledHunt, { slot, seenTo }: DueHunt, mostDays: number): Span {
  const to = Date.parse(slot);
  const usual = to - lastMinutes * 60_000;
  const missed = seenTo === undefined ? usual : Date.parse(seenTo);
  const from = Math.max(Math.min(usual, missed), to - mostDays * 86_400_000);
  return {
    from: new Date(from - arrivalMs).toISOString(),
    to: new Date(to - arrivalMs).toISOString(),
  };
}

async function ask(
  floor: Watchfloor,
  { parts, scope, span }: QueryPlan,
  signal: AbortSignal,
): Promise<LogAnswer> {
  const logs = needLogs(floor.atHand);
  const [part] = parts;
  const verdict = await floor.atHand.guard.check(part?.text ?? '', huntRules(await logs.schema(scope)));
  // It says nothing of the query: it is asked again soon.
  if (verdict.kind === 'refused' && isForNow(verdict)) throw new Error(verdict.message);
  if (verdict.kind === 'refused')
    throw new Refused(`The guard refuses it (${verdict.rule}): ${verdict.message}`);
  if (verdict.isSearch)
    throw new Refused('It reads a table that is billed by what is scanned, with nobody to ask.');
  return logs.ask({ scope, text: verdict.bounded, span, seconds, signal, as: 'bot', isSearch: false });
}

async function accept(
  floor: Watchfloor,
  hunt: Hunt,
  schedule: ScheduledHunt,
  { plan, answer, due }: { plan: QueryPlan; answer: LogAnswer; due: DueHunt },
): Promise<void> {
  const workspace = plan.scope.kind === 'workspaces' ? plan.scope.names[0] : '';
  const body = toFinding(hunt, schedule, { answer, span: plan.span, slot: due.slot, workspace });
  // Looks at once whether it will be taken in: what is refused later is only in a list.
  floor.sources.get('hunt')?.normalise(body);
  await floor.accept([
    {
      source: 'hunt',
      via: 'part',
      body: JSON.stringify(body),
      digest: digestOf(body),
      observedAt: undefined,
      trace: currentTrace(),
    },
  ]);
}

/** It counts as done, and stands on record, once. */
async function end(floor: Watchfloor, hunt: Hunt, due: DueHunt, span: Span, rows: number): Promise<void> {
  const data = { hunt: hunt.id, name: hunt.name, from: span.from, to: span.to, rows };
  await floor.db.transaction().execute(async (trx) => {
    if (!(await recordHunted(trx, due, rows))) return;
    await appendRecords(trx, [{ ...entry(floor), type: 'hunted', data }]);
  });
}

async function recover(
  floor: Watchfloor,
  { hunt }: ScheduledHunt,
  due: DueHunt,
  error: unknown,
  stopping: AbortSignal,
): Promise<void> {
  if (stopping.aborted) {
    return postponeHunt(floor.db, due, { pauseSeconds: 0, failure: '', isTry: false });
  }
  const failure = describe(error);
  floor.log.warn({ hunt, slot: due.slot, attempts: due.attempts, reason: failure }, 'scheduled hunt failed');
  if (!isHopeless(error) && due.attempts + 1 < mostTries) {
    const asked = error instanceof FarSideError ? (error.retryAfter ?? 0) / 1_000 : 0;
    const pauseSeconds = Math.min(
      longestHuntPauseSeconds,
      Math.max(asked, firstPauseSeconds * 2 ** due.attempts),
    );
    // To be told to wait is no failure.
    const isTry = !(error instanceof FarSideError && error.reason === 'rate-limited');
    return postponeHunt(floor.db, due, { pauseSeconds, failure, isTry });
  }
  if (!due.told) {
    await raise(floor, {
      type: 'hunt-failed',
      title: `The scheduled hunt "${hunt}" does not run`,
      description: `${failure} What it misses meanwhile is looked at as soon as it runs again.`.slice(
        0,
        5_000,
      ),
      target: hunt,
    });
  }
  await floor.db.transaction().execute(async (trx) => {
    if (!(await giveUpHunt(trx, due, failure))) return;
    await appendRecords(trx, [
      { ...entry(floor), type: 'hunt-failed', data: { hunt, slot: due.slot, failure } },
    ]);
  });
}

/** What no second try mends: the text, the settings, or what we may read. */
function isHopeless(error: unknown): boolean {
  if (error instanceof FarSideError) return ['auth', 'not-found', 'rejected'].includes(error.reason);
  return [Refused, QueryFault, Malformed].some((kind) => error instanceof kind);
}

function entry({ now }: Watchfloor) {
  return {
    at: now().toISOString(),
    actor: { kind: 'bot', id: 'watchfloor', name: 'Watchfloor' },
    incident: null,
  } as const;
}
