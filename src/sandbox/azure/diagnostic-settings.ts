import { things } from '../logs/samples/estate.ts';
import { payments, resourceIdOf, soc, type Workspace } from '../logs/tables-workspaces.ts';
import { subscriptions } from './estate.ts';

const setting = (resource: string, name: string, workspace: Workspace, categories: string[]) => ({
  id: `${resource}/providers/microsoft.insights/diagnosticSettings/${name}`,
  type: 'Microsoft.Insights/diagnosticSettings',
  name,
  properties: {
    workspaceId: resourceIdOf(workspace),
    logAnalyticsDestinationType: 'Dedicated',
    logs: categories.map((category) => ({
      category,
      categoryGroup: null,
      enabled: true,
      retentionPolicy: { enabled: false, days: 0 },
    })),
    metrics: [{ category: 'AllMetrics', enabled: false, retentionPolicy: { enabled: false, days: 0 } }],
  },
});

const activity = ['Administrative', 'Security', 'Alert', 'Policy'];
const blobs = ['StorageRead', 'StorageWrite', 'StorageDelete'];

/** What sends its logs where; the same tables are filled by it. Nobody ever thought of cosmos-shop. */
const sends: readonly [resource: string, workspace: Workspace, categories: string[]][] = [
  [`/subscriptions/${subscriptions.production}`, soc, activity],
  [`/subscriptions/${subscriptions.shared}`, soc, activity],
  [things.keyVault, soc, ['AuditEvent']],
  [`${things.sql.replace(/\/databases\/.*/, '')}/databases/master`, soc, ['SQLSecurityAuditEvents']],
  [things.sql, payments, ['Errors', 'Deadlocks']],
  [`${things.backupStorage}/blobServices/default`, soc, blobs],
  [`${things.shopStorage}/blobServices/default`, soc, blobs],
  [things.aks, soc, ['kube-audit', 'kube-audit-admin', 'guard']],
  [things.registry, soc, ['ContainerRegistryRepositoryEvents', 'ContainerRegistryLoginEvents']],
  [things.postgres, soc, ['PostgreSQLLogs']],
  [things.shopFront, soc, ['AppServiceHTTPLogs']],
  [things.gateway, soc, ['GatewayLogs']],
  [things.webGateway, soc, ['ApplicationGatewayFirewallLog']],
  [things.firewall, soc, ['AZFWNetworkRule', 'AZFWApplicationRule']],
  [things.publicIp, soc, ['DDoSProtectionNotifications', 'DDoSMitigationFlowLogs', 'DDoSMitigationReports']],
];

export function diagnosticSettingsOf(resource: string): object[] {
  return sends
    .filter(([id]) => id.toLowerCase() === resource.toLowerCase())
    .map(([id, workspace, categories]) => setting(id, `to-${workspace.name}`, workspace, categories));
}

/** Their logs come from inside, by an agent, or there are none. */
export function hasNoSettings(resource: string): boolean {
  const type = /\/providers\/([^/]+\/[^/]+)\/[^/]+$/i.exec(resource)?.[1]?.toLowerCase() ?? '';
  return ['microsoft.compute/disks', 'microsoft.compute/snapshots', 'microsoft.network/routetables'].includes(
    type,
  );
}
