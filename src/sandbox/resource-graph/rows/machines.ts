import { azureMachines, nicId } from '../../azure/network-estate.ts';
import { type Machine, resource } from '../../logs/samples/estate.ts';
import { TENANT_ID } from '../../people.ts';
import { type GraphRow, rowOf } from '../row.ts';

interface Make {
  size: string;
  made: string;
  tags?: Record<string, string>;
  /** Object id of its managed identity. */
  identity?: string;
  power?: 'running' | 'deallocated';
  /** Its system's disk is on the host and lost when it leaves it. */
  isEphemeral?: true;
  /** Disks for data, by their numbers. */
  data?: readonly { gib: number; sku: 'Premium_LRS' | 'PremiumV2_LRS' }[];
}

const payments = {
  application: 'Payments',
  owner: 'payments-team@contoso.com',
  environment: 'production',
  criticality: 'crown-jewel',
  runbook: 'https://wiki.contoso.com/payments/runbook',
  'cost-center': '4711',
};
/** Written by other people, who spell tags their own way. */
const directory = { App: 'Active Directory', Criticality: 'Tier 0', Env: 'production' };
const shop = { application: 'Shop', owner: 'shop-team@contoso.com', environment: 'production' };

const makes: Record<string, Make> = {
  'vm-dc-01': { size: 'Standard_D4s_v5', made: '2023-02-14T08:12:31Z', tags: directory },
  'vm-dc-02': { size: 'Standard_D4s_v5', made: '2023-02-14T08:40:02Z', tags: directory },
  'vm-jump-01': {
    size: 'Standard_B4ms',
    made: '2024-06-03T12:05:44Z',
    tags: { application: 'Administration', criticality: 'high', environment: 'production' },
  },
  'vm-backup-01': {
    size: 'Standard_D8s_v5',
    made: '2023-03-01T09:30:00Z',
    tags: { application: 'Backup', criticality: 'high', environment: 'production' },
    data: [{ gib: 1_024, sku: 'Premium_LRS' }],
  },
  'vm-pay-web-01': {
    size: 'Standard_D4s_v5',
    made: '2025-01-20T10:21:09Z',
    tags: payments,
    identity: '5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614',
  },
  'vm-pay-web-02': { size: 'Standard_D4s_v5', made: '2025-01-20T10:24:51Z', tags: payments },
  'vm-report-01': {
    size: 'Standard_D2s_v5',
    made: '2025-04-11T07:00:12Z',
    tags: { ...payments, criticality: 'medium' },
    data: [{ gib: 256, sku: 'PremiumV2_LRS' }],
  },
  'vm-build-01': {
    size: 'Standard_F8s_v2',
    made: '2026-02-02T15:44:20Z',
    tags: { application: 'Build', owner: 'shop-team@contoso.com', environment: 'test' },
    isEphemeral: true,
  },
  'vm-shop-001': { size: 'Standard_D2s_v5', made: '2025-09-30T11:00:00Z', tags: shop },
  'vm-shop-002': { size: 'Standard_D2s_v5', made: '2025-09-30T11:02:00Z', tags: shop },
  'vm-shop-003': { size: 'Standard_D2s_v5', made: '2025-09-30T11:04:00Z', tags: shop },
};
const desktop: Make = { size: 'Standard_D2s_v5', made: '2024-10-07T06:30:00Z' };

/** Left behind by a test of the backups, once in each subscription. */
const copies: Machine[] = (['shared', 'production'] as const).map((of) => ({
  name: 'vm-restore-test',
  os: 'Windows',
  ip: '10.10.3.90',
  id: resource(of, 'rg-backup', 'Microsoft.Compute/virtualMachines', 'vm-restore-test'),
}));
const copied: Make = { size: 'Standard_D2s_v5', made: '2026-10-12T19:04:00Z', power: 'deallocated' };

export const machineRows = (): GraphRow[] => [
  ...azureMachines.flatMap((machine) => machineOf(machine, makes[machine.name] ?? desktop)),
  ...copies.flatMap((machine) => machineOf(machine, copied)),
  connected,
];

function machineOf(machine: Machine, make: Make): GraphRow[] {
  const { id, name, os } = machine;
  const disks = id.replace('/virtualMachines/', '/disks/');
  const { power = 'running', isEphemeral, data = [] } = make;
  return [
    rowOf('resources', id, {
      ...(make.tags ? { tags: make.tags } : {}),
      ...(make.identity
        ? { identity: { type: 'SystemAssigned', principalId: make.identity, tenantId: TENANT_ID } }
        : {}),
      zones: ['1'],
      properties: {
        hardwareProfile: { vmSize: make.size },
        storageProfile: {
          imageReference: images[os],
          osDisk: {
            osType: os,
            name: `${name}-os`,
            createOption: 'FromImage',
            ...(isEphemeral ? { diffDiskSettings: { option: 'Local', placement: 'CacheDisk' } } : {}),
            managedDisk: { id: `${disks}-os` },
          },
          dataDisks: data.map((_disk, lun) => ({
            lun,
            name: `${name}-data-${lun}`,
            createOption: 'Attach',
            managedDisk: { id: `${disks}-data-${lun}` },
          })),
        },
        osProfile: { computerName: name, adminUsername: 'contosoadmin', ...configurations[os] },
        networkProfile: { networkInterfaces: [{ id: nicId(machine), properties: { primary: true } }] },
        securityProfile: { securityType: 'TrustedLaunch' },
        provisioningState: 'Succeeded',
        timeCreated: make.made,
        extended: {
          instanceView: {
            ...(power === 'running' ? { computerName: name, ...systems[os] } : {}),
            powerState: { code: `PowerState/${power}`, displayStatus: `VM ${power}`, level: 'Info' },
          },
        },
      },
    }),
    diskRow(`${disks}-os`, { gib: os === 'Windows' ? 127 : 64, sku: 'Premium_LRS' }, id, { ...make, os }),
    ...data.map((disk, lun) => diskRow(`${disks}-data-${lun}`, disk, id, make)),
  ];
}

function diskRow(
  id: string,
  { gib, sku }: { gib: number; sku: string },
  machine: string,
  { power = 'running', made, os }: Make & { os?: Machine['os'] },
): GraphRow {
  return rowOf('resources', id, {
    managedBy: machine,
    sku: { name: sku, tier: 'Premium' },
    properties: {
      diskSizeGB: gib,
      ...(os ? { osType: os } : {}),
      diskState: power === 'running' ? 'Attached' : 'Reserved',
      timeCreated: made,
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
      networkAccessPolicy: 'AllowAll',
      publicNetworkAccess: 'Enabled',
      provisioningState: 'Succeeded',
    },
  });
}

const images = {
  Windows: {
    publisher: 'MicrosoftWindowsServer',
    offer: 'WindowsServer',
    sku: '2022-datacenter-azure-edition',
  },
  Linux: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server' },
};
const systems = {
  Windows: { osName: 'Windows Server 2022 Datacenter Azure Edition', osVersion: '10.0.20348.2849' },
  Linux: { osName: 'ubuntu', osVersion: '24.04' },
};
const configurations = {
  Windows: { windowsConfiguration: { provisionVMAgent: true, enableAutomaticUpdates: true } },
  Linux: { linuxConfiguration: { disablePasswordAuthentication: true, provisionVMAgent: true } },
};

/** A server in the office, connected by Arc: it keeps the badges for the doors. */
const connected = rowOf(
  'resources',
  resource('shared', 'rg-office', 'Microsoft.HybridCompute/machines', 'srv-badge-01'),
  {
    tags: { owner: 'facilities@contoso.com', datacenter: 'Frankfurt' },
    identity: {
      type: 'SystemAssigned',
      principalId: '0000a2c1-acc0-4c0d-9b7a-3f6e2d81c0a0',
      tenantId: TENANT_ID,
    },
    properties: {
      status: 'Connected',
      osName: 'windows',
      osType: 'windows',
      osSku: 'Windows Server 2019 Standard',
      osVersion: '10.0.17763.6532',
      displayName: 'srv-badge-01',
      agentVersion: '1.48.02881.1941',
      lastStatusChange: '2026-11-02T03:12:00Z',
      provisioningState: 'Succeeded',
    },
  },
);
