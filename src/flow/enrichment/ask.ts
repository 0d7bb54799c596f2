import { readAnswer } from '../../enrichers/answer.ts';
import type { Enricher } from '../../enrichers/enricher.ts';
import { describe, FarSideError, isRetryable } from '../../errors.ts';
import { type Asked, type DueEnrichment, longestRestSeconds, restSide } from '../../store/enrichments.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Where the far side says nothing of when: after 4, 8, 16 … seconds. */
const firstPauseSeconds = 4;
const longestPauseSeconds = 300;
/** With the pauses between them about an hour; a new incident or a person asks anew. */
const mostTries = 16;
/** What nobody can mend by asking again is looked at once in a while: a right may have been given. */
const hopelessSeconds = 600;

/**
 * One enricher's turn with one subject, within its deadline; `undefined` where we stop before it ended. Never throws but
 * for a fault of the database.
 */
export async function askOne(
  floor: Watchfloor,
  enricher: Enricher,
  due: DueEnrichment,
  stopping: AbortSignal,
): Promise<Asked | undefined> {
  const { name, deadlineMs, lifetimeSeconds } = enricher;
  const which = { enricher: name, key: due.key };
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const answer = await inTime(
      enricher.enrich(due.subject, { now: floor.now(), signal: AbortSignal.any([deadline, stopping]) }),
      deadline,
    );
    return { ...which, lifetimeSeconds, answer: readAnswer(name, answer) };
  } catch (error) {
    if (stopping.aborted) return undefined;
    return { ...which, ...(await howItFailed(floor, enricher, due, error)) };
  }
}

/** An enricher that does not listen to its signal is waited for no longer. */
function inTime<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new FarSideError('azure', 'timeout', 'It was not answered in time.'));
  deadline.addEventListener('abort', late, { once: true });
  return Promise.race([work, promise]).finally(() => deadline.removeEventListener('abort', late));
}

async function howItFailed(
  { db, log }: Watchfloor,
  { name, side, lifetimeSeconds }: Enricher,
  { attempts }: DueEnrichment,
  error: unknown,
): Promise<Pick<Extract<Asked, { failure: unknown }>, 'failure' | 'retrySeconds' | 'lifetimeSeconds'>> {
  const isFarSide = error instanceof FarSideError;
  const failure = isFarSide ? error.reason : 'rejected';
  const fields = { enricher: name, failure, reason: describe(error), attempts };
  // Of what an enricher throws beside a far side's failure the enricher itself is the cause.
  if (isFarSide) log.warn(fields, 'enricher not answered');
  else log.error(fields, 'enricher is broken');
  const asked = isFarSide ? Math.min((error.retryAfter ?? 0) / 1_000, longestRestSeconds) : 0;
  if (failure === 'rate-limited') await restSide(db, side, Math.min(Math.max(asked, 1), longestPauseSeconds));
  const hopeless = Math.min(hopelessSeconds, lifetimeSeconds);
  if (!isFarSide || !isRetryable(error) || attempts + 1 >= mostTries) {
    return { failure, retrySeconds: undefined, lifetimeSeconds: hopeless };
  }
  const pause = Math.min(longestPauseSeconds, lifetimeSeconds, firstPauseSeconds * 2 ** attempts);
  return { failure, retrySeconds: Math.max(asked, pause), lifetimeSeconds: hopeless };
}
