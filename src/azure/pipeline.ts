import { setTimeout as sleep } from 'node:timers/promises';
import {
  bearerTokenAuthenticationPolicyName,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  redirectPolicyName,
  type SendRequest,
} from '@azure/core-rest-pipeline';
import { FarSideError } from '../errors.ts';
import { maySendTo } from '../outgoing.ts';
import type { CallFarSide } from '../telemetry.ts';
import { breakdown, refusal } from './failure.ts';

export interface Manners {
  /** `https://management.azure.com`, or Graph. No call leaves for any other origin. */
  endpoint: string;
  /** Milliseconds for one attempt, sign-in included. */
  timeout?: number | undefined;
  /** Ends calls that are under way; they are then `timeout`. */
  signal?: AbortSignal | undefined;
  /** Makes each call, tries and all, as one. */
  callFarSide?: CallFarSide | undefined;
}

/** A chat answer waits on these calls, and a job can always come back later. */
const defaultTimeout = 10_000;
/** Milliseconds before the second and the third attempt. */
const pauses = [200, 600];
/** A longer `Retry-After` belongs to the queue, which can do other work meanwhile. */
const longestWait = 1_000;

/**
 * Gives a pipeline, ours or that of an Azure client, the one way in which we call Azure: bound to one host,
 * bound in time, reads tried again, everything that fails thrown as `FarSideError`.
 */
export function teachManners(pipeline: Pipeline, manners: Manners): void {
  const { endpoint, timeout = defaultTimeout, callFarSide = (_side, _call, work) => work() } = manners;
  const limits = { timeout, signal: manners.signal };
  // Azure's own retry repeats a POST as well, and its redirects would need the host check once more.
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  pipeline.removePolicy({ name: redirectPolicyName });
  pipeline.addPolicy(patience(limits, callFarSide), { phase: 'Retry' });
  pipeline.addPolicy(oneHost(endpoint), {
    phase: 'Sign',
    beforePolicies: [bearerTokenAuthenticationPolicyName],
  });
  // Azure clients sign in outside of the retry phase; here it is inside, bound in time and after the host check.
  for (const bearer of pipeline.removePolicy({ name: bearerTokenAuthenticationPolicyName })) {
    pipeline.addPolicy(bearer, { phase: 'Sign' });
  }
}

/** Stands before the token is put on, because a `nextLink` is whatever the answer says it is. */
function oneHost(endpoint: string): PipelinePolicy {
  const { origin } = new URL(endpoint);
  return {
    name: 'watchfloorOneHost',
    async sendRequest(request, next) {
      const asked = new URL(request.url);
      if (maySendTo(asked, 'azure', origin)) return next(request);
      throw new FarSideError(
        'azure',
        'rejected',
        `A link leads to ${asked.host}, which is not the configured ${origin}. Nothing was sent there.`,
      );
    },
  };
}

interface Limits {
  timeout: number;
  signal: AbortSignal | undefined;
}

function patience(limits: Limits, callFarSide: CallFarSide): PipelinePolicy {
  return {
    name: 'watchfloorPatience',
    sendRequest: (request, next) => callFarSide('azure', request.method, () => tryOn(request, next, limits)),
  };
}

async function tryOn(request: PipelineRequest, next: SendRequest, limits: Limits): Promise<PipelineResponse> {
  for (const pause of pauses) {
    const outcome = await attempt(request, next, limits);
    const wait = isRepeatable(request) ? waitAfter(outcome, pause) : undefined;
    if (wait === undefined) return settle(outcome);
    await sleep(wait);
  }
  return settle(await attempt(request, next, limits));
}

type Outcome = PipelineResponse | FarSideError;

async function attempt(request: PipelineRequest, next: SendRequest, limits: Limits): Promise<Outcome> {
  const { timeout, signal } = limits;
  if (signal?.aborted) return ended();
  const deadline = AbortSignal.timeout(timeout);
  const end = signal ? AbortSignal.any([deadline, signal]) : deadline;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(end.reason);
  end.addEventListener('abort', giveUp);
  request.abortSignal = end;
  try {
    // The race is for the sign-in, which does not always listen to the signal.
    const response = await Promise.race([next(request), late]);
    return response.status < 300 ? response : refusal(response);
  } catch (error) {
    if (signal?.aborted && !(error instanceof FarSideError)) return ended();
    return breakdown(error, request.url, deadline.aborted ? timeout : undefined);
  } finally {
    end.removeEventListener('abort', giveUp);
  }
}

const ended = () => new FarSideError('azure', 'timeout', 'The call was ended before Azure had answered.');

/** A PUT carries its lock or its own id, so it may be sent twice; a POST is sent once. */
function isRepeatable(request: PipelineRequest): boolean {
  return request.method === 'GET' || request.method === 'PUT';
}

/** Milliseconds to wait before another attempt; `undefined` where the outcome stands. */
function waitAfter(outcome: Outcome, pause: number): number | undefined {
  if (!(outcome instanceof FarSideError)) return undefined;
  if (outcome.reason !== 'unavailable' && outcome.reason !== 'rate-limited') return undefined;
  if (outcome.retryAfter === undefined) return outcome.reason === 'unavailable' ? pause : undefined;
  return outcome.retryAfter <= longestWait ? outcome.retryAfter : undefined;
}

function settle(outcome: Outcome): PipelineResponse {
  if (outcome instanceof FarSideError) throw outcome;
  return outcome;
}
