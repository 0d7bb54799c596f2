import type { ServicePrincipal } from '../azure/graph-accounts.ts';
import type { GraphIdentity } from '../azure/graph-identity.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { accountAsked, findAccount } from './identity/find.ts';
import { joined, linkTo, userPage } from './identity/joined.ts';
import { membershipsOf } from './identity/memberships.ts';
import { servicePrincipalOf } from './identity/service-principal.ts';
import { userOf } from './identity/user.ts';

/** Who an account is and what it may do; quick, so that it is on the card at once. */
export function createIdentity({ graph }: { graph: GraphIdentity }): Enricher {
  return {
    name: 'identity',
    title: 'Identity',
    question: 'Who is it, and what may it do?',
    about: ['account'],
    concerns: (subject) => accountAsked(subject) !== undefined,
    side: 'graph',
    calls: 5,
    api: 'Microsoft Graph v1.0: users, servicePrincipals, transitiveMemberOf, roleEligibilityScheduleInstances',
    permission:
      'User.Read.All; for a part each GroupMember.Read.All, RoleManagement.Read.Directory, Application.Read.All (application)',
    lifetimeSeconds: 300,
    deadlineMs: 10_000,
    limits:
      '8,000 resource units in 10 s for one application (https://learn.microsoft.com/graph/throttling-limits)',
    async enrich(subject, { now, signal }) {
      const asked = accountAsked(subject);
      const found = asked && (await findAccount(graph, asked, signal));
      switch (found?.kind) {
        case undefined:
          return nothingKnown;
        case 'lacking':
          return { facts: [{ label: 'Account', value: found.why }], traits: [] };
        case 'user': {
          const members = await membershipsOf(graph, { kind: 'users', id: found.account.id }, signal);
          return {
            ...joined([userOf(found.account, now), members]),
            link: linkTo(userPage(found.account)),
          };
        }
        case 'service principal': {
          const members = await membershipsOf(
            graph,
            { kind: 'servicePrincipals', id: found.account.id },
            signal,
          );
          return {
            ...joined([servicePrincipalOf(found.account), members]),
            link: linkTo(servicePrincipalPage(found.account)),
          };
        }
      }
    },
  };
}

const servicePrincipalPage = ({ id, appId }: ServicePrincipal): string =>
  `Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/${encodeURIComponent(id)}/appId/${encodeURIComponent(appId)}`;
