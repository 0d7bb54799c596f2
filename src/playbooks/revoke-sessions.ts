import { z } from 'zod';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { factsOf, remember, remembered } from './identity/glance.ts';
import { gone, unlessRefused } from './identity/refusals.ts';
import { findUser, rolesOf, userNow } from './identity/user.ts';
import type { Playbook } from './playbook.ts';

const memory = remembered.extend({ sessionsFrom: z.string().optional() });
type Memory = z.infer<typeof memory>;

/** https://learn.microsoft.com/graph/api/user-revokesigninsessions */
export function createRevokeSessions({ graph }: { graph: Writer }): Playbook {
  return {
    name: 'revoke-sessions',
    title: 'Sign an account out everywhere',
    about: ['account'],
    tactics: ['InitialAccess', 'CredentialAccess'],
    risk: 'low',
    effect: (target) =>
      `${subjectName(target)} has to sign in again everywhere: browsers within minutes, applications within an hour.`,
    parameters: [],
    api: 'Microsoft Graph v1.0: POST /users/{id}/revokeSignInSessions',
    permission: 'User.RevokeSessions.All with User.Read.All (application)',

    async look({ target }, { signal }) {
      const user = await findUser(graph, target, signal);
      if (user.signsInElsewhere) {
        throw new Refused(
          `${user.upn} signs in at another organisation, and Entra ID ends no sessions that began there. Disable the account instead.`,
        );
      }
      const roles = await rolesOf(graph, user, signal);
      const { sessionsFrom } = user;
      return {
        facts: [
          ...factsOf(user, roles),
          ...(sessionsFrom ? [{ label: 'Sessions', value: `none from before ${minute(sessionsFrom)}` }] : []),
        ],
        warning: '',
        memory: { ...remember(user), sessionsFrom } satisfies Memory,
      };
    },

    async act(order, { now, signal }) {
      const before = memory.parse(order.memory);
      const user = await userNow(graph, before.id, signal);
      if (!user) throw gone(before);
      const { sessionsFrom } = user;
      if (sessionsFrom && sessionsFrom !== before.sessionsFrom && isJustNow(sessionsFrom, now)) {
        const says = `Whoever was signed in as ${before.upn} before ${minute(sessionsFrom)} has to sign in again.`;
        return { state: 'done', says };
      }
      const path = `/v1.0/users/${before.id}/revokeSignInSessions`;
      await unlessRefused(graph.write('POST', path, undefined, { signal }), {
        permission: 'User.RevokeSessions.All',
        of: before,
      });
      return { state: 'done', says: `Whoever is signed in as ${before.upn} has to sign in again.` };
    },
  };
}

/**
 * A run that is gone on with after a crash finds what it has ended itself. What ended longer ago was another's doing,
 * as of an attacker who set a new password while people thought about it, and stays signed in with that.
 */
const justNowMs = 5 * 60_000;
const isJustNow = (at: string, now: Date): boolean => now.getTime() - Date.parse(at) < justNowMs;

/** `2026-11-20 10:42 UTC`. */
const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;
