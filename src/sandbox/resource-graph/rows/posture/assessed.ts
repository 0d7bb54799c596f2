import { type Machine, machines, things } from '../../../logs/samples/estate.ts';
import type { CheckName } from './checks.ts';

/** A resource, what is looked at, and since how many days which of it is not as it should be. */
export interface Assessed {
  id: string;
  checks: readonly CheckName[];
  open: Partial<Record<CheckName, { days: number; risk?: 'Critical' | 'High' | 'Medium' | 'Low' }>>;
}

const ofMachine = [
  'ports',
  'justInTime',
  'vulnerabilities',
  'updates',
  'backup',
  'hostEncryption',
  'detection',
] as const satisfies CheckName[];

/** vm-dc-02 is as it should be, and vm-pay-web-02 nearly so. */
const openAtMachines: Record<string, Assessed['open']> = {
  'vm-pay-web-01': {
    ports: { days: 38, risk: 'Critical' },
    justInTime: { days: 38, risk: 'High' },
    vulnerabilities: { days: 12, risk: 'Critical' },
    updates: { days: 12, risk: 'Medium' },
  },
  'vm-pay-web-02': { updates: { days: 5, risk: 'Low' } },
  'vm-report-01': { backup: { days: 240, risk: 'Low' }, updates: { days: 40, risk: 'Medium' } },
  'vm-build-01': {
    backup: { days: 300, risk: 'Low' },
    vulnerabilities: { days: 61, risk: 'High' },
    updates: { days: 61, risk: 'Medium' },
  },
  'vm-jump-01': { ports: { days: 3, risk: 'Critical' }, justInTime: { days: 190, risk: 'High' } },
  'vm-dc-01': { updates: { days: 9, risk: 'Medium' }, hostEncryption: { days: 400, risk: 'Low' } },
  'vm-dc-02': {},
  'vm-backup-01': { vulnerabilities: { days: 20, risk: 'Medium' } },
  'vm-file-01': { updates: { days: 33, risk: 'Medium' } },
};
const usualAtMachines: Assessed['open'] = { hostEncryption: { days: 120, risk: 'Low' } };

const machine = ({ name, id }: Machine): Assessed => ({
  id,
  checks: ofMachine,
  open: openAtMachines[name] ?? usualAtMachines,
});

const sqlServer = things.sql.replace(/\/databases\/.*$/, '');

export const assessed: readonly Assessed[] = [
  ...machines.map(machine),
  {
    id: things.keyVault,
    checks: ['vaultLogs', 'purge', 'secretExpiry', 'vaultFirewall'],
    open: {
      purge: { days: 210, risk: 'Medium' },
      secretExpiry: { days: 95, risk: 'High' },
      vaultFirewall: { days: 210, risk: 'High' },
    },
  },
  {
    id: sqlServer,
    checks: ['sqlAuditing', 'sqlEntraOnly'],
    open: { sqlAuditing: { days: 27, risk: 'Medium' }, sqlEntraOnly: { days: 150, risk: 'Medium' } },
  },
  {
    id: things.sql,
    checks: ['sqlVulnerabilities', 'sqlEncryption'],
    open: { sqlVulnerabilities: { days: 44, risk: 'High' } },
  },
  {
    id: things.backupStorage,
    checks: ['sharedKeys', 'publicBlobs', 'storageNetwork', 'secureTransfer'],
    open: { sharedKeys: { days: 320, risk: 'High' }, storageNetwork: { days: 320, risk: 'High' } },
  },
  {
    id: things.shopStorage,
    checks: ['sharedKeys', 'publicBlobs', 'storageNetwork', 'secureTransfer'],
    open: { publicBlobs: { days: 60, risk: 'Medium' }, sharedKeys: { days: 60, risk: 'Low' } },
  },
  {
    id: things.cosmos,
    checks: ['cosmosKeys', 'cosmosFirewall'],
    open: { cosmosKeys: { days: 130, risk: 'Medium' }, cosmosFirewall: { days: 130, risk: 'Medium' } },
  },
  {
    id: things.aks,
    checks: ['runningImages', 'privileged', 'apiServer'],
    open: {
      runningImages: { days: 2, risk: 'Critical' },
      privileged: { days: 2, risk: 'High' },
      apiServer: { days: 88, risk: 'High' },
    },
  },
  {
    id: things.registry,
    checks: ['images', 'registryNetwork'],
    open: { images: { days: 2, risk: 'Critical' }, registryNetwork: { days: 200, risk: 'Medium' } },
  },
  {
    id: things.postgres,
    checks: ['postgresNetwork'],
    open: { postgresNetwork: { days: 75, risk: 'High' } },
  },
  { id: things.shopFront, checks: ['webHttps', 'danglingDns'], open: {} },
  {
    id: things.springSale,
    checks: ['webHttps', 'danglingDns'],
    open: { webHttps: { days: 170, risk: 'Low' }, danglingDns: { days: 6, risk: 'High' } },
  },
  {
    id: things.gateway,
    checks: ['unusedApis', 'unauthenticatedApis'],
    open: { unusedApis: { days: 52, risk: 'Low' }, unauthenticatedApis: { days: 14, risk: 'High' } },
  },
  { id: things.publicIp, checks: ['ddos'], open: {} },
  { id: things.webGateway, checks: ['webFirewall'], open: {} },
];
