/** What people call the types of Azure that alerts are about most, by their names in lower case. */
const kinds: Record<string, string> = {
  'microsoft.compute/virtualmachines': 'Virtual machine',
  'microsoft.compute/virtualmachinescalesets': 'Virtual machine scale set',
  'microsoft.compute/disks': 'Disk',
  'microsoft.hybridcompute/machines': 'Machine connected by Arc',
  'microsoft.keyvault/vaults': 'Key vault',
  'microsoft.storage/storageaccounts': 'Storage account',
  'microsoft.sql/servers': 'SQL server',
  'microsoft.sql/servers/databases': 'SQL database',
  'microsoft.documentdb/databaseaccounts': 'Cosmos DB account',
  'microsoft.dbforpostgresql/flexibleservers': 'PostgreSQL server',
  'microsoft.dbformysql/flexibleservers': 'MySQL server',
  'microsoft.containerservice/managedclusters': 'Kubernetes cluster',
  'microsoft.containerregistry/registries': 'Container registry',
  'microsoft.web/sites': 'App Service app',
  'microsoft.apimanagement/service': 'API Management gateway',
  'microsoft.network/publicipaddresses': 'Public IP address',
  'microsoft.network/networkinterfaces': 'Network interface',
  'microsoft.network/networksecuritygroups': 'Network security group',
  'microsoft.network/virtualnetworks': 'Virtual network',
  'microsoft.insights/components': 'Application Insights',
  'microsoft.resources/subscriptions': 'Subscription',
  'microsoft.resources/subscriptions/resourcegroups': 'Resource group',
};

export const kindOf = (type: string): string => kinds[type] ?? type;
