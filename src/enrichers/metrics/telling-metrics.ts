/** A metric that tells of an attack on a kind of resource, or of what came of it. */
export interface TellingMetric {
  /** In the API. */
  name: string;
  /** For people, short: `Egress`. */
  title: string;
  unit: 'bytes' | 'requests' | '%' | 'connections';
  /** What a point of it is: the sum of its time, how often something was, or how it was on average. */
  of: 'total' | 'count' | 'average';
}

const egress: TellingMetric = { name: 'Egress', title: 'Egress', unit: 'bytes', of: 'total' };
const cpu = (name: string): TellingMetric => ({ name, title: 'CPU', unit: '%', of: 'average' });
const requests = (name: string, of: 'total' | 'count' = 'total'): TellingMetric => ({
  name,
  title: 'Requests',
  unit: 'requests',
  of,
});
const refused = (name: string): TellingMetric => ({
  name,
  title: 'Failed connections',
  unit: 'connections',
  of: 'total',
});

/** By type: https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index */
export const tellingMetrics: Readonly<Record<string, readonly TellingMetric[]>> = {
  'microsoft.compute/virtualmachines': [
    cpu('Percentage CPU'),
    { name: 'Network Out Total', title: 'Network out', unit: 'bytes', of: 'total' },
  ],
  'microsoft.storage/storageaccounts': [egress, requests('Transactions')],
  'microsoft.keyvault/vaults': [requests('ServiceApiHit', 'count')],
  // `connection_failed` is what the system is at fault for; a guessed password is the user's.
  'microsoft.sql/servers/databases': [
    cpu('cpu_percent'),
    refused('connection_failed_user_error'),
    { ...refused('blocked_by_firewall'), title: 'Blocked by firewall' },
  ],
  'microsoft.dbforpostgresql/flexibleservers': [refused('connections_failed'), cpu('cpu_percent')],
  'microsoft.dbformysql/flexibleservers': [refused('aborted_connections'), cpu('cpu_percent')],
  'microsoft.documentdb/databaseaccounts': [requests('TotalRequests', 'count')],
  'microsoft.network/publicipaddresses': [
    { name: 'ByteCount', title: 'Traffic', unit: 'bytes', of: 'total' },
  ],
  'microsoft.network/applicationgateways': [requests('TotalRequests')],
  'microsoft.apimanagement/service': [requests('Requests')],
  'microsoft.containerservice/managedclusters': [cpu('node_cpu_usage_percentage')],
  'microsoft.containerregistry/registries': [
    { ...requests('TotalPullCount'), title: 'Image pulls' },
    { ...requests('TotalPushCount'), title: 'Image pushes' },
  ],
  'microsoft.web/sites': [requests('Requests')],
};
