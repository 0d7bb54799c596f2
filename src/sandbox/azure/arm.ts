import { randomUUID } from 'node:crypto';
import { errors } from 'jose';
import restify, { type Request, type Response, type Server } from 'restify';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import { TENANT_ID } from '../people.ts';
import { ArmError } from './arm-error.ts';

export interface ArmRoute {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /**
   * Resource Manager's notation: `/subscriptions/{subscription}/providers/…`; letters' case does not matter. A parameter is
   * one segment; `{resource*}` is as many as there are: any resource's id, without its first slash.
   */
  path: string;
  apiVersions: readonly string[];
  answer(call: ArmCall): ArmAnswer;
}

export interface ArmCall {
  /** The parameter of the path; throws where the path has none of that name. */
  param(name: string): string;
  /** Absolute address that was called, on this server's own origin. */
  url: URL;
  apiVersion: string;
  body: unknown;
  caller: Caller;
  /** A header of the request, by its name in any case: `If-Match`. */
  header(name: string): string | undefined;
}

/** Who holds the token: an application, seldom a person. */
export interface Caller {
  objectId: string;
  appId: string;
}

export interface ArmAnswer {
  status: number;
  body?: unknown;
  /** Where to ask for what takes a while: `Location`, `Retry-After`. */
  headers?: Record<string, string>;
}

/** Resource Manager accepts its audience with and without the slash. */
const audiences = ['https://management.azure.com', 'https://management.azure.com/'];

/** Puts the routes on the server, behind faults, token check and api-version check, as Resource Manager stands before its providers. */
export function mountArm(secure: Server, routes: ArmRoute[], gate: { entra: Entra; faults: Faults }): void {
  const compiled = routes.map((route) => ({ ...route, pattern: compile(route.path) }));

  // SDKs that are given an endpoint with a slash at its end send `//subscriptions/…`; Resource Manager takes it,
  // and /SUBSCRIPTIONS as well, which restify's router would not.
  secure.pre((request, _response, next) => {
    const [path = '', ...query] = (request.url ?? '').split('?');
    request.url = [
      path.replaceAll(/\/{2,}/g, '/').replace(/^\/subscriptions\//i, '/subscriptions/'),
      ...query,
    ].join('?');
    next();
  });

  const handle = async (request: Request, response: Response): Promise<void> => {
    response.header('x-ms-request-id', randomUUID());
    response.header('x-ms-correlation-request-id', randomUUID());
    try {
      const { status, body, headers = {} } = await answer(request);
      for (const [name, value] of Object.entries(headers)) response.header(name, value);
      response.send(status, body);
    } catch (failure) {
      if (!(failure instanceof ArmError)) throw failure;
      if (failure.status === 401) response.header('WWW-Authenticate', challenge(failure.message));
      response.send(failure.status, { error: { code: failure.code, message: failure.message } });
    }
  };

  const answer = async (request: Request): Promise<ArmAnswer> => {
    const caller = await recognise(request.headers.authorization, gate.entra);
    const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
    const matching = compiled.filter(({ pattern }) => pattern.test(url.pathname));
    if (matching.length === 0) {
      throw new ArmError(
        404,
        'InvalidResourceType',
        `The resource type of '${url.pathname}' could not be found.`,
      );
    }
    const apiVersion = readApiVersion(url, matching);
    const route = matching.find(
      ({ method, apiVersions }) => method === request.method && apiVersions.includes(apiVersion),
    );
    if (!route) {
      throw new ArmError(
        405,
        'MethodNotAllowed',
        `'${request.method}' is not supported on '${url.pathname}'.`,
      );
    }
    const found = route.pattern.exec(url.pathname)?.groups ?? {};
    const param = (name: string): string => {
      const value = found[name];
      if (value === undefined) throw new Error(`The path '${route.path}' has no {${name}}.`);
      return decodeURIComponent(value);
    };
    const header = (name: string) => request.header(name) || undefined;
    return route.answer({ param, url, apiVersion, body: request.body, caller, header });
  };

  const chain = [
    gate.faults.before('azure'),
    ...[restify.plugins.bodyParser({ mapParams: false })].flat(),
    handle,
  ];
  secure.get('/subscriptions/*', chain);
  secure.put('/subscriptions/*', chain);
  secure.patch('/subscriptions/*', chain);
  secure.post('/subscriptions/*', chain);
  secure.del('/subscriptions/*', chain);
}

function compile(path: string): RegExp {
  const source = path
    .replaceAll('.', '\\.')
    .replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
    .replaceAll(/\{(\w+)\*\}/g, '(?<$1>[^/]+(?:/[^/]+)*?)');
  return new RegExp(`^${source}/?$`, 'i');
}

function readApiVersion(url: URL, routes: ArmRoute[]): string {
  const asked = url.searchParams.get('api-version');
  if (!asked) {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  const supported = new Set(routes.flatMap(({ apiVersions }) => apiVersions));
  if (supported.has(asked)) return asked;
  throw new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for API version '${asked}'. ` +
      `The supported api-versions are '${[...supported].sort().join(', ')}'.`,
  );
}

async function recognise(authorization: string | undefined, entra: Entra): Promise<Caller> {
  if (!authorization) {
    throw new ArmError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    );
  }
  try {
    const { oid, appid } = await entra.verify(authorization, audiences);
    return { objectId: String(oid ?? ''), appId: String(appid ?? '') };
  } catch (failure) {
    if (failure instanceof errors.JWTExpired) {
      throw new ArmError(401, 'ExpiredAuthenticationToken', 'The access token expired.');
    }
    if (failure instanceof errors.JWTClaimValidationFailed && failure.claim === 'aud') {
      throw new ArmError(
        401,
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for a wrong audience. It should be one of '${audiences.join("', '")}'.`,
      );
    }
    throw new ArmError(401, 'InvalidAuthenticationToken', 'The access token is invalid.');
  }
}

function challenge(description: string): string {
  const authority = `https://login.microsoftonline.com/${TENANT_ID}`;
  return `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${description}"`;
}
