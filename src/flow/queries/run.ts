import { FarSideError, Refused } from '../../errors.ts';
import { pointAt } from '../../kql/excerpt.ts';
import { QueryFault } from '../../kql/logs.ts';
import {
  type AllowedPart,
  claimToRun,
  longestRestSeconds,
  putBack,
  recordProgress,
  recordRan,
  type StoredFault,
  type StoredQuery,
} from '../../store/queries.ts';
import { appendRecords } from '../../store/record.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { needLogs } from './at-hand.ts';
import { hashOf } from './check.ts';
import { askKnown } from './known-entity.ts';
import { bounded, type PartAnswer, pack, rowsIn } from './packed.ts';
import { startPulse } from './pulse.ts';

/** As long as a pulse may be away before another replica takes it over; there are forty in it. */
const leaseSeconds = 20;
/** Where nothing rings, what another replica left is found within this. */
const sweepMs = 1_000;
/** Azure gives up by itself; this is for when not even that comes through. */
const graceSeconds = 15;
/** After Azure was out of reach once. */
const troubleSeconds = 2;
/** Whoever is told to wait for so long has gone elsewhere. */
const patienceMs = 10 * 60_000;

/** Finds queries whose turn it is, and runs them until `stopping`. */
export function openRunning(floor: Watchfloor, stopping: AbortSignal): Look {
  return async (room) => {
    const { logs, policy } = floor.atHand;
    if (!logs || stopping.aborted) return Number.POSITIVE_INFINITY;
    const lease = { leaseSeconds, replica: floor.replica.id, atOnce: policy.atOnce };
    const found = await claimToRun(floor.db, { limit: room, ...lease });
    if (found.length > 0) floor.ringAnswers(quickRing);
    const tasks = found.map((query) => () => traced(floor, query, stopping));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

/** When the first message of what is still running may be due. */
const quickRing = 700;

function traced(floor: Watchfloor, query: StoredQuery, stopping: AbortSignal): Promise<void> {
  const attributes = { query: query.id, channel: query.channel };
  return inSpan('query', { parent: query.trace, attributes }, () => run(floor, query, stopping));
}

async function run(floor: Watchfloor, query: StoredQuery, stopping: AbortSignal): Promise<void> {
  const mostSeconds = query.parts.length * (floor.atHand.policy.seconds + graceSeconds);
  const pulse = startPulse(floor, query.id, { leaseSeconds, mostSeconds, stopping });
  const began = performance.now();
  try {
    // What far sides know is asked for meanwhile, and stands above what the logs say where it comes in time.
    const knownInTime = askKnown(floor, query);
    const answers = await askAll(floor, query, pulse.signal);
    await knownInTime();
    await end(floor, query, answers, performance.now() - began);
  } catch (error) {
    await recover(floor, query, error, { why: pulse.why(), ms: performance.now() - began });
  } finally {
    pulse.stop();
    floor.ringAnswers();
    floor.ringQueries();
  }
}

/** One part after the other, because each takes one of the few places there are; the message fills as they come. */
async function askAll(floor: Watchfloor, query: StoredQuery, signal: AbortSignal): Promise<PartAnswer[]> {
  const answers: PartAnswer[] = [];
  for (const part of query.parts) {
    answers.push(await askPart(floor, query, part, signal));
    if (answers.length === query.parts.length) break;
    await recordProgress(floor.db, query, { result: await pack(answers), rowCount: rowsIn(answers) });
    floor.ringAnswers();
  }
  return answers;
}

async function askPart(
  floor: Watchfloor,
  { plan, identity }: StoredQuery,
  part: AllowedPart,
  signal: AbortSignal,
): Promise<PartAnswer> {
  const { policy } = floor.atHand;
  try {
    const answer = await needLogs(floor.atHand).ask({
      scope: plan.scope,
      text: part.bounded,
      span: plan.span,
      seconds: policy.seconds,
      signal,
      as: identity === 'bot' ? 'bot' : { person: identity },
      isSearch: part.isSearch,
    });
    signal.throwIfAborted();
    return { kind: 'rows', ...bounded(answer, policy.rows) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof QueryFault) {
      const excerpt = error.at ? pointAt(part.bounded, offsetOf(part.bounded, error.at), 1) : '';
      return { kind: 'fault', message: error.message, excerpt };
    }
    if (error instanceof Refused) return { kind: 'fault', message: error.message, excerpt: '' };
    throw error;
  }
}

/** Azure counts lines and columns from 1. */
function offsetOf(text: string, { line, column }: NonNullable<QueryFault['at']>): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
}

async function end(floor: Watchfloor, query: StoredQuery, answers: PartAnswer[], ms: number): Promise<void> {
  const [only] = answers;
  if (answers.length === 1 && only?.kind === 'fault') {
    const { message, excerpt } = only;
    return settle(floor, query, { state: 'failed', fault: { message, excerpt } }, ms);
  }
  const result = await pack(answers);
  await settle(floor, query, { state: 'answered', result, rowCount: rowsIn(answers) }, ms);
}

/** What came of it and the line on record that it was asked: both or neither, and once. */
async function settle(
  floor: Watchfloor,
  query: StoredQuery,
  outcome: Parameters<typeof recordRan>[2],
  ms: number,
): Promise<void> {
  const { plan, person, parts, tables } = query;
  await floor.db.transaction().execute(async (trx) => {
    if (!(await recordRan(trx, query, outcome))) return;
    const data = {
      kind: plan.kind,
      query: query.id,
      text: hashOf(parts.map(({ text }) => text).join('\n')),
      tables,
      ...(plan.scope.kind === 'workspaces' ? { workspaces: plan.scope.names } : { resource: plan.scope.id }),
      from: plan.span.from,
      to: plan.span.to,
      outcome: outcome.state,
      rows: outcome.rowCount ?? 0,
      ms: Math.round(ms),
    };
    const actor = { kind: 'person', id: person.id, name: person.name } as const;
    const at = floor.now().toISOString();
    await appendRecords(trx, [{ at, actor, type: 'queried', incident: query.incident ?? null, data }]);
  });
}

async function recover(
  floor: Watchfloor,
  query: StoredQuery,
  error: unknown,
  { why, ms }: { why: 'cancel' | 'lost' | 'stop' | 'late' | undefined; ms: number },
): Promise<void> {
  switch (why) {
    case 'cancel':
      return settle(floor, query, { state: 'cancelled' }, ms);
    case 'lost':
      return;
    case 'stop':
      return putBack(floor.db, query, { restSeconds: 0, isTry: false });
    case 'late':
      return settle(floor, query, { state: 'failed', fault: sentence(late(floor)) }, ms);
    case undefined:
      // A fault of ours or of the database leaves the lease standing: it is run once more.
      if (!(error instanceof FarSideError)) throw error;
      return fail(floor, query, error, ms);
  }
}

async function fail(floor: Watchfloor, query: StoredQuery, error: FarSideError, ms: number): Promise<void> {
  const fields = { query: query.id, reason: error.reason, detail: error.message };
  const isPatient = floor.now().getTime() < Date.parse(query.askedAt) + patienceMs;
  if (error.reason === 'rate-limited' && isPatient) {
    const restSeconds = Math.min(longestRestSeconds, (error.retryAfter ?? 10_000) / 1_000);
    floor.log.warn({ ...fields, restSeconds }, 'Azure wants us to wait before the next query');
    await putBack(floor.db, query, { restSeconds, isTry: false });
    return floor.ringQueries(restSeconds * 1_000);
  }
  if (error.reason === 'unavailable' && query.attempts < 2) {
    await putBack(floor.db, query, { restSeconds: troubleSeconds, isTry: true });
    return floor.ringQueries(troubleSeconds * 1_000);
  }
  floor.log.warn(fields, 'query failed');
  await settle(floor, query, { state: 'failed', fault: sentence(failureInWords(floor, error)) }, ms);
}

function sentence(message: string): StoredFault {
  return { message, excerpt: '' };
}

function late({ atHand }: Watchfloor): string {
  return `It took longer than ${atHand.policy.seconds} seconds. Ask for a shorter time range, or for less of it.`;
}

function failureInWords(floor: Watchfloor, { reason, message }: FarSideError): string {
  switch (reason) {
    case 'timeout':
      return late(floor);
    // In whose name it was, which place it was and who can mend it, the call knows best.
    case 'auth':
    case 'not-found':
    case 'rejected':
      return message;
    case 'rate-limited':
      return 'Azure has told me to wait for ten minutes on end. Ask again later.';
    case 'conflict':
    case 'unavailable':
      return 'Azure does not answer. Ask again in a minute.';
  }
}
