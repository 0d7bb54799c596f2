import { diceOf } from '../logs/samples/dice.ts';
import { type Machine, machineNamed, machines, places } from '../logs/samples/estate.ts';
import { deviceName } from '../logs/samples/events/devices.ts';
import { EndpointRefusal } from './refusal.ts';

/** As the API answers; the numbers of machines are those of the tables Device… in the logs. */
export interface EndpointMachine {
  id: string;
  computerDnsName: string;
  [field: string]: unknown;
}

const HOUR = 3_600_000;
const laptops = ['NB-KELLER', 'nb-marsh', 'nb-nair', 'nb-fischer', 'nb-boyd', 'nb-okafor', 'ws-till-04'];
const estate: Machine[] = [...machines, ...laptops.map(machineNamed)];

/** What tells a machine from a healthy one that nobody cares about. */
const peculiar: Record<string, object> = {
  'vm-pay-web-01': {
    riskScore: 'High',
    exposureLevel: 'High',
    deviceValue: 'High',
    rbacGroupName: 'Payments',
    machineTags: ['Payments', 'PCI DSS'],
    lastExternalIpAddress: '203.0.113.82',
  },
  'vm-jump-01': { riskScore: 'High', exposureLevel: 'High', defenderAvStatus: 'NotUpdated' },
  'vm-dc-01': { riskScore: 'High', exposureLevel: 'Medium', deviceValue: 'High', machineTags: ['Tier 0'] },
  'vm-dc-02': { deviceValue: 'High', machineTags: ['Tier 0'] },
  'vm-backup-01': { healthStatus: 'Inactive', riskScore: 'Medium' },
  'vm-report-01': {
    onboardingStatus: 'CanBeOnboarded',
    healthStatus: 'Unknown',
    defenderAvStatus: 'Unknown',
    riskScore: null,
    exposureLevel: null,
    machineTags: null,
  },
  'vm-fin-05': { riskScore: 'Medium', machineTags: ['Forensics'] },
  'vm-build-01': { defenderAvStatus: 'Disabled' },
};
/** Hours since the last report, where it is not today's. */
const silentFor: Record<string, number> = { 'vm-backup-01': 9 * 24, 'vm-report-01': 60 * 24 };

export function machinesAt(now: number): EndpointMachine[] {
  return [...estate.map((machine) => record(machine, now)), formerJump(now), ...kiosks(now)];
}

export function machineOf(id: string, now: number): EndpointMachine {
  const found = machinesAt(now).find((one) => one.id === id);
  if (!found) throw new EndpointRefusal(404, 'ResourceNotFound', `Machine ${id} was not found`);
  return found;
}

function record(machine: Machine, now: number): EndpointMachine {
  const { name, os, ip, id } = machine;
  const dice = diceOf('defender', name);
  const isWindows = os === 'Windows';
  const isServer = id !== '' && !name.startsWith('vm-fin');
  return {
    id: idOf(name),
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    computerDnsName: deviceName(machine),
    firstSeen: iso(now - 300 * 24 * HOUR),
    lastSeen: iso(now - (silentFor[name] ?? dice.between(1, 20)) * HOUR),
    osPlatform: isWindows ? (isServer ? 'WindowsServer2022' : 'Windows11') : 'Ubuntu',
    version: isWindows ? (isServer ? '21H2' : '24H2') : '22.04',
    osProcessor: 'x64',
    osArchitecture: '64-bit',
    osBuild: isWindows ? 20_348 : null,
    agentVersion: isWindows ? '10.8760.20348.2700' : '101.25042.2.0',
    lastIpAddress: ip,
    lastExternalIpAddress: places.office.ip,
    healthStatus: 'Active',
    onboardingStatus: 'Onboarded',
    defenderAvStatus: 'Updated',
    deviceValue: 'Normal',
    rbacGroupId: 0,
    rbacGroupName: null,
    riskScore: 'Low',
    exposureLevel: 'Low',
    isAadJoined: isWindows,
    aadDeviceId: isWindows ? dice.guid() : null,
    machineTags: [],
    managedBy: id ? 'MicrosoftDefenderForEndpoint' : 'Intune',
    ipAddresses: [
      { ipAddress: ip, macAddress: dice.hex(12).toUpperCase(), type: 'Ethernet', operationalStatus: 'Up' },
    ],
    vmMetadata: id
      ? { vmId: dice.guid(), cloudProvider: 'Azure', resourceId: id, subscriptionId: id.split('/')[2] }
      : null,
    ...peculiar[name],
  };
}

/** It was set up anew in spring; what is left of it says what took its place. */
function formerJump(now: number): EndpointMachine {
  return {
    ...record(machineNamed('vm-jump-01'), now),
    id: idOf('vm-jump-01 of spring'),
    mergedIntoMachineId: idOf('vm-jump-01'),
    lastSeen: iso(now - 120 * 24 * HOUR),
    healthStatus: 'Inactive',
    riskScore: 'None',
  };
}

/** Cloned from one image and never named: nobody can tell them apart by their name. */
function kiosks(now: number): EndpointMachine[] {
  return ['entrance', 'canteen'].map((place) => ({
    ...record(machineNamed('ws-kiosk'), now),
    id: idOf(`ws-kiosk of the ${place}`),
  }));
}

interface Logon {
  account: string;
  types: string;
  hoursAgo: number;
  isDomainAdmin?: true;
}

const admin = { account: 'adm-keller', isDomainAdmin: true } as const;
const logons: Record<string, Logon[]> = {
  'vm-jump-01': [
    { account: 'svc-backup', types: 'RemoteInteractive', hoursAgo: 1 },
    { ...admin, types: 'RemoteInteractive', hoursAgo: 26 },
  ],
  'vm-dc-01': [
    { account: 'svc-backup', types: 'Network,RemoteInteractive', hoursAgo: 1 },
    { ...admin, types: 'Interactive', hoursAgo: 70 },
  ],
  'vm-backup-01': [{ account: 'svc-backup', types: 'Service,Batch', hoursAgo: 9 * 24 }],
  'vm-fin-07': [{ account: 'nina.berg', types: 'Interactive', hoursAgo: 2 }],
  'NB-KELLER': [{ account: 'adam', types: 'Interactive', hoursAgo: 1 }],
  'vm-pay-web-01': [{ account: 'deploy', types: 'Network', hoursAgo: 30 }],
};

/** https://learn.microsoft.com/defender-endpoint/api/get-machine-log-on-users */
export function logonsAt({ id }: EndpointMachine, now: number): object[] {
  const machine = estate.find(({ name }) => idOf(name) === id);
  return (logons[machine?.name ?? ''] ?? []).map(({ account, types, hoursAgo, isDomainAdmin }) => {
    const domain = machine?.os === 'Windows' ? 'contoso' : (machine?.name ?? '');
    return {
      id: `${domain}\\${account}`,
      accountName: account,
      accountDomain: domain,
      firstSeen: iso(now - 29 * 24 * HOUR),
      lastSeen: iso(now - hoursAgo * HOUR),
      logonTypes: types,
      // Linux machines are in no domain.
      isDomainAdmin: machine?.os === 'Windows' ? isDomainAdmin === true : null,
      isOnlyNetworkUser: types === 'Network',
    };
  });
}

/** Of the machine of this name. */
export const idOf = (name: string): string => diceOf(name).hex(40);
/** With seven digits of a second, as .NET writes it. */
export const iso = (at: number): string => new Date(at).toISOString().replace('Z', '0000Z');
