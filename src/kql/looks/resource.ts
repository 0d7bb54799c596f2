import { kqlString } from '../escape.ts';
import type { Look, Names } from './look.ts';

/** `resourceName` is the last part of its id, which is its name; `ending` as ids end in it, or the whole id. */
export function resourceNames(resource: string): Names {
  const name = resource.split('/').findLast((part) => part !== '') ?? resource;
  const ending = resource.startsWith('/') ? resource.replace(/\/+$/, '') : `/${name}`;
  return { resourceName: kqlString(name), ending: kqlString(ending.toLowerCase()) };
}

/** Columns of AzureDiagnostics are there only where something was once written to them. */
const sqlAudit = [
  ...Object.entries({
    LogicalServerName: 'LogicalServerName_s',
    DatabaseName: 'database_name_s',
    ServerPrincipalName: 'server_principal_name_s',
    ClientIp: 'client_ip_s',
    ApplicationName: 'application_name_s',
    ActionName: 'action_name_s',
    Succeeded: 'succeeded_s',
    Statement: 'statement_s',
  }).map(([name, column]) => `${name} = tostring(column_ifexists("${column}", ""))`),
  'ResponseRows = tolong(column_ifexists("response_rows_d", real(null)))',
].join(', ');

export const resourceLooks: Look[] = [
  {
    title: 'Alerts',
    needs: ['SecurityAlert'],
    rows: 'SecurityAlert\n| where CompromisedEntity has resourceName or ResourceId endswith ending or Entities has resourceName',
    glance:
      'summarize arg_max(TimeGenerated, AlertSeverity, ProductName) by AlertName\n| top 5 by TimeGenerated desc\n| project TimeGenerated, AlertSeverity, AlertName',
    columns: 'TimeGenerated, AlertSeverity, AlertName, Description, CompromisedEntity, ProductName',
  },
  {
    title: 'Changes to it',
    needs: ['AzureActivity'],
    rows: 'AzureActivity\n| where _ResourceId endswith ending or _ResourceId contains strcat(ending, "/") or Resource =~ resourceName',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by OperationNameValue, Caller, ActivityStatusValue\n| top 5 by Last desc',
    columns: 'TimeGenerated, OperationNameValue, ActivityStatusValue, Caller, CallerIpAddress, _ResourceId',
  },
  {
    title: 'Who reads and writes its blobs',
    needs: ['StorageBlobLogs'],
    rows: 'StorageBlobLogs\n| where AccountName =~ resourceName',
    glance:
      'summarize Count = count(), Bytes = sum(ResponseBodySize), Last = max(TimeGenerated) by OperationName, CallerIpAddress = tostring(split(CallerIpAddress, ":")[0]), AuthenticationType\n| top 5 by Count desc',
    columns:
      'TimeGenerated, OperationName, StatusText, CallerIpAddress, AuthenticationType, RequesterUpn, ObjectKey',
  },
  {
    title: 'Who uses its secrets and keys',
    needs: ['AZKVAuditLogs'],
    rows: 'AZKVAuditLogs\n| where Resource =~ resourceName or _ResourceId endswith ending',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by OperationName, CallerIpAddress, ResultType\n| top 5 by Count desc',
    columns: 'TimeGenerated, OperationName, ResultType, CallerIpAddress, Identity, Id',
  },
  {
    title: 'Who asks the database',
    needs: ['AzureDiagnostics'],
    rows: `AzureDiagnostics
| where Category == "SQLSecurityAuditEvents"
| extend ${sqlAudit}
| where LogicalServerName =~ resourceName or DatabaseName =~ resourceName or _ResourceId endswith ending`,
    glance:
      'summarize Statements = count(), Rows = sum(ResponseRows), Last = max(TimeGenerated) by ServerPrincipalName, ClientIp\n| top 5 by Rows desc',
    columns:
      'TimeGenerated, ServerPrincipalName, ClientIp, ApplicationName, ActionName, Succeeded, ResponseRows, Statement',
  },
  {
    title: 'What else it logs',
    needs: ['AzureDiagnostics'],
    rows: 'AzureDiagnostics\n| where Resource =~ resourceName or ResourceId endswith ending',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by Category, OperationName, ResultType\n| top 5 by Count desc',
    columns: 'TimeGenerated, Category, OperationName, ResultType, CallerIPAddress, Message',
  },
  {
    title: 'Network flows',
    needs: ['NTANetAnalytics'],
    rows: 'NTANetAnalytics\n| where TargetResourceId has resourceName or SrcVm has resourceName or DestVm has resourceName',
    glance:
      'summarize Flows = count(), Bytes = sum(BytesSrcToDest + BytesDestToSrc), Last = max(TimeGenerated) by SrcIp, DestIp, DestPort, FlowStatus\n| top 5 by Bytes desc',
    columns:
      'TimeGenerated, FlowDirection, FlowStatus, SrcIp, DestIp, DestPort, BytesSrcToDest, BytesDestToSrc',
  },
  {
    title: 'Who asks the cluster',
    needs: ['AKSAudit'],
    rows: 'AKSAudit\n| where _ResourceId endswith ending',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by User = tostring(User.username), Verb, Kind = tostring(ObjectRef.resource)\n| top 5 by Count desc',
    columns: 'TimeGenerated, Verb, RequestUri, User, SourceIps, UserAgent, ResponseStatus',
  },
];
