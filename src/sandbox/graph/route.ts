import restify, { type Request, type Response, type Server } from 'restify';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import { bodyOf, GraphRefusal } from './refusal.ts';

export const GRAPH_AUDIENCE = 'https://graph.microsoft.com';

export interface Call {
  /** Id in the path; empty where it has none. */
  id: string;
  url: URL;
  /** The header ConsistencyLevel. */
  consistency: string | undefined;
  /** Application permissions of whoever calls. */
  permissions: readonly string[];
  /** Parsed JSON; `undefined` where nothing came. */
  body: unknown;
}

/** Answers on this path, GET where nothing else is said, to whoever has one of these permissions; with 204 where it has no words. */
export type Route = (
  path: string,
  permissions: string[],
  answer: (call: Call) => object | undefined,
  method?: 'get' | 'patch' | 'post',
) => void;

export function routesOf(secure: Server, { entra, faults }: { entra: Entra; faults: Faults }): Route {
  const readBody = restify.plugins.bodyParser({ mapParams: false });
  return (path, permissions, answer, method = 'get') =>
    secure[method](
      path,
      faults.before('graph'),
      ...readBody,
      async (request: Request, response: Response) => {
        try {
          const granted = await authorise(request, permissions, entra);
          const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
          const level = request.headers.consistencylevel;
          const consistency = typeof level === 'string' ? level : undefined;
          const id = String(request.params.id ?? '');
          const said = answer({ id, url, consistency, permissions: granted, body: request.body });
          response.send(said ? 200 : 204, said);
        } catch (failure) {
          if (!(failure instanceof GraphRefusal)) throw failure;
          response.send(failure.status, bodyOf(failure));
        }
      },
    );
}

export function single({ origin }: URL, what: string, fields: object): object {
  return { '@odata.context': `${origin}/v1.0/$metadata#${what}`, ...fields };
}

/** A page of at most `most`, and a link to the next one. */
export function page(url: URL, what: string, all: object[], most: number): object {
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  const end = start + most;
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(end));
  return {
    '@odata.context': `${url.origin}/v1.0/$metadata#${what}`,
    ...(url.searchParams.get('$count') === 'true' && { '@odata.count': all.length }),
    ...(end < all.length && { '@odata.nextLink': next.href }),
    value: all.slice(start, end),
  };
}

async function authorise(request: Request, wanted: string[], entra: Entra): Promise<string[]> {
  const { authorization } = request.headers;
  if (!authorization) {
    throw new GraphRefusal(401, 'InvalidAuthenticationToken', 'Access token is empty.');
  }
  const claims = await entra.verify(authorization, [GRAPH_AUDIENCE]).catch((error: Error) => {
    throw new GraphRefusal(
      401,
      'InvalidAuthenticationToken',
      `Access token validation failure. ${error.message}`,
    );
  });
  const granted = Array.isArray(claims.roles) ? claims.roles.map(String) : [];
  if (granted.some((one) => wanted.includes(one))) return granted;
  throw new GraphRefusal(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  );
}
