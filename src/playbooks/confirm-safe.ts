import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { factsOf, remember, remembered, sentences } from './identity/glance.ts';
import { gone } from './identity/refusals.ts';
import { isAtRisk, isCompromised, judge, oneASecond, riskInWords, riskOf } from './identity/risk.ts';
import { findUser, rolesOf, userNow } from './identity/user.ts';
import type { Playbook } from './playbook.ts';

/** https://learn.microsoft.com/graph/api/riskyuser-dismiss */
export function createConfirmSafe({ graph }: { graph: Writer }, pace = oneASecond()): Playbook {
  return {
    name: 'confirm-safe',
    title: 'Dismiss the risk of an account',
    about: ['account'],
    tactics: [],
    risk: 'medium',
    effect: (target) =>
      `Identity Protection holds nothing more against ${subjectName(target)}, and what your policies have for risky users ends.`,
    parameters: [],
    api: 'Microsoft Graph v1.0: POST /identityProtection/riskyUsers/dismiss',
    permission: 'IdentityRiskyUser.ReadWrite.All with User.Read.All (application); Microsoft Entra ID P2',

    async look({ target }, { signal }) {
      const user = await findUser(graph, target, signal);
      const risk = await riskOf(graph, pace, user.id, signal);
      if (!isAtRisk(risk)) {
        throw new Refused(
          `Identity Protection holds nothing against ${user.upn}: there is nothing to dismiss.`,
        );
      }
      const roles = await rolesOf(graph, user, signal);
      return {
        facts: [...factsOf(user, roles), { label: 'Risk', value: riskInWords(risk) }],
        warning: sentences(
          'Nothing brings it back but a new finding.',
          isCompromised(risk) && 'An administrator confirmed it as compromised.',
        ),
        memory: remember(user),
      };
    },

    async act(order, { signal }) {
      const before = remembered.parse(order.memory);
      if (!(await userNow(graph, before.id, signal))) throw gone(before);
      const risk = await riskOf(graph, pace, before.id, signal);
      if (isAtRisk(risk)) await judge(graph, pace, 'dismiss', before, signal);
      return { state: 'done', says: `The risk of ${before.upn} is dismissed.` };
    },
  };
}
