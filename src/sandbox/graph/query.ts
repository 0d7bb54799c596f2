import { type Identities, type Identity, timesOf } from './identities.ts';
import { GraphRefusal } from './refusal.ts';

/** What Graph tells of a user where nothing is selected; the first of these always. */
export const usual = ['id', 'displayName', 'mail', 'userPrincipalName'];
const known = [
  ...usual,
  'userType',
  'accountEnabled',
  'jobTitle',
  'department',
  'givenName',
  'surname',
  'createdDateTime',
  'lastPasswordChangeDateTime',
  'onPremisesSyncEnabled',
  'onPremisesSamAccountName',
  'onPremisesDomainName',
  'passwordProfile',
  'signInSessionsValidFromDateTime',
];

/** The fields that `$select` asks for; one that a user does not have is refused. */
export function selectedIn(url: URL): string[] {
  const asked = url.searchParams.get('$select')?.split(',') ?? usual;
  const unknown = asked.find((field) => !known.includes(field));
  if (unknown !== undefined) throw noProperty(unknown, 'user');
  return asked;
}

/**
 * Whether the manager is wanted along with the user. To select some of the manager's fields needs `$levels` and the
 * index; nobody does that here. https://learn.microsoft.com/graph/api/user-list-manager
 */
export function isManagerWanted(url: URL): boolean {
  const expand = url.searchParams.get('$expand');
  if (expand === null || expand === 'manager') return expand !== null;
  throw noProperty(expand, 'user');
}

export const noProperty = (name: string, type: string): GraphRefusal =>
  new GraphRefusal(
    400,
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
  );

/** `$top`, at most what the list allows. */
export function topIn(url: URL, usualTop = 100, most = 999): number {
  const asked = Number(url.searchParams.get('$top') ?? usualTop);
  if (Number.isInteger(asked) && asked >= 1 && asked <= most) return asked;
  throw new GraphRefusal(
    400,
    'Request_BadRequest',
    `Invalid page size specified: '${asked}'. Must be between 1 and ${most} inclusive.`,
  );
}

/**
 * The users that the filter means. Understood are `userPrincipalName eq 'x' or mail eq 'x'`, and
 * `onPremisesSamAccountName eq 'x'` of the index that has to be asked for.
 */
export function filtered(url: URL, consistency: string | undefined, identities: Identities): Identity[] {
  const filter = url.searchParams.get('$filter') ?? '';
  const [, account] = /^onPremisesSamAccountName eq '((?:[^']|'')+)'$/.exec(filter) ?? [];
  if (account !== undefined) {
    if (!isIndexed(url, consistency)) throw unsupportedFilter();
    return identities.withAccountName(unquote(account));
  }
  const [, name, mail] =
    /^userPrincipalName eq '((?:[^']|'')+)' or mail eq '((?:[^']|'')+)'$/.exec(filter) ?? [];
  if (name === undefined || name !== mail) throw unsupportedFilter();
  return identities.withAddress(unquote(name));
}

const unquote = (text: string): string => text.replaceAll("''", "'").toLowerCase();

export const unsupportedFilter = (): GraphRefusal =>
  new GraphRefusal(400, 'Request_UnsupportedQuery', 'Unsupported or invalid query filter clause specified.');

/** Users alone, out of a list of whatever is in a group, come from an index that has to be asked for. */
export function refuseUnindexed(url: URL, consistency: string | undefined): void {
  if (isIndexed(url, consistency)) return;
  throw new GraphRefusal(
    400,
    'Request_UnsupportedQuery',
    'The specified cast needs the header ConsistencyLevel: eventual and $count=true.',
  );
}

const isIndexed = (url: URL, consistency: string | undefined): boolean =>
  consistency === 'eventual' && url.searchParams.get('$count') === 'true';

export function toGraphUser(identity: Identity, identities: Identities, fields: string[]): object {
  const { account, part } = identity;
  const [givenName, surname] = identity.name.split(' ');
  const { created, passwordChanged } = timesOf(identity, Date.now());
  const all: Record<string, unknown> = {
    id: identity.oid,
    displayName: identity.name,
    givenName,
    surname,
    mail: identity.mail,
    userPrincipalName: identity.upn,
    userType: identity.guest ? 'Guest' : 'Member',
    accountEnabled: identities.isEnabled(identity),
    jobTitle: identity.title || null,
    department: identity.department || null,
    createdDateTime: created,
    lastPasswordChangeDateTime: passwordChanged,
    onPremisesSyncEnabled: part.cloudOnly ? null : true,
    onPremisesSamAccountName: part.cloudOnly ? null : account,
    onPremisesDomainName: part.cloudOnly ? null : 'contoso.com',
    passwordProfile: {
      password: null,
      forceChangePasswordNextSignIn: identities.mustChangePassword(identity),
      forceChangePasswordNextSignInWithMfa: false,
    },
    signInSessionsValidFromDateTime: identities.sessionsFrom(identity),
  };
  return Object.fromEntries(fields.map((field) => [field, all[field]]));
}
