/**
 * The people of the sandbox's company, Contoso; the same person in Entra ID, Slack and Teams. One of each kind that
 * a bot meets.
 */
export interface SandboxPerson {
  id: string;
  name: string;
  title: string;
  /** What they sign in with, and where mail reaches them. */
  upn: string;
  /** Entra object id. */
  oid: string;
  slackId: string;
  /** Bot Framework user id. */
  teamsId: string;
  /** Of another organisation, and invited into ours. */
  guest: boolean;
  kind: PersonKind;
}

/**
 * `external` is of another organisation whose Slack and Teams share a channel with ours, and has no account here;
 * `left` has an account that is switched off; a `bot` has none.
 */
export type PersonKind = 'member' | 'guest' | 'external' | 'left' | 'bot';

/** Directory (tenant) of the sandbox's company. */
export const TENANT_ID = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';
/** Tenant of the partner's company. */
export const PARTNER_TENANT_ID = '2b9e61f4-08d7-4a53-bc12-e47f3a90d815';
export const SLACK_TEAM_ID = 'T0CONTOSO';

const person = (
  n: number,
  id: string,
  name: string,
  title: string,
  kind: PersonKind = 'member',
  domain = 'contoso.com',
): SandboxPerson => {
  const digit = n.toString(16);
  return {
    id,
    name,
    title,
    upn: `${id}@${domain}`,
    oid: `0000000${digit}-5a1e-4c0d-9b7a-3f6e2d81c0a${digit}`,
    slackId: `U0${id.toUpperCase()}`,
    teamsId: kind === 'bot' ? `28:0000000${digit}-b07b-4c0d-9b7a-3f6e2d81c0a${digit}` : `29:1${id}-contoso`,
    guest: kind === 'guest',
    kind,
  };
};

export const people: readonly SandboxPerson[] = [
  person(1, 'olivia', 'Olivia Marsh', 'On call'),
  person(2, 'adam', 'Adam Keller', 'Analyst'),
  person(3, 'priya', 'Priya Nair', 'Analyst, not linked in Slack'),
  person(4, 'lena', 'Lena Fischer', 'Lead'),
  person(5, 'marcus', 'Marcus Boyd', 'Manager'),
  person(6, 'guest', 'Gus Estrada', 'Guest of a partner', 'guest', 'partner.example'),
  person(7, 'vera', 'Vera Lindqvist', 'Viewer'),
  person(8, 'amara', 'Amara Okafor', 'Admin'),
  person(9, 'paula', 'Paula Reyes', 'Of a partner, in shared channels', 'external', 'partner.example'),
  person(10, 'dora', 'Dora Simmons', 'Left last week', 'left'),
  person(11, 'robo', 'Deploy Robot', 'A bot', 'bot'),
  person(12, 'mallory', 'Mallory Stone', 'Attacker, a colleague without a role'),
];

export function findPerson(id: string): SandboxPerson {
  const found = people.find((p) => p.id === id);
  if (!found) throw new Error(`No person "${id}". There are ${people.map((p) => p.id).join(', ')}.`);
  return found;
}

/** The directory that a person signs in to. */
export const tenantOf = ({ kind }: SandboxPerson): string =>
  kind === 'external' ? PARTNER_TENANT_ID : TENANT_ID;

/** A guest's principal name in the host's directory is not the guest's address. */
export const principalNameOf = ({ upn, guest }: SandboxPerson): string =>
  guest ? `${upn.replace('@', '_')}#EXT#@contoso.onmicrosoft.com` : upn;
