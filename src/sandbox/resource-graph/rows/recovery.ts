import { subscriptions } from '../../azure/estate.ts';
import { machineNamed, machines, resource, things } from '../../logs/samples/estate.ts';
import { type GraphRow, rowOf } from '../row.ts';

const hour = 3_600_000;
type Ago = (hours: number) => string;

/** What could be had again of Contoso, were it lost. */
export function recoveryRows(now: Date): GraphRow[] {
  const ago: Ago = (hours) => new Date(now.getTime() - hours * hour).toISOString();
  return [
    ...vaults,
    ...machines.flatMap(({ name }) => item(name, ago)),
    replica('vm-dc-01', { health: 'Normal', rpo: 241, lastTest: ago(41 * 24) }, ago),
    replica('vm-dc-02', { health: 'Normal', rpo: 180, lastTest: ago(12 * 24) }, ago),
    // It was made when the machine was, and nobody has tried it since.
    replica('vm-pay-web-01', { health: 'Critical', rpo: 97_200, lastTest: undefined }, ago),
    instance,
    ...jobs.map((job, n) => jobRow(job, n, ago)),
  ];
}

const vaultId = {
  identity: resource('shared', 'rg-backup', 'Microsoft.RecoveryServices/vaults', 'rsv-identity'),
  payments: resource('production', 'rg-backup', 'Microsoft.RecoveryServices/vaults', 'rsv-payments'),
  blobs: resource('shared', 'rg-backup', 'Microsoft.DataProtection/backupVaults', 'bv-contoso'),
};

const recoveryVault = (id: string, soft: string, immutable: string): GraphRow =>
  rowOf('resources', id, {
    sku: { name: 'RS0', tier: 'Standard' },
    properties: {
      provisioningState: 'Succeeded',
      publicNetworkAccess: 'Enabled',
      securitySettings: {
        softDeleteSettings: { softDeleteState: soft, softDeleteRetentionPeriodInDays: 14 },
        immutabilitySettings: { state: immutable },
      },
      redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Disabled' },
    },
  });

const vaults: GraphRow[] = [
  recoveryVault(vaultId.identity, 'AlwaysON', 'Locked'),
  recoveryVault(vaultId.payments, 'Disabled', 'Disabled'),
  rowOf('resources', vaultId.blobs, {
    properties: {
      provisioningState: 'Succeeded',
      storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }],
      securitySettings: {
        softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
        immutabilitySettings: { state: 'Unlocked' },
      },
    },
  }),
];

interface Kept {
  vault: keyof typeof vaultId;
  policy: string;
  state: 'Protected' | 'ProtectionStopped' | 'ProtectionError';
  /** Hours since the last recovery point, and since the last try. */
  pointHours: number;
  tryHours: number;
  status: 'Completed' | 'Failed';
}

const daily = (vault: Kept['vault'], hours: number): Kept => ({
  vault,
  policy: 'DailyPolicy',
  state: 'Protected',
  // A little more, so that it is of this age whenever it is asked about.
  pointHours: hours + 0.3,
  tryHours: hours + 0.3,
  status: 'Completed',
});

/** Nobody ever thought of vm-report-01 and vm-build-01; desktops are built anew. */
const kept: Record<string, Kept> = {
  'vm-dc-01': daily('identity', 6),
  'vm-dc-02': daily('identity', 7),
  'vm-jump-01': daily('identity', 8),
  'vm-backup-01': daily('identity', 9),
  'vm-file-01': daily('identity', 10),
  'vm-fin-07': daily('identity', 11),
  'vm-pay-web-01': {
    ...daily('payments', 9 * 24 + 5),
    state: 'ProtectionError',
    tryHours: 5,
    status: 'Failed',
  },
  'vm-pay-web-02': daily('payments', 5),
  'vm-shop-001': daily('payments', 12),
  'vm-shop-002': daily('payments', 12),
  'vm-shop-003': { ...daily('payments', 31 * 24), state: 'ProtectionStopped', tryHours: 31 * 24 },
};

function item(name: string, ago: Ago): GraphRow[] {
  const found = kept[name];
  if (!found) return [];
  const { id } = machineNamed(name);
  const group = id.split('/')[4];
  const { vault, policy, state, pointHours, tryHours, status } = found;
  const container = `iaasvmcontainer;iaasvmcontainerv2;${group};${name}`;
  return [
    rowOf(
      'recoveryservicesresources',
      `${vaultId[vault]}/backupFabrics/Azure/protectionContainers/${container}/protectedItems/VM;iaasvmcontainerv2;${group};${name}`,
      {
        properties: {
          protectedItemType: 'Microsoft.Compute/virtualMachines',
          backupManagementType: 'AzureIaasVM',
          workloadType: 'VM',
          friendlyName: name,
          sourceResourceId: id,
          dataSourceInfo: { resourceID: id, datasourceType: 'AzureIaasVM' },
          policyName: policy,
          protectionState: state,
          protectionStatus: state === 'ProtectionError' ? 'Unhealthy' : 'Healthy',
          lastBackupStatus: status,
          lastBackupTime: ago(tryHours),
          lastRecoveryPoint: ago(pointHours),
          isScheduledForDeferredDelete: false,
        },
      },
    ),
  ];
}

interface Followed {
  health: 'Normal' | 'Critical';
  /** Seconds that it is behind. */
  rpo: number;
  lastTest: string | undefined;
}

function replica(name: string, { health, rpo, lastTest }: Followed, ago: Ago): GraphRow {
  const { id } = machineNamed(name);
  const vault = id.startsWith(`/subscriptions/${subscriptions.production}`) ? 'payments' : 'identity';
  return rowOf(
    'recoveryservicesresources',
    `${vaultId[vault]}/replicationFabrics/asr-a2a-westeurope/replicationProtectionContainers/asr-a2a-westeurope-container/replicationProtectedItems/${name}`,
    {
      location: '',
      properties: {
        friendlyName: name,
        protectionState: 'Protected',
        protectionStateDescription: 'Protected',
        replicationHealth: health,
        failoverHealth: 'Normal',
        testFailoverState: 'None',
        activeLocation: 'Primary',
        policyFriendlyName: '24-hour-retention-policy',
        primaryFabricFriendlyName: 'asr-a2a-westeurope',
        recoveryFabricFriendlyName: 'asr-a2a-northeurope',
        // .NET's first moment stands for never.
        lastSuccessfulTestFailoverTime: lastTest ?? '0001-01-01T00:00:00Z',
        lastSuccessfulFailoverTime: null,
        allowedOperations: ['UnplannedFailover', 'TestFailover', 'DisableReplication'],
        healthErrors: [],
        providerSpecificDetails: {
          instanceType: 'A2A',
          fabricObjectId: id,
          dataSourceInfo: { datasourceType: 'AzureVM', resourceId: id, resourceLocation: 'westeurope' },
          recoveryFabricLocation: 'North Europe',
          rpoInSeconds: rpo,
          lastRpoCalculatedTime: ago(0.2),
        },
      },
    },
  );
}

const instanceId = `${vaultId.blobs}/backupInstances/stcontosobackup-stcontosobackup-1f0c7a52-8d4e-4b61-9a37-5c2e8f90d3b4`;
const source = {
  objectType: 'Datasource',
  datasourceType: 'Microsoft.Storage/storageAccounts/blobServices',
  resourceID: things.backupStorage,
  resourceName: 'stcontosobackup',
};

/** A copy of the nightly backups in a vault, once a week. */
const instance = rowOf('recoveryservicesresources', instanceId, {
  location: '',
  properties: {
    objectType: 'BackupInstance',
    friendlyName: 'stcontosobackup',
    currentProtectionState: 'ProtectionConfigured',
    protectionStatus: { status: 'ProtectionConfigured' },
    dataSourceInfo: source,
    policyInfo: { policyId: `${vaultId.blobs}/backupPolicies/WeeklyBlobs` },
    provisioningState: 'Succeeded',
  },
});

const jobs = [
  { hours: 2 * 24 + 5, status: 'Failed' },
  { hours: 9 * 24 + 5, status: 'Completed' },
  { hours: 16 * 24 + 5, status: 'Completed' },
];

const jobRow = ({ hours, status }: (typeof jobs)[number], n: number, ago: Ago): GraphRow =>
  rowOf('recoveryservicesresources', `${vaultId.blobs}/backupJobs/0d7f4c3a-6b21-4e58-93fa-7c1d2e8b4a0${n}`, {
    location: '',
    properties: {
      backupInstanceId: instanceId,
      dataSourceId: things.backupStorage,
      dataSourceName: 'stcontosobackup',
      dataSourceType: source.datasourceType,
      vaultName: 'bv-contoso',
      operation: 'ScheduledBackup',
      operationCategory: 'Backup',
      status,
      startTime: ago(hours + 1),
      endTime: ago(hours),
    },
  });
