import type { GraphIdentity } from '../azure/graph-identity.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { accountAsked, findAccount } from './identity/find.ts';
import { joined, linkTo, userPage } from './identity/joined.ts';
import { methodsOf } from './identity/methods.ts';
import { riskOf } from './identity/risk.ts';
import { signInsOf } from './identity/sign-ins.ts';

/**
 * Whether somebody else has an account. Apart from who it is, because Graph answers this far more slowly when several
 * accounts come at once.
 */
export function createAccountRisk({ graph }: { graph: GraphIdentity }): Enricher {
  return {
    name: 'account-risk',
    title: 'Risk and sign-ins',
    question: 'Is the account at risk, and from where did it sign in?',
    about: ['account'],
    concerns: (subject) => accountAsked(subject) !== undefined,
    side: 'graph',
    calls: 7,
    api: 'Microsoft Graph v1.0: users, riskyUsers, riskDetections, userRegistrationDetails, signIns',
    permission:
      'User.Read.All; for a part each AuditLog.Read.All, IdentityRiskyUser.Read.All, IdentityRiskEvent.Read.All (application)',
    // Risk and sign-ins move within minutes.
    lifetimeSeconds: 300,
    // Reports and Identity Protection are asked in turn, and several accounts come at once.
    deadlineMs: 25_000,
    limits:
      'reports 5 calls in 10 s for one application, Identity Protection 1 a second for all of a tenant (https://learn.microsoft.com/graph/throttling-limits)',
    async enrich(subject, { now, signal }) {
      const asked = accountAsked(subject);
      const found = asked && (await findAccount(graph, asked, signal));
      if (found?.kind !== 'user') return nothingKnown;
      const { account } = found;
      const parts = await Promise.all([
        riskOf(graph, account.id, signal),
        methodsOf(graph, account.id, signal),
        signInsOf(graph, account.id, now, signal),
      ]);
      return { ...joined(parts), link: linkTo(userPage(account)) };
    },
  };
}
