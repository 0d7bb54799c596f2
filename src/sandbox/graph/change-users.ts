import { z } from 'zod';
import type { Identities, Identity } from './identities.ts';
import { GraphRefusal, noSuchObject } from './refusal.ts';
import { type Route, single } from './route.ts';

/** Only what is documented as least privileged: https://learn.microsoft.com/graph/api/user-update */
const least = {
  accountEnabled: ['User.EnableDisableAccount.All', 'User.Read.All'],
  passwordProfile: ['User-PasswordProfile.ReadWrite.All'],
};

const update = z
  .strictObject({
    accountEnabled: z.boolean(),
    passwordProfile: z.strictObject({ forceChangePasswordNextSignIn: z.boolean() }),
  })
  .partial()
  .refine((fields) => Object.keys(fields).length > 0);

/** Roles of those whom an application without a role of its own may change as if they had none. */
const lowly: readonly string[] = ['Reports Reader'];

/** Switching accounts off and on, asking for a new password, and ending sessions. */
export function mountUserChanges(
  route: Route,
  identities: Identities,
  signOut: (identity: Identity) => void,
): void {
  const find = (id: string) => {
    const user = identities.find(id);
    if (!user) throw noSuchObject(id);
    return user;
  };

  route(
    '/v1.0/users/:id',
    Object.values(least).flat(),
    ({ id, body, permissions }) => {
      const { data } = update.safeParse(body);
      if (!data) throw new GraphRefusal(400, 'Request_BadRequest', 'The request body cannot be read.');
      const { accountEnabled, passwordProfile } = data;
      const needed = [
        ...(accountEnabled === undefined ? [] : least.accountEnabled),
        ...(passwordProfile === undefined ? [] : least.passwordProfile),
      ];
      if (!needed.every((one) => permissions.includes(one))) throw denied();
      const user = find(id);
      // https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
      if (identities.rolesOf(user).some((role) => !lowly.includes(role))) throw denied();
      if (accountEnabled !== undefined) identities.setEnabled(user, accountEnabled);
      if (passwordProfile)
        identities.setMustChangePassword(user, passwordProfile.forceChangePasswordNextSignIn);
      return undefined;
    },
    'patch',
  );

  route(
    '/v1.0/users/:id/revokeSignInSessions',
    ['User.RevokeSessions.All'],
    ({ id, url }) => {
      const user = find(id);
      // Whoever signs in at home has no sessions here to end; Graph says yes all the same.
      if (!user.guest) {
        identities.endSessions(user);
        signOut(user);
      }
      return single(url, 'Edm.Boolean', { value: true });
    },
    'post',
  );
}

const denied = (): GraphRefusal =>
  new GraphRefusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
