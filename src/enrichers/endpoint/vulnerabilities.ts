import type { DefenderVulnerability } from '../../azure/defender-endpoint.ts';
import type { Enrichment, EnrichmentFact, Trait } from '../../incident/enrichment.ts';

const severities = ['critical', 'high', 'medium', 'low'];
const mostNamed = 3;

export function describeVulnerabilities(
  all: DefenderVulnerability[] | 'denied',
): Pick<Enrichment, 'facts' | 'traits'> {
  if (all === 'denied') return { facts: [forbidden], traits: [] };
  if (all.length === 0) return { facts: [{ label: 'Vulnerabilities', value: 'none known' }], traits: [] };
  const exploitable = all.filter(({ isExploitable }) => isExploitable);
  const counts = severities
    .map((severity) => ({ severity, count: all.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
  const exploits = exploitable.length > 0 ? `; ${exploitable.length} with a known exploit` : '';
  const summary = { label: 'Vulnerabilities', value: `${counts.join(', ') || all.length}${exploits}` };
  return {
    facts: [summary, ...all.toSorted(worstFirst).slice(0, mostNamed).map(toFact)],
    traits: traitsOf(all, exploitable),
  };
}

const forbidden: EnrichmentFact = {
  label: 'Vulnerabilities',
  value: 'not allowed: Vulnerability.Read.All of WindowsDefenderATP',
};

/** What an attacker can use comes before what is only bad. */
function worstFirst(a: DefenderVulnerability, b: DefenderVulnerability): number {
  return Number(b.isExploitable) - Number(a.isExploitable) || rank(a) - rank(b) || b.score - a.score;
}

function rank({ severity }: DefenderVulnerability): number {
  const place = severities.indexOf(severity);
  return place < 0 ? severities.length : place;
}

function toFact({ id, severity, score, isExploitable }: DefenderVulnerability): EnrichmentFact {
  const parts = [severity, score > 0 ? `CVSS ${score}` : '', isExploitable ? 'known exploit' : ''];
  return { label: id, value: parts.filter(Boolean).join(', ') };
}

/** Every server has some; those count that are critical, or high and with an exploit about. */
function traitsOf(all: DefenderVulnerability[], exploitable: DefenderVulnerability[]): Trait[] {
  const critical = all.filter(({ severity }) => severity === 'critical').length;
  const usable = exploitable.filter((one) => rank(one) <= 1).length;
  const vulnerable = (chip: string, says: string): Trait[] => [
    { chip, says, tone: 'bad', mark: 'vulnerable' },
  ];
  if (critical > 0) {
    const exploits = usable > 0 ? `, and an exploit is known for ${usable} of its gravest` : '';
    const what = critical === 1 ? 'a critical vulnerability' : `${critical} critical vulnerabilities`;
    return vulnerable(`${critical} critical CVE${critical === 1 ? '' : 's'}`, `has ${what}${exploits}`);
  }
  if (usable === 0) return [];
  const what = usable === 1 ? 'a vulnerability' : `${usable} vulnerabilities`;
  return vulnerable(
    `${usable} exploitable CVE${usable === 1 ? '' : 's'}`,
    `has ${what} with a known exploit`,
  );
}
