const storage = ['StorageRead', 'StorageWrite', 'StorageDelete'];

/**
 * The logs that a type can write; one that does not stand here has metrics alone.
 * https://learn.microsoft.com/azure/azure-monitor/reference/logs-index
 */
const logs: Readonly<Record<string, readonly string[]>> = {
  subscriptions: [
    'Administrative',
    'Security',
    'ServiceHealth',
    'Alert',
    'Recommendation',
    'Policy',
    'Autoscale',
    'ResourceHealth',
  ],
  'microsoft.apimanagement/service': ['GatewayLogs', 'WebSocketConnectionLogs'],
  'microsoft.containerregistry/registries': [
    'ContainerRegistryRepositoryEvents',
    'ContainerRegistryLoginEvents',
  ],
  'microsoft.containerservice/managedclusters': [
    'kube-apiserver',
    'kube-audit',
    'kube-audit-admin',
    'kube-controller-manager',
    'kube-scheduler',
    'cluster-autoscaler',
    'guard',
  ],
  'microsoft.dbforpostgresql/flexibleservers': ['PostgreSQLLogs'],
  'microsoft.documentdb/databaseaccounts': [
    'DataPlaneRequests',
    'QueryRuntimeStatistics',
    'PartitionKeyStatistics',
    'PartitionKeyRUConsumption',
    'ControlPlaneRequests',
  ],
  'microsoft.keyvault/vaults': ['AuditEvent', 'AzurePolicyEvaluationDetails'],
  'microsoft.network/applicationgateways': [
    'ApplicationGatewayAccessLog',
    'ApplicationGatewayPerformanceLog',
    'ApplicationGatewayFirewallLog',
  ],
  'microsoft.network/azurefirewalls': ['AZFWNetworkRule', 'AZFWApplicationRule', 'AZFWThreatIntel'],
  'microsoft.network/networksecuritygroups': ['NetworkSecurityGroupEvent', 'NetworkSecurityGroupRuleCounter'],
  'microsoft.network/publicipaddresses': [
    'DDoSProtectionNotifications',
    'DDoSMitigationFlowLogs',
    'DDoSMitigationReports',
  ],
  'microsoft.network/virtualnetworks': ['VMProtectionAlerts'],
  'microsoft.recoveryservices/vaults': ['AzureBackupReport', 'CoreAzureBackup', 'AddonAzureBackupJobs'],
  'microsoft.sql/servers/databases': [
    'SQLSecurityAuditEvents',
    'SQLInsights',
    'AutomaticTuning',
    'Errors',
    'Timeouts',
    'Blocks',
    'Deadlocks',
  ],
  'microsoft.storage/storageaccounts/blobservices': storage,
  'microsoft.storage/storageaccounts/fileservices': storage,
  'microsoft.storage/storageaccounts/queueservices': storage,
  'microsoft.storage/storageaccounts/tableservices': storage,
  'microsoft.web/sites': ['AppServiceHTTPLogs', 'AppServiceConsoleLogs', 'AppServiceAuditLogs'],
};

/** What a setting of this resource may send: kinds of logs, and metrics where it has any. */
export function categoriesOf(resource: string): object[] {
  const type = typeIn(resource);
  const named = (name: string, properties: object) => ({
    id: `${resource}/providers/microsoft.insights/diagnosticSettingsCategories/${name}`,
    type: 'microsoft.insights/diagnosticSettingsCategories',
    name,
    properties,
  });
  return [
    ...(logs[type] ?? []).map((name) => named(name, { categoryType: 'Logs', categoryGroups: ['allLogs'] })),
    ...(type === 'subscriptions' ? [] : [named('AllMetrics', { categoryType: 'Metrics' })]),
  ];
}

/** `microsoft.sql/servers/databases`, or `subscriptions` of a subscription itself. */
function typeIn(resource: string): string {
  const [first, provider] = resource.toLowerCase().split('/providers/');
  if (provider === undefined) return first?.split('/')[1] ?? '';
  const [namespace, ...pairs] = provider.split('/');
  return [namespace, ...pairs.filter((_part, at) => at % 2 === 0)].join('/');
}
