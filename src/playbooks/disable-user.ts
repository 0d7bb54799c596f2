import { z } from 'zod';
import type { Writer } from '../azure/writer.ts';
import { subjectName } from '../incident/enrichment.ts';
import { factsOf, remember, remembered, rolesWarning, sentences } from './identity/glance.ts';
import { gone, unlessRefused } from './identity/refusals.ts';
import { findUser, rolesOf, userNow } from './identity/user.ts';
import type { Playbook } from './playbook.ts';

const memory = remembered.extend({ roles: z.array(z.string()), wasEnabled: z.boolean() });
type Memory = z.infer<typeof memory>;

/** https://learn.microsoft.com/graph/api/user-update */
export function createDisableUser({ graph }: { graph: Writer }): Playbook {
  const enable = (of: Memory, accountEnabled: boolean, signal: AbortSignal) =>
    unlessRefused(graph.write('PATCH', `/v1.0/users/${of.id}`, { accountEnabled }, { signal }), {
      permission: 'User.EnableDisableAccount.All',
      of,
    });

  return {
    name: 'disable-user',
    title: 'Disable an account',
    about: ['account'],
    tactics: ['CredentialAccess', 'PrivilegeEscalation', 'LateralMovement', 'Persistence'],
    risk: 'high',
    effect: (target) =>
      `${subjectName(target)} cannot sign in any more; what it has open already may go on for up to an hour.`,
    reverse: { title: 'Enable', effect: (target) => `${subjectName(target)} can sign in again.` },
    lasts: { minutes: 4 * 60, mostMinutes: 30 * 24 * 60 },
    parameters: [],
    api: 'Microsoft Graph v1.0: PATCH /users/{id}',
    permission: 'User.EnableDisableAccount.All with User.Read.All (application)',

    async look({ target }, { signal }) {
      const user = await findUser(graph, target, signal);
      const roles = await rolesOf(graph, user, signal);
      return {
        facts: factsOf(user, roles),
        warning: sentences(
          !user.enabled && 'It is disabled already: nothing would change, now or at the end.',
          user.domain &&
            `It comes from Active Directory (${user.domain}), whose next synchronisation may enable it again: disable it there as well.`,
          rolesWarning(roles),
        ),
        memory: { ...remember(user), roles, wasEnabled: user.enabled } satisfies Memory,
      };
    },

    async act(order, { signal }) {
      const before = memory.parse(order.memory);
      const user = await userNow(graph, before.id, signal);
      if (!user) throw gone(before);
      if (user.enabled) await enable(before, false, signal);
      return before.wasEnabled
        ? { state: 'done', says: `${before.upn} cannot sign in any more.` }
        : { state: 'done', says: `${before.upn} was disabled before, and is.` };
    },

    async undo(order, { signal }) {
      const before = memory.parse(order.memory);
      if (!before.wasEnabled) {
        return { state: 'done', says: `${before.upn} stays disabled, as it was before.` };
      }
      const user = await userNow(graph, before.id, signal);
      if (!user) return { state: 'done', says: `${before.upn} is no longer in the directory.` };
      if (!user.enabled) await enable(before, true, signal);
      return { state: 'done', says: `${before.upn} can sign in again.` };
    },
  };
}
