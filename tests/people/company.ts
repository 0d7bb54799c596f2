import type { Graph } from '../../src/azure/graph.ts';
import { createPeople, type Links, type People } from '../../src/people/people.ts';
import type { KnownPerson, Person, RoleGroup } from '../../src/people/roster.ts';

export const tenantId = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';

/** The people of the sandbox, one of each kind. */
export const company = {
  olivia: member('00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1', 'Olivia Marsh', 'olivia@contoso.com', ['responder']),
  adam: member('00000002-5a1e-4c0d-9b7a-3f6e2d81c0a2', 'Adam Keller', 'adam@contoso.com', ['analyst']),
  lena: member('00000004-5a1e-4c0d-9b7a-3f6e2d81c0a4', 'Lena Fischer', 'lena@contoso.com', ['lead']),
  marcus: member('00000005-5a1e-4c0d-9b7a-3f6e2d81c0a5', 'Marcus Boyd', 'marcus@contoso.com', ['manager']),
  guest: member('00000006-5a1e-4c0d-9b7a-3f6e2d81c0a6', 'Gus Estrada', 'guest@partner.example', ['viewer']),
};

function member(id: string, name: string, upn: string, roles: Person['roles']): Person {
  return { id, name, upn, roles };
}

/** People as a settings file names them; no directory and no links unless given. */
export function peopleOf(
  known: KnownPerson[],
  more: { directory?: Graph; links?: Partial<Links>; groups?: RoleGroup[]; now?: () => number } = {},
): People {
  const { directory, links, groups = [], now = () => 0 } = more;
  const nobody: Links = { personOf: async () => undefined, slackIdsOf: async () => [] };
  return createPeople({ known, groups, tenantId, directory, links: { ...nobody, ...links }, now });
}
