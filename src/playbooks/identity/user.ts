import { z } from 'zod';
import { accountsOver } from '../../azure/graph-accounts.ts';
import { orNone } from '../../azure/graph-lacking.ts';
import { instant, read, text } from '../../azure/graph-read.ts';
import type { Writer } from '../../azure/writer.ts';
import { Refused } from '../../errors.ts';
import { type Subject, subjectName } from '../../incident/enrichment.ts';
import { unlessRefused } from './refusals.ts';

/** A user of the directory, as far as changes of it go. Names are as the directory has them: untrusted text. */
export interface User {
  /** Object id. */
  id: string;
  upn: string;
  name: string;
  enabled: boolean;
  guest: boolean;
  /** Signs in at another organisation, which has its password and its sessions. */
  signsInElsewhere: boolean;
  /** Domain of Active Directory that it is synchronised from; empty where it was made in Entra ID. */
  domain: string;
  /** At the next sign-in. */
  mustChangePassword: boolean;
  /** Whatever was signed in before is over; `undefined` where the directory does not say. */
  sessionsFrom: string | undefined;
}

const fields = [
  'id',
  'displayName',
  'userPrincipalName',
  'accountEnabled',
  'userType',
  'onPremisesSyncEnabled',
  'onPremisesDomainName',
  'passwordProfile',
  'signInSessionsValidFromDateTime',
].join(',');

/** Throws `Refused` where the target is nobody in the directory, or could be anybody. */
export async function findUser(graph: Writer, target: Subject, signal: AbortSignal): Promise<User> {
  const user = await userNow(graph, addressOf(target), signal);
  if (user) return user;
  throw new Refused(
    `The directory has no user ${subjectName(target)}: it was deleted, or it is an application or a managed identity, which nobody changes from here.`,
  );
}

/** By object id or principal name; `undefined` where there is no such user. */
export function userNow(graph: Writer, id: string, signal: AbortSignal): Promise<User | undefined> {
  const path = `/v1.0/users/${encodeURIComponent(id)}?$select=${fields}`;
  const work = orNone(graph.get(path, { signal }).then((answer) => read(user, answer)));
  return unlessRefused(work, { permission: 'User.Read.All' });
}

/** Names of the directory roles that it holds, through groups as well. */
export async function rolesOf(graph: Writer, { id }: User, signal: AbortSignal): Promise<string[]> {
  const answer = await accountsOver(graph.get).memberships({ kind: 'users', id }, signal);
  const all = 'told' in answer ? answer.told : [];
  // A role without a name is one that our application may not read.
  return all.filter(({ kind }) => kind === 'role').map(({ name }) => name || 'a directory role');
}

/** An object id says more than an address: it never passes to somebody else. */
function addressOf(target: Subject): string {
  const { oid = '', upn = '', name = '' } = target.kind === 'account' ? target : {};
  if (z.guid().safeParse(oid).success) return oid;
  const address = [upn, name].find((one) => one.includes('@'));
  if (address) return address;
  throw new Refused(
    `${subjectName(target)} is a bare name, which machines and directories share. Name the account by its address (name@company) or its object id.`,
  );
}

const user = z
  .object({
    id: z.guid(),
    displayName: text,
    userPrincipalName: z.string().min(1),
    accountEnabled: z.boolean(),
    userType: text,
    onPremisesSyncEnabled: z.boolean().nullish().catch(null),
    onPremisesDomainName: text,
    passwordProfile: z.object({ forceChangePasswordNextSignIn: z.boolean().nullish() }).nullish().catch(null),
    signInSessionsValidFromDateTime: instant,
  })
  .transform((one): User => {
    const signsInElsewhere = /#EXT#@/i.test(one.userPrincipalName);
    return {
      id: one.id,
      upn: one.userPrincipalName,
      name: one.displayName || one.userPrincipalName,
      enabled: one.accountEnabled,
      guest: one.userType === 'Guest' || signsInElsewhere,
      signsInElsewhere,
      domain: one.onPremisesSyncEnabled ? one.onPremisesDomainName || 'its domain' : '',
      mustChangePassword: one.passwordProfile?.forceChangePasswordNextSignIn ?? false,
      sessionsFrom: one.signInSessionsValidFromDateTime,
    };
  });
