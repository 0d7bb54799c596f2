import { z } from 'zod';
import { orNone, type Told, told } from './graph-lacking.ts';
import { type Ask, instant, quoted, read, readList, text } from './graph-read.ts';

/** A user of the directory; what it leaves out is empty. */
export interface Account {
  id: string;
  name: string;
  upn: string;
  title: string;
  department: string;
  /** Name of whom they report to. */
  manager: string;
  enabled: boolean;
  guest: boolean;
  createdAt: string | undefined;
  passwordChangedAt: string | undefined;
  /** Domain of Active Directory that it comes from; empty where it was made in Entra ID. */
  domain: string;
}

export interface ServicePrincipal {
  id: string;
  appId: string;
  name: string;
  /** Microsoft's word: `Application`, `ManagedIdentity`, `Legacy`. */
  type: string;
  enabled: boolean;
  /** Resource Manager id of what a managed identity belongs to; empty elsewhere. */
  resourceId: string;
}

export interface Principal {
  kind: 'users' | 'servicePrincipals';
  id: string;
}

/** A group or a directory role that an account is in. */
export type Membership =
  /** `name` is empty where our application may not read groups. */
  | { kind: 'group'; name: string }
  /** `templateId` and `name` are empty where our application may not read roles. */
  | { kind: 'role'; name: string; templateId: string };

const fields = [
  'id',
  'displayName',
  'userPrincipalName',
  'jobTitle',
  'department',
  'accountEnabled',
  'userType',
  'createdDateTime',
  'lastPasswordChangeDateTime',
  'onPremisesSyncEnabled',
  'onPremisesDomainName',
].join(',');
const spFields = 'id,appId,displayName,servicePrincipalType,accountEnabled,alternativeNames';
/** Nobody is in more than 999 groups for long: an access token holds far fewer. */
const memberPages = 2;
const pageSize = 999;

export function accountsOver(ask: Ask) {
  return {
    user(id: string, signal?: AbortSignal): Promise<Account | undefined> {
      // Only some fields of a manager are to be had through an index that is behind.
      const path = `/v1.0/users/${encodeURIComponent(id)}?$select=${fields}&$expand=manager`;
      return orNone(ask(path, { signal }).then((answer) => read(account, answer)));
    },

    async userOnPremises(domain: string, name: string, signal?: AbortSignal): Promise<Account | undefined> {
      const filter = encodeURIComponent(`onPremisesSamAccountName eq ${quoted(name)}`);
      // This filter is answered from an index that has to be asked for.
      const headers = { ConsistencyLevel: 'eventual' };
      const path = `/v1.0/users?$select=${fields}&$filter=${filter}&$count=true&$top=5`;
      const found = readList(account, await ask(path, { signal, headers }));
      // The directory knows the domain's DNS name. Its first part is the short name nearly everywhere; where it is not,
      // nobody is vouched for: `VM-JUMP-01\administrator` is not the domain's administrator.
      const here = found.filter((one) => one.domain.split('.')[0]?.toLowerCase() === domain.toLowerCase());
      return here.length === 1 ? here[0] : undefined;
    },

    servicePrincipal(id: string, signal?: AbortSignal): Promise<Told<ServicePrincipal | undefined>> {
      const path = `/v1.0/servicePrincipals/${encodeURIComponent(id)}?$select=${spFields}`;
      const work = orNone(ask(path, { signal }).then((answer) => read(servicePrincipal, answer)));
      return told({ permission: 'Application.Read.All' }, work);
    },

    memberships({ kind, id }: Principal, signal?: AbortSignal): Promise<Told<Membership[]>> {
      // What may not be read comes with 200, type and id, and everything else as null.
      // https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects
      const path = `/v1.0/${kind}/${encodeURIComponent(id)}/transitiveMemberOf?$top=${pageSize}`;
      const permission = kind === 'users' ? 'User.Read.All' : 'Application.Read.All';
      return told({ permission }, membershipsFrom(ask, path, signal));
    },
  };
}

/**
 * Groups and roles in one list: asked for by type they come from an index that is behind, and a role that was given a
 * minute ago is what matters.
 */
async function membershipsFrom(
  ask: Ask,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Membership[]> {
  const all: Membership[] = [];
  let next: string | undefined = path;
  for (let pages = 0; next && pages < memberPages; pages++) {
    const answer = await ask(next, { signal });
    all.push(...readList(membership, answer).filter((one) => one !== undefined));
    next = read(more, answer)['@odata.nextLink'];
  }
  return all;
}

const more = z.object({ '@odata.nextLink': z.string().optional() });

const account = z
  .object({
    id: z.string().min(1),
    displayName: text,
    userPrincipalName: z.string().min(1),
    jobTitle: text,
    department: text,
    accountEnabled: z.boolean(),
    userType: text,
    createdDateTime: instant,
    lastPasswordChangeDateTime: instant,
    onPremisesSyncEnabled: z.boolean().nullish().catch(null),
    onPremisesDomainName: text,
    manager: z.object({ displayName: text }).nullish().catch(null),
  })
  .transform(
    (user): Account => ({
      id: user.id,
      name: user.displayName || user.userPrincipalName,
      upn: user.userPrincipalName,
      title: user.jobTitle,
      department: user.department,
      manager: user.manager?.displayName ?? '',
      enabled: user.accountEnabled,
      guest: user.userType === 'Guest' || /#EXT#@/i.test(user.userPrincipalName),
      createdAt: user.createdDateTime,
      passwordChangedAt: user.lastPasswordChangeDateTime,
      domain: user.onPremisesSyncEnabled ? user.onPremisesDomainName : '',
    }),
  );

const servicePrincipal = z
  .object({
    id: z.string().min(1),
    appId: text,
    displayName: text,
    servicePrincipalType: text,
    accountEnabled: z.boolean().nullish().catch(null),
    alternativeNames: z.array(z.string()).nullish().catch(null),
  })
  .transform(
    (one): ServicePrincipal => ({
      id: one.id,
      appId: one.appId,
      name: one.displayName,
      type: one.servicePrincipalType,
      enabled: one.accountEnabled ?? true,
      resourceId: one.alternativeNames?.find((name) => /^\/subscriptions\//i.test(name)) ?? '',
    }),
  );

const membership = z
  .object({ '@odata.type': z.string(), displayName: text, roleTemplateId: text })
  .transform((one): Membership | undefined => {
    const { displayName: name, roleTemplateId: templateId } = one;
    if (one['@odata.type'] === '#microsoft.graph.directoryRole') return { kind: 'role', name, templateId };
    if (one['@odata.type'] === '#microsoft.graph.group') return { kind: 'group', name };
    return undefined;
  });
