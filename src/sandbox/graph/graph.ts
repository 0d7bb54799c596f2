import type { Request, Response, Server } from 'restify';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import { principalNameOf } from '../people.ts';
import type { Directory } from './directory.ts';
import { addressIn, refuseUnindexed, selectedIn, toGraphUser, topIn } from './query.ts';
import { bodyOf, GraphRefusal, noSuchObject } from './refusal.ts';

export const GRAPH_AUDIENCE = 'https://graph.microsoft.com';
/** A page may hold less than was asked for, and here it does: paging is seen to work with three people. */
const LONGEST_PAGE = 2;

/** Stand-in for Microsoft Graph, as far as people go, on the TLS server. */
export function mountGraph(
  secure: Server,
  { entra, faults, directory }: { entra: Entra; faults: Faults; directory: Directory },
): void {
  const route = (path: string, permission: string, answer: (id: string, call: Call) => object) =>
    secure.get(path, faults.before('graph'), async (request: Request, response: Response) => {
      try {
        await authorise(request, permission, entra);
        const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
        const consistency = request.headers.consistencylevel;
        const level = typeof consistency === 'string' ? consistency : undefined;
        response.send(200, answer(String(request.params.id), { url, consistency: level }));
      } catch (failure) {
        if (!(failure instanceof GraphRefusal)) throw failure;
        response.send(failure.status, bodyOf(failure));
      }
    });
  const findUser = (id: string) => {
    const user = directory.find(id);
    if (!user) throw noSuchObject(id);
    return user;
  };

  route('/v1.0/users', 'User.Read.All', (_id, { url }) => {
    const wanted = addressIn(url);
    const found = directory.accounts.filter(
      (user) => user.upn === wanted || principalNameOf(user).toLowerCase() === wanted,
    );
    return page(
      url,
      found.map((user) => toGraphUser(user, directory, selectedIn(url))),
    );
  });
  route('/v1.0/users/:id', 'User.Read.All', (id, { url }) =>
    single(url, 'users/$entity', toGraphUser(findUser(id), directory, selectedIn(url))),
  );
  route('/v1.0/users/:id/manager', 'User.Read.All', (id, { url }) => {
    const manager = directory.managerOf(findUser(id));
    if (!manager) throw noSuchObject('manager');
    return single(url, 'directoryObjects/$entity', {
      '@odata.type': '#microsoft.graph.user',
      ...toGraphUser(manager, directory, selectedIn(url)),
    });
  });
  route(
    '/v1.0/groups/:id/transitiveMembers/microsoft.graph.user',
    'GroupMember.Read.All',
    (id, { url, consistency }) => {
      refuseUnindexed(url, consistency);
      const group = directory.group(id);
      if (!group) throw noSuchObject(id);
      return page(
        url,
        directory.usersIn(group).map((user) => toGraphUser(user, directory, selectedIn(url))),
      );
    },
  );
}

interface Call {
  url: URL;
  consistency: string | undefined;
}

function single({ origin }: URL, what: string, fields: object): object {
  return { '@odata.context': `${origin}/v1.0/$metadata#${what}`, ...fields };
}

function page(url: URL, users: object[]): object {
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  const end = start + Math.min(topIn(url), LONGEST_PAGE);
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(end));
  return {
    '@odata.context': `${url.origin}/v1.0/$metadata#users`,
    '@odata.count': users.length,
    ...(end < users.length && { '@odata.nextLink': next.href }),
    value: users.slice(start, end),
  };
}

async function authorise(request: Request, permission: string, entra: Entra): Promise<void> {
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
  const { roles } = claims;
  if (Array.isArray(roles) && roles.includes(permission)) return;
  throw new GraphRefusal(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  );
}
