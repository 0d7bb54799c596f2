import { z } from 'zod';
import type { Writer } from '../azure/writer.ts';
import { subjectName } from '../incident/enrichment.ts';
import { factsOf, remember, remembered } from './identity/glance.ts';
import { gone } from './identity/refusals.ts';
import { isAtRisk, isCompromised, judge, oneASecond, riskInWords, riskOf } from './identity/risk.ts';
import { findUser, rolesOf, userNow } from './identity/user.ts';
import type { Playbook } from './playbook.ts';

const memory = remembered.extend({ wasConfirmed: z.boolean() });
type Memory = z.infer<typeof memory>;

/** https://learn.microsoft.com/graph/api/riskyuser-confirmcompromised */
export function createConfirmCompromised({ graph }: { graph: Writer }, pace = oneASecond()): Playbook {
  return {
    name: 'confirm-compromised',
    title: 'Confirm an account as compromised',
    about: ['account'],
    tactics: ['CredentialAccess', 'InitialAccess'],
    risk: 'medium',
    effect: (target) =>
      `${subjectName(target)} is at high risk for Identity Protection, and whatever your policies have for risky users meets it.`,
    reverse: {
      title: 'Dismiss the risk',
      effect: (target) =>
        `Identity Protection holds nothing against ${subjectName(target)}, nor what it had found by itself.`,
    },
    parameters: [],
    api: 'Microsoft Graph v1.0: POST /identityProtection/riskyUsers/confirmCompromised, /dismiss',
    permission: 'IdentityRiskyUser.ReadWrite.All with User.Read.All (application); Microsoft Entra ID P2',

    async look({ target }, { signal }) {
      const user = await findUser(graph, target, signal);
      const roles = await rolesOf(graph, user, signal);
      const risk = await riskOf(graph, pace, user.id, signal);
      return {
        facts: [...factsOf(user, roles), { label: 'Risk', value: riskInWords(risk) }],
        warning: warningOf(isCompromised(risk), isAtRisk(risk)),
        memory: { ...remember(user), wasConfirmed: isCompromised(risk) } satisfies Memory,
      };
    },

    async act(order, { signal }) {
      const before = memory.parse(order.memory);
      if (!(await userNow(graph, before.id, signal))) throw gone(before);
      const risk = await riskOf(graph, pace, before.id, signal);
      if (!isCompromised(risk)) await judge(graph, pace, 'confirmCompromised', before, signal);
      return { state: 'done', says: `${before.upn} is confirmed as compromised: it is at high risk.` };
    },

    async undo(order, { signal }) {
      const before = memory.parse(order.memory);
      if (before.wasConfirmed) {
        return { state: 'done', says: `${before.upn} stays confirmed as compromised, as it was before.` };
      }
      const risk = await riskOf(graph, pace, before.id, signal);
      // What was found since is no part of this run.
      if (!isCompromised(risk)) {
        return { state: 'done', says: `${before.upn} is not confirmed as compromised any more.` };
      }
      await judge(graph, pace, 'dismiss', before, signal);
      return { state: 'done', says: `The risk of ${before.upn} is dismissed.` };
    },
  };
}

function warningOf(isConfirmed: boolean, isFound: boolean): string {
  if (isConfirmed) return 'It is confirmed already: nothing would change, now or when this is taken back.';
  return isFound ? 'To take this back dismisses also the risk that it is at now.' : '';
}
