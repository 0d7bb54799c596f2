/** The people of the sandbox's company, Contoso; the same person in Entra ID, Slack and Teams. */
export interface SandboxPerson {
  id: string;
  name: string;
  title: string;
  upn: string;
  /** Entra object id. */
  oid: string;
  slackId: string;
  /** Bot Framework user id. */
  teamsId: string;
  guest: boolean;
}

/** Directory (tenant) of the sandbox's company. */
export const TENANT_ID = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';
/** Tenant that the external guest comes from. */
export const GUEST_TENANT_ID = '2b9e61f4-08d7-4a53-bc12-e47f3a90d815';
export const SLACK_TEAM_ID = 'T0CONTOSO';

const person = (
  n: number,
  id: string,
  name: string,
  title: string,
  domain = 'contoso.com',
  guest = false,
): SandboxPerson => ({
  id,
  name,
  title,
  upn: `${id}@${domain}`,
  oid: `0000000${n}-5a1e-4c0d-9b7a-3f6e2d81c0a${n}`,
  slackId: `U0${id.toUpperCase()}`,
  teamsId: `29:1${id}-contoso`,
  guest,
});

export const people: readonly SandboxPerson[] = [
  person(1, 'olivia', 'Olivia Marsh', 'On call'),
  person(2, 'adam', 'Adam Keller', 'Analyst'),
  person(3, 'priya', 'Priya Nair', 'Analyst'),
  person(4, 'lena', 'Lena Fischer', 'Lead'),
  person(5, 'marcus', 'Marcus Boyd', 'Manager'),
  person(6, 'guest', 'Gus Estrada', 'Guest of a partner', 'partner.example', true),
];

export function findPerson(id: string): SandboxPerson {
  const found = people.find((p) => p.id === id);
  if (!found) throw new Error(`No person "${id}". There are ${people.map((p) => p.id).join(', ')}.`);
  return found;
}
