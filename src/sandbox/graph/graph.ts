import type { Server } from 'restify';
import type { HappenedSample } from '../azure/happened.ts';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import { mountUserChanges } from './change-users.ts';
import type { Directory } from './directory.ts';
import { Identities, ofPerson } from './identities.ts';
import type { Licence } from './licence.ts';
import { mountMemberships } from './memberships.ts';
import { mountProtection } from './protection.ts';
import {
  filtered,
  isManagerWanted,
  refuseUnindexed,
  selectedIn,
  toGraphUser,
  topIn,
  usual,
} from './query.ts';
import { noSuchObject } from './refusal.ts';
import { mountReports } from './reports.ts';
import { page, type Route, routesOf, single } from './route.ts';
import { mountShifts } from './shifts.ts';
import { SignIns } from './sign-ins.ts';

export { GRAPH_AUDIENCE } from './route.ts';

/** A page may hold less than was asked for, and here it does: paging is seen to work with three people. */
const LONGEST_PAGE = 2;

export interface GraphParts {
  entra: Entra;
  faults: Faults;
  directory: Directory;
  /** Sample alerts that appeared, and when: their sign-ins lie just before. */
  happened?: () => HappenedSample[];
  licence?: () => Licence;
}

/** Stand-in for Microsoft Graph, as far as people and what is known of their accounts go, on the TLS server. */
export function mountGraph(secure: Server, parts: GraphParts): void {
  const { directory, happened = () => [], licence = () => 'P2' } = parts;
  const route = routesOf(secure, parts);
  const identities = new Identities(directory);
  const signIns = new SignIns(identities, happened);
  mountUsers(route, directory, identities);
  mountUserChanges(route, identities, ({ oid }) => parts.entra.revoke(oid));
  mountMemberships(route, identities, licence);
  mountReports(route, identities, signIns, licence);
  mountProtection(route, identities, signIns, licence);
  mountShifts(route);
}

function mountUsers(route: Route, directory: Directory, identities: Identities): void {
  const shown = (url: URL, all: Parameters<typeof toGraphUser>[0][]) => {
    const users = all.map((user) => toGraphUser(user, identities, selectedIn(url)));
    return page(url, 'users', users, Math.min(topIn(url), LONGEST_PAGE));
  };
  const findUser = (id: string) => {
    const user = identities.find(id);
    if (!user) throw noSuchObject(id);
    return user;
  };

  route('/v1.0/users', ['User.Read.All'], ({ url, consistency }) =>
    shown(url, filtered(url, consistency, identities)),
  );
  route('/v1.0/users/:id', ['User.Read.All'], ({ id, url }) => {
    const user = findUser(id);
    const manager = isManagerWanted(url) ? identities.managerOf(user) : undefined;
    return single(url, 'users/$entity', {
      ...toGraphUser(user, identities, selectedIn(url)),
      ...(manager && { manager: toManager(manager, identities, usual) }),
    });
  });
  route('/v1.0/users/:id/manager', ['User.Read.All'], ({ id, url }) => {
    const manager = identities.managerOf(findUser(id));
    if (!manager) throw noSuchObject('manager');
    return single(url, 'directoryObjects/$entity', toManager(manager, identities, selectedIn(url)));
  });
  route(
    '/v1.0/groups/:id/transitiveMembers/microsoft.graph.user',
    ['GroupMember.Read.All'],
    ({ id, url, consistency }) => {
      refuseUnindexed(url, consistency);
      const group = directory.group(id);
      if (!group) throw noSuchObject(id);
      return shown(url, directory.usersIn(group).map(ofPerson));
    },
  );
}

const toManager = (...of: Parameters<typeof toGraphUser>): object => ({
  '@odata.type': '#microsoft.graph.user',
  ...toGraphUser(...of),
});
