import { principalNameOf, type SandboxPerson } from '../people.ts';
import type { Directory } from './directory.ts';
import { GraphRefusal } from './refusal.ts';

/** What Graph tells of a user where nothing is selected; the first of these always. */
const usual = ['id', 'displayName', 'mail', 'userPrincipalName'];
const known = [...usual, 'userType', 'accountEnabled', 'jobTitle', 'givenName', 'surname'];

/** The fields that `$select` asks for; one that a user does not have is refused. */
export function selectedIn(url: URL): string[] {
  const asked = url.searchParams.get('$select')?.split(',') ?? usual;
  const unknown = asked.find((field) => !known.includes(field));
  if (unknown === undefined) return asked;
  throw new GraphRefusal(
    400,
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.user'.`,
  );
}

/** `$top`, at most 999. */
export function topIn(url: URL): number {
  const asked = Number(url.searchParams.get('$top') ?? 100);
  if (Number.isInteger(asked) && asked >= 1 && asked <= 999) return asked;
  throw new GraphRefusal(
    400,
    'Request_BadRequest',
    `Invalid page size specified: '${asked}'. Must be between 1 and 999 inclusive.`,
  );
}

/** The one filter that is understood: `userPrincipalName eq 'x' or mail eq 'x'`. */
export function addressIn(url: URL): string {
  const filter = url.searchParams.get('$filter') ?? '';
  const [, name, mail] =
    /^userPrincipalName eq '((?:[^']|'')+)' or mail eq '((?:[^']|'')+)'$/.exec(filter) ?? [];
  if (name !== undefined && name === mail) return name.replaceAll("''", "'").toLowerCase();
  throw new GraphRefusal(
    400,
    'Request_UnsupportedQuery',
    'Unsupported or invalid query filter clause specified.',
  );
}

/** Users alone, out of a list of whatever is in a group, come from an index that has to be asked for. */
export function refuseUnindexed(url: URL, consistency: string | undefined): void {
  if (consistency === 'eventual' && url.searchParams.get('$count') === 'true') return;
  throw new GraphRefusal(
    400,
    'Request_UnsupportedQuery',
    'The specified cast needs the header ConsistencyLevel: eventual and $count=true.',
  );
}

export function toGraphUser(person: SandboxPerson, directory: Directory, fields: string[]): object {
  const [givenName, surname] = person.name.split(' ');
  const all: Record<string, unknown> = {
    id: person.oid,
    displayName: person.name,
    givenName,
    surname,
    mail: person.upn,
    userPrincipalName: principalNameOf(person),
    userType: person.guest ? 'Guest' : 'Member',
    accountEnabled: directory.isEnabled(person),
    jobTitle: person.title,
  };
  return Object.fromEntries(fields.map((field) => [field, all[field]]));
}
