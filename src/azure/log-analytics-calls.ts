import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  bearerTokenAuthenticationPolicyName,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type Pipeline,
  type PipelinePolicy,
} from '@azure/core-rest-pipeline';
import type { LogsQueryResult } from '@azure/monitor-query-logs';
import { FarSideError } from '../errors.ts';
import { type LogRequest, QueryFault } from '../kql/logs.ts';
import type { CallFarSide } from '../telemetry.ts';
import { boundBody } from './bound-body.ts';
import { type Asked, refuse } from './log-analytics-failure.ts';
import { teachManners } from './pipeline.ts';

export interface CallOptions {
  endpoint: string;
  credential: TokenCredential;
  timeout?: number | undefined;
  signal?: AbortSignal | undefined;
  callFarSide?: CallFarSide | undefined;
  asked: Asked;
}

/** What came back, and the same as text: the client leaves out the innermost words of what went wrong. */
export interface Sent {
  result: LogsQueryResult;
  body(): string;
}

/**
 * Azure itself gives up to 100 MiB. Reading 16 holds the event loop for a quarter of a second, and nobody reads more in a
 * chat; the rows that a query may have fit in many times over.
 */
const mostBytes = 16 * 1024 * 1024;
/** Some thousand tables with their columns, and Microsoft's own queries besides. */
const mostMetadataBytes = 64 * 1024 * 1024;

/** Asks once. The answer is the client's; its limits are in its pipeline, for it passes on neither signal nor time limit. */
export async function query(
  { text, span, seconds, isSearch }: LogRequest,
  options: CallOptions,
): Promise<Sent> {
  // Only when somebody asks.
  const { LogsQueryClient } = await import('@azure/monitor-query-logs');
  const { endpoint, credential, asked } = options;
  const client = new LogsQueryClient(credential, {
    endpoint,
    credentials: { scopes: [logsScopeOf(endpoint)] },
    userAgentOptions: { userAgentPrefix: 'watchfloor' },
  });
  const body = bind(client.pipeline, options, mostBytes);
  if (isSearch) client.pipeline.addPolicy(asSearch(text, span));
  const [first = '', ...others] = asked.ids;
  const time = { startTime: new Date(span.from), endTime: new Date(span.to) };
  const wishes = {
    serverTimeoutInSeconds: seconds,
    includeQueryStatistics: true,
    includeVisualization: true,
  };
  const result = asked.resource
    ? // The client puts a slash before it of its own.
      await client.queryResource(asked.resource.slice(1), text, time, wishes)
    : await client.queryWorkspace(first, text, time, {
        ...wishes,
        ...(others.length > 0 && { additionalWorkspaces: others }),
      });
  return { result, body };
}

/** Tables, columns and functions of a workspace, as JSON text. */
export async function readMetadata(options: CallOptions): Promise<string> {
  const { endpoint, credential, asked } = options;
  const pipeline = createPipelineFromOptions({ userAgentOptions: { userAgentPrefix: 'watchfloor' } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: logsScopeOf(endpoint) }));
  const body = bind(pipeline, options, mostMetadataBytes);
  const url = `${endpoint}/workspaces/${asked.ids[0] ?? ''}/metadata`;
  const headers = createHttpHeaders({ accept: 'application/json' });
  await pipeline.sendRequest(createDefaultHttpClient(), createPipelineRequest({ url, headers }));
  return body();
}

/** Sovereign clouds have their own audience; everything else, stand-ins too, that of the public cloud. */
export function logsScopeOf(endpoint: string): string {
  const sovereign = ['api.loganalytics.us', 'api.loganalytics.azure.cn'];
  const { hostname } = new URL(endpoint);
  return `https://${sovereign.includes(hostname) ? hostname : 'api.loganalytics.io'}/.default`;
}

/** Returns what gives the last body that was read. */
function bind(pipeline: Pipeline, options: CallOptions, most: number): () => string {
  let last = '';
  teachManners(pipeline, options);
  const keep = (body: string) => {
    last = body;
  };
  // Around the sign-in, which may have its own answer to a 401.
  const beforePolicies = [bearerTokenAuthenticationPolicyName];
  pipeline.addPolicy(readAnswers(options.asked, keep), { phase: 'Sign', beforePolicies });
  boundBody(pipeline, most, () => tooLarge(most));
  return () => last;
}

/** Gives a refusal its meaning while its body is at hand. */
function readAnswers(asked: Asked, keep: (body: string) => void): PipelinePolicy {
  return {
    name: 'watchfloorReadAnswers',
    async sendRequest(request, next) {
      const response = await next(request);
      if (response.status >= 300) throw refuse(response, asked);
      // A workspace into which nothing was ever written answers 204 or with nothing.
      if (!response.bodyAsText) {
        response.status = 200;
        response.bodyAsText = '{"tables":[]}';
      }
      keep(response.bodyAsText);
      return response;
    },
  };
}

function tooLarge(most: number): FarSideError {
  const sentence = `The answer is over ${most / 1024 / 1024} MB. Ask for fewer rows or columns: end with project, summarize or take.`;
  return new FarSideError('azure', 'rejected', sentence, { cause: new QueryFault(sentence) });
}

/** A table that is billed by what is scanned is asked at another place, which takes the time range in its address. */
function asSearch(text: string, span: LogRequest['span']): PipelinePolicy {
  return {
    name: 'watchfloorAsSearch',
    sendRequest(request, next) {
      const time = encodeURIComponent(`${span.from}/${span.to}`);
      request.url = request.url.replace(/\/query$/, `/search?timespan=${time}`);
      request.body = JSON.stringify({ query: text });
      return next(request);
    },
  };
}
