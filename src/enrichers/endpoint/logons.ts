import type { DefenderLogon } from '../../azure/defender-endpoint.ts';
import type { Enrichment, EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { inWords } from '../azure/words.ts';

const mostNamed = 5;

/** Who signed in to the machine, the latest first. */
export function describeLogons(logons: DefenderLogon[] | 'denied'): Pick<Enrichment, 'facts' | 'traits'> {
  if (logons === 'denied')
    return {
      facts: [{ label: 'Signed in', value: 'not allowed: User.Read.All of WindowsDefenderATP' }],
      traits: [],
    };
  const named = logons
    .filter(({ accountName }) => accountName !== '')
    .toSorted((a, b) => b.lastSeen.localeCompare(a.lastSeen));
  return { facts: named.slice(0, mostNamed).map(toFact), traits: traitsOf(named) };
}

function toFact(logon: DefenderLogon): EnrichmentFact {
  const kinds = [logon.isDomainAdmin ? 'domain administrator' : '', inWords(logon.logonTypes)].filter(
    Boolean,
  );
  const value = kinds.length > 0 ? `${nameOf(logon)} (${kinds.join(', ')})` : nameOf(logon);
  return { label: 'Signed in', value, ...(logon.lastSeen && { at: logon.lastSeen }) };
}

/** Whoever holds such a machine holds the password or ticket of an administrator. */
function traitsOf(logons: DefenderLogon[]): Trait[] {
  const admin = logons.find(({ isDomainAdmin }) => isDomainAdmin);
  if (!admin) return [];
  const says = `has had ${nameOf(admin)}, a domain administrator, signed in`;
  return [{ chip: 'domain admin signed in', says, tone: 'warning' }];
}

const nameOf = ({ accountDomain, accountName }: DefenderLogon): string =>
  accountDomain ? `${accountDomain}\\${accountName}` : accountName;
