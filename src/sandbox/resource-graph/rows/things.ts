import { things } from '../../logs/samples/estate.ts';
import { TENANT_ID } from '../../people.ts';
import { type GraphRow, rowOf } from '../row.ts';

const payments = {
  application: 'Payments',
  owner: 'payments-team@contoso.com',
  environment: 'production',
  criticality: 'crown-jewel',
  runbook: 'https://wiki.contoso.com/payments/runbook',
};
const shop = { application: 'Shop', owner: 'shop-team@contoso.com', environment: 'production' };

const openRules = { bypass: 'AzureServices', defaultAction: 'Allow', ipRules: [], virtualNetworkRules: [] };
const closedRules = { ...openRules, defaultAction: 'Deny' };

const storage = (name: string, made: string, more: object) => ({
  kind: 'StorageV2',
  properties: {
    accessTier: 'Hot',
    minimumTlsVersion: 'TLS1_2',
    supportsHttpsTrafficOnly: true,
    creationTime: made,
    primaryLocation: 'westeurope',
    statusOfPrimary: 'available',
    primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` },
    provisioningState: 'Succeeded',
    ...more,
  },
});
const site = (name: string, httpsOnly: boolean) => ({
  kind: 'app,linux',
  properties: {
    state: 'Running',
    defaultHostName: `${name}.azurewebsites.net`,
    hostNames: [`${name}.azurewebsites.net`],
    httpsOnly,
    // App Service leaves it out until somebody sets it: everybody may come.
    publicNetworkAccess: null,
    virtualNetworkSubnetId: null,
  },
});

/** What Contoso keeps in services of Azure; things.sql is a database, its firewall is that of its server. */
export const thingRows = (): GraphRow[] => [
  rowOf('resources', things.keyVault, {
    tags: payments,
    properties: {
      sku: { family: 'A', name: 'standard' },
      tenantId: TENANT_ID,
      vaultUri: 'https://kv-payments.vault.azure.net/',
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      publicNetworkAccess: 'Enabled',
      networkAcls: openRules,
      provisioningState: 'Succeeded',
    },
  }),
  rowOf('resources', things.sql.replace(/\/databases\/.*$/, ''), {
    kind: 'v12.0',
    tags: payments,
    properties: {
      fullyQualifiedDomainName: 'sql-payments.database.windows.net',
      publicNetworkAccess: 'Disabled',
      minimalTlsVersion: '1.2',
      version: '12.0',
      state: 'Ready',
      administrators: { administratorType: 'ActiveDirectory', azureADOnlyAuthentication: false },
    },
  }),
  rowOf('resources', things.sql, {
    kind: 'v12.0,user,vcore',
    sku: { name: 'GP_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: 4 },
    tags: payments,
    properties: {
      status: 'Online',
      creationDate: '2024-11-05T13:00:21.457Z',
      currentServiceObjectiveName: 'GP_Gen5_4',
      zoneRedundant: false,
      currentBackupStorageRedundancy: 'Geo',
    },
  }),
  rowOf('resources', things.backupStorage, {
    tags: { application: 'Backup', owner: 'identity-team@contoso.com', criticality: 'mission-critical' },
    sku: { name: 'Standard_GRS', tier: 'Standard' },
    ...storage('stcontosobackup', '2023-03-01T09:12:00.0000000Z', {
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: true,
      publicNetworkAccess: 'Enabled',
      networkAcls: openRules,
    }),
  }),
  rowOf('resources', things.shopStorage, {
    tags: shop,
    sku: { name: 'Standard_LRS', tier: 'Standard' },
    ...storage('stcontososhop', '2025-09-29T10:00:00.0000000Z', {
      allowBlobPublicAccess: true,
      allowSharedKeyAccess: true,
      publicNetworkAccess: 'Enabled',
      networkAcls: openRules,
    }),
  }),
  rowOf('resources', things.cosmos, {
    kind: 'GlobalDocumentDB',
    tags: shop,
    properties: {
      documentEndpoint: 'https://cosmos-shop.documents.azure.com:443/',
      publicNetworkAccess: 'Enabled',
      isVirtualNetworkFilterEnabled: false,
      ipRules: [],
      disableLocalAuth: false,
      provisioningState: 'Succeeded',
    },
  }),
  rowOf('resources', things.aks, {
    tags: shop,
    sku: { name: 'Base', tier: 'Standard' },
    identity: {
      type: 'SystemAssigned',
      principalId: '0000a2c2-acc0-4c0d-9b7a-3f6e2d81c0a0',
      tenantId: TENANT_ID,
    },
    properties: {
      kubernetesVersion: '1.33.2',
      powerState: { code: 'Running' },
      apiServerAccessProfile: { enablePrivateCluster: false, authorizedIPRanges: [] },
      disableLocalAccounts: false,
      provisioningState: 'Succeeded',
    },
  }),
  rowOf('resources', things.registry, {
    tags: shop,
    sku: { name: 'Premium', tier: 'Premium' },
    properties: {
      loginServer: 'crcontososhop.azurecr.io',
      adminUserEnabled: true,
      anonymousPullEnabled: false,
      publicNetworkAccess: 'Enabled',
      networkRuleSet: { defaultAction: 'Allow', ipRules: [] },
      creationDate: '2025-09-28T08:00:00.1234567Z',
      provisioningState: 'Succeeded',
    },
  }),
  rowOf('resources', things.postgres, {
    tags: shop,
    sku: { name: 'Standard_D4ds_v5', tier: 'GeneralPurpose' },
    properties: {
      state: 'Ready',
      version: '16',
      fullyQualifiedDomainName: 'psql-orders.postgres.database.azure.com',
      network: { publicNetworkAccess: 'Enabled' },
      highAvailability: { mode: 'Disabled' },
    },
  }),
  rowOf('resources', things.shopFront, { tags: shop, ...site('app-shop-front', true) }),
  // Nobody has missed it since the spring, nor taken it away.
  rowOf('resources', things.springSale, {
    tags: { application: 'Spring sale', environment: 'production' },
    ...site('app-spring-sale', false),
  }),
  rowOf('resources', things.gateway, {
    tags: { ...shop, criticality: 'high' },
    sku: { name: 'Premium', capacity: 1 },
    properties: {
      gatewayUrl: 'https://apim-contoso.azure-api.net',
      publicNetworkAccess: 'Enabled',
      virtualNetworkType: 'External',
      createdAtUtc: '2025-02-17T09:00:00.0000000Z',
      provisioningState: 'Succeeded',
    },
  }),
  rowOf('resources', things.payApp, {
    kind: 'web',
    tags: payments,
    properties: {
      Application_Type: 'web',
      publicNetworkAccessForIngestion: 'Enabled',
      publicNetworkAccessForQuery: 'Enabled',
      CreationDate: '2025-01-20T11:00:00.0000000Z',
    },
  }),
  rowOf('resources', things.webGateway, {
    tags: { owner: 'network-team@contoso.com', criticality: 'high', environment: 'production' },
    properties: {
      sku: { name: 'WAF_v2', tier: 'WAF_v2' },
      operationalState: 'Running',
      webApplicationFirewallConfiguration: { enabled: true, firewallMode: 'Prevention' },
      provisioningState: 'Succeeded',
    },
  }),
  rowOf('resources', things.firewall, {
    tags: { owner: 'network-team@contoso.com', criticality: 'high', environment: 'production' },
    properties: {
      sku: { name: 'AZFW_VNet', tier: 'Premium' },
      threatIntelMode: 'Alert',
      provisioningState: 'Succeeded',
    },
  }),
  rowOf('resources', things.flowLog, { properties: { provisioningState: 'Succeeded' } }),
  rowOf('resources', things.keyVault.replace(/kv-payments$/, 'kv-payments-eu'), {
    tags: { ...payments, application: 'Payments, second region' },
    location: 'northeurope',
    properties: {
      sku: { family: 'A', name: 'premium' },
      tenantId: TENANT_ID,
      vaultUri: 'https://kv-payments-eu.vault.azure.net/',
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
      publicNetworkAccess: 'Disabled',
      networkAcls: closedRules,
      provisioningState: 'Succeeded',
    },
  }),
];
