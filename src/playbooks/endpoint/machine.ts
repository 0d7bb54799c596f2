import type { DefenderEndpoint, DefenderMachine } from '../../azure/defender-endpoint.ts';
import { machinesMeant } from '../../azure/which-machine.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import type { Subject } from '../../incident/enrichment.ts';
import type { Prospect } from '../playbook.ts';

export const hasHostName = (target: Subject): boolean =>
  target.kind === 'machine' && /^[a-z0-9][a-z0-9._-]{0,252}$/i.test(target.name);

/** The one machine that is meant, where Defender for Endpoint reaches it. Throws `Refused` where it does not. */
export async function findMachine(
  known: DefenderEndpoint,
  target: Subject,
  signal: AbortSignal,
): Promise<DefenderMachine> {
  if (target.kind !== 'machine') throw new Refused('Defender for Endpoint does this to machines alone.');
  const { name, resourceId } = target;
  const meant = machinesMeant(await known.machinesNamed(name, signal), resourceId);
  // A machine that was set up anew leaves a record behind that nothing reports to.
  const reporting = meant.filter((one) => isOnboarded(one) && !isInactive(one));
  const [machine, ...others] = reporting.length > 0 ? reporting : meant;
  if (!machine) {
    throw new Refused(
      `Defender for Endpoint knows no machine ${name}. Check the name, and whether it was ever onboarded.`,
    );
  }
  if (others.length > 0) {
    throw new Refused(
      `Defender for Endpoint knows ${others.length + 1} machines called ${name}. Do it in the Defender portal, on the page of the right one.`,
    );
  }
  if (!isOnboarded(machine)) {
    throw new Refused(
      `${name} is not onboarded to Defender for Endpoint (${machine.onboardingStatus}), which so cannot reach it. Onboard it, or act on its network.`,
    );
  }
  if (isInactive(machine)) {
    const since = machine.lastSeen ? ` since ${inUtc(machine.lastSeen)}` : '';
    throw new Refused(
      `${name} has not reported to Defender for Endpoint${since} and would not hear of it. Check that it runs and reaches Defender.`,
    );
  }
  return machine;
}

/** At most five. */
export function machineFacts(machine: DefenderMachine): Prospect['facts'] {
  const { onboardingStatus, healthStatus, lastSeen, osPlatform, version, machineTags, deviceValue } = machine;
  return [
    { label: 'Sensor', value: [onboardingStatus, healthStatus].filter(Boolean).join(', ') },
    // A whole report comes once a day: https://learn.microsoft.com/defender-endpoint/api/machine
    { label: 'Last full report', value: lastSeen && inUtc(lastSeen) },
    { label: 'Operating system', value: [osPlatform, version].filter(Boolean).join(' ') },
    { label: 'Tags', value: machineTags.join(', ') },
    { label: 'Device value', value: deviceValue },
  ].filter(({ value }) => value !== '');
}

/** What to know of the machine whatever is done to it; empty where nothing. */
export function machineWarnings(machine: DefenderMachine, target: Subject): string[] {
  const { healthStatus } = machine;
  const isElsewhere = target.kind === 'machine' && target.resourceId !== '' && machine.resourceId === '';
  return [
    isElsewhere ? 'It was found by its name alone: Defender does not know where in Azure it stands.' : '',
    ['', 'active', 'unknown'].includes(healthStatus.toLowerCase())
      ? ''
      : `Its sensor does not report as it should (${healthStatus}): it may take long, or not be done at all.`,
  ].filter(Boolean);
}

/** Who suffers where the machine is cut off. */
export function worthWarnings({ machineTags, osPlatform }: DefenderMachine): string[] {
  const tag = machineTags.find((one) => /^dc$|domain.?controller|tier.?0/i.test(one));
  const isServer = osPlatform !== '' && !/^(windows(7|8|10|11)|macos|ios|android)/i.test(osPlatform);
  return [
    tag ? `It is tagged "${tag}": sign-ins of the whole organisation may rest on it.` : '',
    isServer ? `It is a server (${osPlatform}): all who use it lose it.` : '',
  ].filter(Boolean);
}

/** `2026-11-16 09:30 UTC`. */
export const inUtc = (at: Instant): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

const isOnboarded = ({ onboardingStatus }: DefenderMachine): boolean =>
  ['', 'onboarded'].includes(onboardingStatus.toLowerCase());
const isInactive = ({ healthStatus }: DefenderMachine): boolean => healthStatus.toLowerCase() === 'inactive';
