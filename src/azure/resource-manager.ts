import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { CallFarSide } from '../telemetry.ts';
import { teachManners } from './pipeline.ts';

/** Calls to Azure Resource Manager with their JSON as it came. Every method throws `FarSideError`. */
export interface ResourceManager {
  get(path: string): Promise<unknown>;
  put(path: string, body: unknown): Promise<unknown>;
  post(path: string): Promise<unknown>;
  delete(path: string): Promise<unknown>;
  /** The `value` of each page, following `nextLink`. */
  pages(path: string): AsyncIterable<unknown[]>;
}

export interface ResourceManagerOptions {
  /** `https://management.azure.com`, that of a sovereign cloud, or of a stand-in. */
  endpoint: string;
  credential: TokenCredential;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}

export function createResourceManager(options: ResourceManagerOptions): ResourceManager {
  const { endpoint, credential } = options;
  const client = createDefaultHttpClient();
  const pipeline = createPipelineFromOptions({ userAgentOptions: { userAgentPrefix: 'watchfloor' } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scopeOf(endpoint) }));
  teachManners(pipeline, options);
  return resourceManagerOver(endpoint, (request) => pipeline.sendRequest(client, request));
}

/** The same calls through the pipeline of an Azure client that has manners already. */
export function resourceManagerOver(
  endpoint: string,
  send: (request: PipelineRequest) => Promise<PipelineResponse>,
): ResourceManager {
  async function call(method: HttpMethods, path: string, body?: unknown): Promise<unknown> {
    const request = createPipelineRequest({
      url: new URL(path, endpoint).href,
      method,
      headers: createHttpHeaders({ accept: 'application/json' }),
    });
    if (body !== undefined) {
      request.headers.set('content-type', 'application/json');
      request.body = JSON.stringify(body);
    }
    return parse(await send(request));
  }

  return {
    get: (path) => call('GET', path),
    put: (path, body) => call('PUT', path, body),
    post: (path) => call('POST', path),
    delete: (path) => call('DELETE', path),
    async *pages(path) {
      const seen = new Set<string>();
      for (let next: string | undefined = path; next && !seen.has(next); ) {
        seen.add(next);
        const page: z.infer<typeof pageShape> = pageOf(await call('GET', next), next);
        yield page.value;
        next = page.nextLink ?? undefined;
      }
    },
  };
}

/** Sovereign clouds have their own audience; everything else, stand-ins too, that of the public cloud. */
export function scopeOf(endpoint: string): string {
  const sovereign = ['management.usgovcloudapi.net', 'management.chinacloudapi.cn'];
  const { hostname } = new URL(endpoint);
  return `https://${sovereign.includes(hostname) ? hostname : 'management.azure.com'}/.default`;
}

const pageShape = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });

function pageOf(answer: unknown, path: string): z.infer<typeof pageShape> {
  const page = pageShape.safeParse(answer);
  if (page.success) return page.data;
  throw new FarSideError(
    'azure',
    'rejected',
    `Azure answered ${path.split('?')[0]} without a list of values.`,
  );
}

function parse(response: PipelineResponse): unknown {
  if (!response.bodyAsText) return undefined;
  try {
    return JSON.parse(response.bodyAsText);
  } catch (cause) {
    throw new FarSideError('azure', 'unavailable', 'Azure answered with something that is not JSON.', {
      cause,
    });
  }
}
