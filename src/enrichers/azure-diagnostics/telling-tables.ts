/** A table of resource logs that tells who was let in, stopped or refused. */
export interface TellingTable {
  table: string;
  /** For people: `Azure Firewall`. */
  title: string;
  /** Those that AzureDiagnostics holds in its place, where a resource writes there. */
  categories: readonly string[];
  /** Which of its rows are about the address `address`. */
  ofAddress: string;
  /** KQL: what was done, in a word, and with what. */
  action: string;
  detail: string;
}

/** Columns: https://learn.microsoft.com/azure/azure-monitor/reference/tables-index */
export const tellingTables: readonly TellingTable[] = [
  {
    table: 'AZFWNetworkRule',
    title: 'Azure Firewall',
    categories: ['AZFWNetworkRule', 'AzureFirewallNetworkRule'],
    ofAddress: 'SourceIp == address or DestinationIp == address',
    action: 'Action',
    detail: 'strcat(DestinationIp, ":", tostring(DestinationPort), " ", coalesce(Rule, ActionReason))',
  },
  {
    table: 'AZFWApplicationRule',
    title: 'Azure Firewall',
    categories: ['AZFWApplicationRule', 'AzureFirewallApplicationRule'],
    ofAddress: 'SourceIp == address',
    action: 'Action',
    detail: 'strcat(Fqdn, " ", coalesce(Rule, ActionReason))',
  },
  {
    table: 'AGWFirewallLogs',
    title: 'Web application firewall',
    categories: ['ApplicationGatewayFirewallLog'],
    ofAddress: 'ClientIp == address',
    action: 'Action',
    detail: 'strcat(Hostname, " ", Message)',
  },
  {
    table: 'ApiManagementGatewayLogs',
    title: 'API Management',
    categories: ['GatewayLogs'],
    ofAddress: 'CallerIpAddress == address',
    action: 'case(ResponseCode < 400, "Answered", ResponseCode < 500, "Refused", "Failed")',
    detail: 'strcat(ApiId, " ", tostring(ResponseCode))',
  },
  {
    // Of Synapse's workspaces only: the audit of Azure SQL is in AzureDiagnostics.
    table: 'SQLSecurityAuditEvents',
    title: 'Synapse SQL audit',
    categories: ['SQLSecurityAuditEvents'],
    ofAddress: 'ClientIp == address',
    action: 'iff(Succeeded, "Done", "Failed")',
    detail: 'strcat(ServerPrincipalName, " by ", ApplicationName, " from ", ClientIp)',
  },
  {
    table: 'PGSQLServerLogs',
    title: 'PostgreSQL',
    categories: ['PostgreSQLLogs'],
    ofAddress: 'ConnectionFrom == address or ConnectionFrom startswith strcat(address, ":")',
    action: 'iff(ErrorLevel in ("FATAL", "ERROR"), "Failed", "Done")',
    detail: 'strcat(UserName, " ", SqlErrorCode)',
  },
  {
    table: 'AppServiceHTTPLogs',
    title: 'App Service',
    categories: ['AppServiceHTTPLogs'],
    ofAddress: 'CIp == address',
    action: 'case(ScStatus < 400, "Answered", ScStatus < 500, "Refused", "Failed")',
    detail: 'strcat(CsHost, " ", tostring(ScStatus))',
  },
];
