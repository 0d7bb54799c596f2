import type { Account } from '../../azure/graph-accounts.ts';
import type { Enrichment } from '../../incident/enrichment.ts';
import type { Part } from './part.ts';

/** One part after the other, and what is only good to know behind them all. */
export function joined(parts: Part[]): Enrichment {
  const facts = parts.flatMap((part) => part.facts ?? []);
  const background = parts.flatMap((part) => part.background ?? []);
  return { facts: [...facts, ...background], traits: parts.flatMap((part) => part.traits ?? []) };
}

export const linkTo = (page: string) => ({
  label: 'Entra ID',
  url: `https://entra.microsoft.com/#view/${page}`,
});

export const userPage = ({ id }: Account): string =>
  `Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(id)}`;
