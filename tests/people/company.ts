import type { Person } from '../../src/people/people.ts';

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
