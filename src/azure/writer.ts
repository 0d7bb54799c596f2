import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { retryAfterOf } from './failure.ts';
import {
  createRest,
  createSender,
  type Method,
  parse,
  type Rest,
  type RestOptions,
  type Wishes,
} from './rest.ts';

/**
 * JSON calls that change something: paths are seen from the endpoint. A PUT is tried again where nothing came back; every
 * other write is sent once, and whoever sent it looks for what became of it. Throws `FarSideError`.
 */
export interface Writer extends Rest {
  write(method: Exclude<Method, 'GET'>, path: string, body?: unknown, wishes?: Wishes): Promise<Written>;
  /** What is no JSON: the output of a job. */
  text(path: string, wishes?: Wishes): Promise<string>;
  /** How work is getting on that a write began, by what `Written.operation` said; once, without waiting. */
  watch(operation: string, wishes?: Wishes): Promise<Work>;
}

export interface Written {
  status: number;
  /** Parsed JSON; `undefined` where nothing came. */
  body: unknown;
  /** Response headers by their names in lower case. */
  headers: Record<string, string>;
  /** Azure goes on working: where to ask, for `watch`. */
  operation: string | undefined;
}

/**
 * https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations. `againMs` is how long Azure wants
 * us to wait.
 */
export type Work =
  | { state: 'under-way'; againMs: number | undefined }
  | { state: 'done'; body: unknown }
  | { state: 'failed'; says: string };

export function createWriter(options: RestOptions): Writer {
  const send = createSender(options);
  return {
    ...createRest(options),
    async write(method, path, body, wishes = {}) {
      const response = await send(method, path, body, wishes);
      const { status, headers } = response;
      const operation = headers.get('azure-asyncoperation') ?? headers.get('location');
      // Microsoft.Network answers a PUT over what is there with 200, and goes on working.
      const isWorking = status === 202 || headers.has('azure-asyncoperation');
      return {
        status,
        body: parse(response),
        headers: headers.toJSON(),
        operation: isWorking ? operation : undefined,
      };
    },
    async text(path, wishes = {}) {
      const headers = { accept: 'text/plain', ...wishes.headers };
      return (await send('GET', path, undefined, { ...wishes, headers })).bodyAsText ?? '';
    },
    async watch(operation, wishes = {}) {
      const response = await send('GET', operation, undefined, wishes);
      const againMs = retryAfterOf(response);
      if (response.status === 202) return { state: 'under-way', againMs };
      return readWork(response, againMs);
    },
  };
}

/** An answer without a `status` is the result itself, where `Location` was followed. */
function readWork(response: PipelineResponse, againMs: number | undefined): Work {
  const body = parse(response);
  const { data } = operation.safeParse(body);
  switch (data?.status.toLowerCase()) {
    case undefined:
    case 'succeeded':
      return { state: 'done', body };
    case 'failed':
    case 'canceled':
    case 'cancelled':
      return { state: 'failed', says: data?.error?.message || `Azure's work ended as ${data?.status}.` };
    default:
      return { state: 'under-way', againMs };
  }
}

const operation = z.object({
  status: z.string(),
  error: z.object({ message: z.string() }).nullish().catch(null),
});
