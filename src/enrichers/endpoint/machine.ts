import type {
  DefenderAction,
  DefenderLogon,
  DefenderMachine,
  DefenderVulnerability,
} from '../../azure/defender-endpoint.ts';
import type { Enrichment, EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { inWords } from '../azure/words.ts';
import { describeIsolation } from './isolation.ts';
import { describeLogons } from './logons.ts';
import { machineLink } from './machine-link.ts';
import { describeVulnerabilities } from './vulnerabilities.ts';

export interface KnownMachine {
  machine: DefenderMachine;
  /** Of the same name, and not told from it. */
  others: DefenderMachine[];
  vulnerabilities: DefenderVulnerability[] | 'denied';
  logons: DefenderLogon[] | 'denied';
  actions: DefenderAction[] | 'denied';
  portal: string;
}

export function describeMachine(known: KnownMachine): Enrichment {
  const { machine, others, portal } = known;
  const isolation = describeIsolation(known.actions);
  const vulnerabilities = describeVulnerabilities(known.vulnerabilities);
  const logons = describeLogons(known.logons);
  return {
    traits: [
      ...isolation.traits,
      ...worthTraits(machine),
      ...vulnerabilities.traits,
      ...healthTraits(machine),
      ...riskTraits(machine),
      ...logons.traits,
    ],
    facts: [
      ...isolation.facts,
      ...stateFacts(machine),
      ...vulnerabilities.facts,
      ...logons.facts,
      ...aboutFacts(machine, others),
    ],
    ...machineLink(machine, portal),
  };
}

const isHighValue = ({ deviceValue }: DefenderMachine): boolean => deviceValue.toLowerCase() === 'high';

function worthTraits(machine: DefenderMachine): Trait[] {
  if (!isHighValue(machine)) return [];
  const says = 'is a device of high value in Defender for Endpoint';
  return [{ chip: 'high device value', says, tone: 'warning', mark: 'crown-jewel' }];
}

function healthTraits({ onboardingStatus, healthStatus, defenderAvStatus }: DefenderMachine): Trait[] {
  const onboarding = onboardingStatus.toLowerCase();
  if (onboarding !== '' && onboarding !== 'onboarded') {
    return [{ chip: 'no endpoint sensor', says: 'is not onboarded to Defender for Endpoint', tone: 'bad' }];
  }
  const traits: Trait[] = [];
  if (!['', 'active', 'unknown'].includes(healthStatus.toLowerCase())) {
    const says = `has an endpoint sensor that does not report as it should (${inWords(healthStatus)})`;
    traits.push({ chip: 'sensor silent', says, tone: 'bad' });
  }
  const antivirus = defenderAvStatus.toLowerCase();
  if (antivirus === 'disabled') {
    traits.push({ chip: 'antivirus off', says: 'has its antivirus switched off', tone: 'bad' });
  }
  if (antivirus === 'notupdated') {
    traits.push({ chip: 'antivirus outdated', says: 'has an outdated antivirus', tone: 'warning' });
  }
  return traits;
}

/** No mark: Defender's risk follows from open alerts, and the incident is one of them. */
function riskTraits({ riskScore }: DefenderMachine): Trait[] {
  if (riskScore.toLowerCase() !== 'high') return [];
  return [{ chip: 'device risk high', says: 'is at high risk, says Defender for Endpoint', tone: 'bad' }];
}

function stateFacts(machine: DefenderMachine): EnrichmentFact[] {
  const sensor = [machine.onboardingStatus, machine.healthStatus].filter(Boolean).map(inWords).join(', ');
  return [
    ...told('Sensor', sensor, machine.lastSeen),
    ...told('Antivirus', inWords(machine.defenderAvStatus)),
    ...told('Device risk', inWords(machine.riskScore)),
    ...told('Exposure', inWords(machine.exposureLevel)),
    ...told('Device value', inWords(machine.deviceValue)),
  ];
}

function aboutFacts(machine: DefenderMachine, others: DefenderMachine[]): EnrichmentFact[] {
  const addresses = [machine.lastIpAddress, machine.lastExternalIpAddress].filter(Boolean);
  return [
    ...told('Operating system', [machine.osPlatform, machine.version].filter(Boolean).join(' ')),
    ...told('Tags', machine.machineTags.join(', ')),
    ...told('Device group', machine.rbacGroupName),
    ...told('Last addresses', addresses.join(', ')),
    ...told('Known as', machine.name),
    ...others.slice(0, 3).flatMap(({ name, lastSeen }) => told('Another of this name', name, lastSeen)),
  ];
}

function told(label: string, value: string, at = ''): EnrichmentFact[] {
  return value ? [{ label, value, ...(at && { at }) }] : [];
}
