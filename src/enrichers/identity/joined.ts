import type { Account } from '../../azure/graph-accounts.ts';
import type { Enrichment } from '../../incident/enrichment.ts';
import type { Part } from './part.ts';

/** One part after the other; of the traits, what adds to an account's worth first. */
export function joined(parts: Part[]): Enrichment {
  const facts = parts.flatMap((part) => part.facts ?? []);
  const background = parts.flatMap((part) => part.background ?? []);
  const traits = parts.flatMap((part) => part.traits ?? []).sort((a, b) => lightness(a) - lightness(b));
  return { facts: [...facts, ...background].slice(0, 30), traits: traits.slice(0, 8) };
}

const lightness = ({ mark, tone }: Enrichment['traits'][number]): number =>
  (mark ? 0 : 2) + (tone === 'neutral' ? 1 : 0);

/** Where people look at Entra ID. */
export const publicPortal = 'https://entra.microsoft.com';

export const linkTo = (portal: string, page: string) => ({
  label: 'Entra ID',
  url: `${portal}/#view/${page}`,
});

export const userPage = ({ id }: Account): string =>
  `Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(id)}`;
