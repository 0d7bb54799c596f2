import { type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { FarSideError, type FarSideReason } from '../errors.ts';

/** What Azure refused, in our words; the one place where its statuses get their meaning. */
export function refusal(response: PipelineResponse): FarSideError {
  const said = armError(response.bodyAsText);
  const call = `${response.request.method} ${place(response.request.url)}`;
  const retryAfter = retryAfterOf(response);
  return new FarSideError(
    'azure',
    reasonOf(response.status),
    `Azure answered ${response.status} to ${call}. ${said}`.trim(),
    {
      ...(retryAfter === undefined ? {} : { retryAfter }),
    },
  );
}

/** Anything thrown on the way to Azure. `waited` is the time limit that passed, in milliseconds, if one did. */
export function breakdown(error: unknown, url: string, waited: number | undefined): FarSideError {
  if (error instanceof FarSideError) return error;
  const at = place(url);
  if (waited !== undefined) {
    return new FarSideError('azure', 'timeout', `Azure did not answer ${at} within ${waited} ms.`);
  }
  if (error instanceof RestError) {
    return new FarSideError(
      'azure',
      'unavailable',
      `Azure could not be reached at ${at}. ${safe(error.message)}`,
    );
  }
  return signInFailure(error, at);
}

/** `Retry-After` in milliseconds; it comes as seconds or as a date. */
export function retryAfterOf(response: PipelineResponse): number | undefined {
  const value = response.headers.get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function reasonOf(status: number): FarSideReason {
  if (status === 401 || status === 403) return 'auth';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 429) return 'rate-limited';
  if (status === 408) return 'timeout';
  return status >= 500 ? 'unavailable' : 'rejected';
}

/** @azure/identity tells by name and status whether Entra ID refused or could not be asked. */
function signInFailure(error: unknown, at: string): FarSideError {
  const { name, message, statusCode } = thrownShape.parse(error);
  // MSAL wraps a network failure of the authority in "credential unavailable".
  const unreachable =
    /endpoints_resolution_error|network_error|ECONNREFUSED|ENOTFOUND|ETIMEDOUT|ECONNRESET/.test(message);
  if (unreachable || (statusCode ?? 0) >= 500) {
    return new FarSideError(
      'azure',
      'unavailable',
      `Entra ID could not be reached to sign in. ${safe(message)}`,
    );
  }
  if (/Authentication|Credential/.test(name)) {
    return new FarSideError(
      'azure',
      'auth',
      `Signing in to Azure failed. Check AZURE_TENANT_ID, AZURE_CLIENT_ID and its secret or certificate. ${safe(message)}`,
    );
  }
  return new FarSideError('azure', 'unavailable', `The call to ${at} failed. ${safe(message)}`);
}

const thrownShape = z
  .object({
    name: z.string().catch(''),
    message: z.string().catch(''),
    statusCode: z.number().optional().catch(undefined),
  })
  .catch({ name: '', message: '', statusCode: undefined });

const saidShape = z.object({ code: z.string().catch(''), message: z.string().catch('') });
/** What failed within; Resource Graph tells the fault there alone, and in its message whom to ask for support. */
const mostDetails = 3;
const armErrorShape = z.object({
  error: saidShape.extend({ details: z.array(z.unknown()).catch([]) }),
});

function armError(body: string | null | undefined): string {
  try {
    const { details, ...error } = armErrorShape.parse(JSON.parse(body ?? '')).error;
    const within = details
      .slice(0, mostDetails)
      .flatMap((detail) => inWords(saidShape.safeParse(detail).data) || []);
    return [inWords(error), within.join('; ')]
      .filter(Boolean)
      .join(' (')
      .concat(within.length > 0 ? ')' : '');
  } catch {
    // Gateways in between answer with HTML or nothing; the status says enough.
    return '';
  }
}

function inWords(said: z.output<typeof saidShape> | undefined): string {
  const { code = '', message = '' } = said ?? {};
  return [...new Set([safe(code), safe(message)])].filter(Boolean).join(': ');
}

/** Host and path without the query: a skip token may hold what was asked for. */
function place(url: string): string {
  const { host, pathname } = new URL(url);
  return safe(`${host}${pathname}`);
}

/** Short, on one line, and without anything that looks like a token. */
export function safe(text: string): string {
  return text
    .replace(/Bearer\s+\S+/gi, 'Bearer [left out]')
    .replace(/\beyJ[\w-]+(\.[\w-]*)*/g, '[left out]')
    .replace(/\s+/g, ' ')
    .slice(0, 400);
}
