import { z } from 'zod';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { factsOf, remember, remembered, rolesWarning, sentences } from './identity/glance.ts';
import { gone, unlessRefused } from './identity/refusals.ts';
import { findUser, rolesOf, userNow } from './identity/user.ts';
import type { Playbook } from './playbook.ts';

const memory = remembered.extend({ roles: z.array(z.string()), hadToChange: z.boolean() });
type Memory = z.infer<typeof memory>;

/** https://learn.microsoft.com/graph/api/resources/passwordprofile */
export function createRequirePasswordChange({ graph }: { graph: Writer }): Playbook {
  function setRequired(of: Memory, forceChangePasswordNextSignIn: boolean, signal: AbortSignal) {
    const body = { passwordProfile: { forceChangePasswordNextSignIn } };
    const work = graph.write('PATCH', `/v1.0/users/${of.id}`, body, { signal });
    return unlessRefused(work, { permission: 'User-PasswordProfile.ReadWrite.All', of });
  }

  return {
    name: 'require-password-change',
    title: 'Require a new password',
    about: ['account'],
    tactics: ['CredentialAccess', 'InitialAccess'],
    risk: 'medium',
    effect: (target) => `${subjectName(target)} has to choose a new password at the next sign-in.`,
    reverse: {
      title: 'Keep the password',
      effect: (target) => `${subjectName(target)} signs in with the password that it has.`,
    },
    parameters: [],
    api: 'Microsoft Graph v1.0: PATCH /users/{id}',
    permission: 'User-PasswordProfile.ReadWrite.All with User.Read.All (application)',

    async look({ target }, { signal }) {
      const user = await findUser(graph, target, signal);
      if (user.signsInElsewhere) {
        throw new Refused(
          `${user.upn} signs in at another organisation, which has its password. Disable the account instead.`,
        );
      }
      const roles = await rolesOf(graph, user, signal);
      return {
        facts: [
          ...factsOf(user, roles),
          { label: 'Password', value: user.mustChangePassword ? 'has to be changed already' : 'stands' },
        ],
        warning: sentences(
          'Whoever knows the password can be the one who chooses the new one.',
          user.domain &&
            `Its password is kept in Active Directory (${user.domain}): without password writeback the new one does not get there, and the old one stays good.`,
          rolesWarning(roles),
        ),
        memory: { ...remember(user), roles, hadToChange: user.mustChangePassword } satisfies Memory,
      };
    },

    async act(order, { signal }) {
      const before = memory.parse(order.memory);
      const user = await userNow(graph, before.id, signal);
      if (!user) throw gone(before);
      if (!user.mustChangePassword) await setRequired(before, true, signal);
      return { state: 'done', says: `${before.upn} has to choose a new password at the next sign-in.` };
    },

    async undo(order, { signal }) {
      const before = memory.parse(order.memory);
      if (before.hadToChange) {
        return { state: 'done', says: `${before.upn} still has to choose a new password, as before.` };
      }
      const user = await userNow(graph, before.id, signal);
      if (!user) return { state: 'done', says: `${before.upn} is no longer in the directory.` };
      // Entra ID takes it back by itself once the password is a new one.
      if (user.mustChangePassword) await setRequired(before, false, signal);
      return { state: 'done', says: `${before.upn} signs in with the password that it has.` };
    },
  };
}
