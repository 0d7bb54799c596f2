import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { FarSideError } from '../errors.ts';
import type { CallFarSide } from '../telemetry.ts';
import { boundBody } from './bound-body.ts';
import { retryAfterOf } from './failure.ts';
import { teachManners } from './pipeline.ts';

/**
 * JSON calls to one API of Azure, for reading: paths are seen from the endpoint, answers are what came, unparsed but for
 * their JSON. Every call throws `FarSideError`; an answer over the limit is `rejected`.
 */
export interface Rest {
  get(path: string, wishes?: Wishes): Promise<unknown>;
  /** Only for what reads: it is sent once. */
  post(path: string, body: unknown, wishes?: Wishes): Promise<unknown>;
  /**
   * A read that Azure works at for a while: follows `Location` or `Azure-AsyncOperation` until the result is there.
   * https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
   */
  work(path: string, body: unknown, wishes?: Wishes): Promise<unknown>;
}

export interface Wishes {
  /** Ends the call; it is `timeout` then. */
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
}

export interface RestOptions {
  /** `https://management.azure.com`, that of a sovereign cloud, or of a stand-in. No call leaves for any other origin. */
  endpoint: string;
  /** `https://graph.microsoft.com/.default`. */
  scope: string;
  credential: TokenCredential;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  /** Bytes of an answer that are read; 4 MiB when absent: what is shown of it fits a screen. */
  most?: number;
  callFarSide?: CallFarSide | undefined;
}

const usualMost = 4 * 1024 * 1024;
/** Between two looks at work that Azure does, where it does not say how long. */
const lookAgainMs = 1_000;
/** Azure's own wish for the pause is often ten seconds, for work that takes two. */
const longestPauseMs = 2_000;

export function createRest(options: RestOptions): Rest {
  const send = createSender(options);
  return {
    get: async (path, wishes = {}) => parse(await send('GET', path, undefined, wishes)),
    post: async (path, body, wishes = {}) => parse(await send('POST', path, body, wishes)),
    async work(path, body, wishes = {}) {
      let response = await send('POST', path, body, wishes);
      const location = response.headers.get('location');
      const operation = response.headers.get('azure-asyncoperation');
      if (response.status !== 202) return parse(response);
      const next = location ?? operation;
      if (!next)
        throw new FarSideError('azure', 'unavailable', 'Azure began to work and did not say where to ask.');
      for (;;) {
        await rest(Math.min(retryAfterOf(response) ?? lookAgainMs, longestPauseMs), wishes.signal);
        response = await send('GET', next, undefined, wishes);
        if (response.status === 202) continue;
        const answer = parse(response);
        if (location) return answer;
        const { status, result } = readOperation(answer);
        if (status === 'Succeeded') return result;
        if (status === 'Failed' || status === 'Canceled') {
          throw new FarSideError('azure', 'rejected', `Azure's work ended as ${status}.`);
        }
      }
    },
  };
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call, as it came back. Throws `FarSideError` for everything but success. */
export type Send = (method: Method, path: string, body: unknown, wishes: Wishes) => Promise<PipelineResponse>;

export function createSender(options: RestOptions): Send {
  const { endpoint, scope, credential, most = usualMost } = options;
  const client = createDefaultHttpClient();
  return (method, path, body, { headers, signal }) => {
    const request = createPipelineRequest({
      url: new URL(path, endpoint).href,
      method,
      headers: createHttpHeaders({ accept: 'application/json', ...headers }),
    });
    if (body !== undefined) {
      request.headers.set('content-type', 'application/json');
      request.body = JSON.stringify(body);
    }
    // A pipeline each: its limits, the signal among them, are part of it.
    const pipeline = createPipelineFromOptions({ userAgentOptions: { userAgentPrefix: 'watchfloor' } });
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }));
    teachManners(pipeline, { ...options, signal });
    boundBody(pipeline, most, () => tooLarge(most));
    return pipeline.sendRequest(client, request);
  };
}

async function rest(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  } catch {
    throw new FarSideError('azure', 'timeout', 'Azure had not done its work when the time was over.');
  }
}

/** How work that was begun is getting on, as `Azure-AsyncOperation` tells it. */
function readOperation(answer: unknown): { status: string; result: unknown } {
  if (typeof answer !== 'object' || answer === null || !('status' in answer))
    return { status: 'Failed', result: undefined };
  const result = 'properties' in answer ? answer.properties : 'output' in answer ? answer.output : undefined;
  return { status: String(answer.status), result };
}

const tooLarge = (most: number): FarSideError =>
  new FarSideError(
    'azure',
    'rejected',
    `Azure's answer is over ${Math.round(most / 1024 / 1024)} MB; it was not read.`,
  );

export function parse(response: PipelineResponse): unknown {
  if (!response.bodyAsText) return undefined;
  try {
    return JSON.parse(response.bodyAsText);
  } catch (cause) {
    throw new FarSideError('azure', 'unavailable', 'Azure answered with something that is not JSON.', {
      cause,
    });
  }
}
