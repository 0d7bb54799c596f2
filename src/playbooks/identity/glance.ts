import { z } from 'zod';
import type { Prospect } from '../playbook.ts';
import type { User } from './user.ts';

/** What is kept of whom it is done to: the very object that people saw, whoever has its name by then. */
export const remembered = z.object({ id: z.guid(), upn: z.string() });

export const remember = ({ id, upn }: User): z.infer<typeof remembered> => ({ id, upn });

/** Who it is, in at most five facts. */
export function factsOf(user: User, roles: string[]): Prospect['facts'] {
  return [
    { label: 'Account', value: `${user.name}, ${user.upn}` },
    { label: 'Sign-in', value: user.enabled ? 'enabled' : 'disabled' },
    ...(roles.length > 0 ? [{ label: 'Roles', value: roles.join(', ') }] : []),
    ...(user.guest ? [{ label: 'Kind', value: 'guest' }] : []),
    ...(user.domain ? [{ label: 'Kept in', value: `Active Directory, ${user.domain}` }] : []),
  ];
}

/**
 * Graph changes what is sensitive of administrators only for whoever stands above them.
 * https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
 */
export const rolesWarning = (roles: string[]): string | undefined =>
  roles.length > 0
    ? `It holds ${roles.join(', ')}: Graph may refuse, for such accounts are changed only by an application with a directory role above theirs.`
    : undefined;

export const sentences = (...said: (string | false | undefined)[]): string => said.filter(Boolean).join(' ');
