import type { Account } from '../../azure/graph-accounts.ts';
import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { type Part, withCommas } from './part.ts';

const dayMs = 86_400_000;
/** An account this young is told of; one made within the week stands out. */
const youngDays = 90;
const newDays = 7;

export function userOf(account: Account, now: Date): Part {
  const { name, title, department, manager, enabled, guest, domain, createdAt, passwordChangedAt } = account;
  const age = createdAt ? (now.getTime() - Date.parse(createdAt)) / dayMs : Number.POSITIVE_INFINITY;
  const isYoung = age < youngDays;
  const facts: EnrichmentFact[] = [{ label: 'Who', value: withCommas(name, title, department) }];
  if (manager) facts.push({ label: 'Manager', value: manager });
  const state = withCommas(enabled ? 'enabled' : 'disabled', guest ? 'guest' : 'member');
  const background: EnrichmentFact[] = [
    { label: 'Account', value: state },
    ...(isYoung && createdAt ? [{ label: 'Created', value: '', at: createdAt }] : []),
    ...(passwordChangedAt ? [{ label: 'Password changed', value: '', at: passwordChangedAt }] : []),
    // Whoever switches it off or sets its password does so over there, or it comes back.
    ...(domain ? [{ label: 'Kept in', value: `Active Directory (${domain})` }] : []),
  ];
  return { traits: traitsOf(account, age), facts, background };
}

function traitsOf({ enabled, guest, createdAt = '' }: Account, age: number): Trait[] {
  const traits: Trait[] = [];
  if (!enabled) traits.push({ chip: 'disabled', says: 'is disabled', tone: 'neutral' });
  if (guest) traits.push({ chip: 'guest', says: 'is a guest of another organisation', tone: 'warning' });
  if (age < newDays)
    traits.push({ chip: 'new account', says: `was created on ${createdAt.slice(0, 10)}`, tone: 'warning' });
  return traits;
}
