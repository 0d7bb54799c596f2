import type { GuardRules } from '../../src/kql/guard.ts';
import type { LogColumn, LogSchema, SchemaTable } from '../../src/kql/logs.ts';

/** A workspace with what the rules tell apart: a table of each plan, one of unknown columns, saved functions. */
export const workspace: LogSchema = {
  tables: [
    table(
      'SigninLogs',
      'TimeGenerated:datetime UserPrincipalName:string IPAddress:string ResultType:string Location:string ' +
        'AppDisplayName:string DeviceDetail:dynamic LocationDetails:dynamic RiskLevelDuringSignIn:string UserId:string',
    ),
    table(
      'SecurityEvent',
      'TimeGenerated:datetime Account:string Computer:string EventID:int CommandLine:string NewProcessName:string ' +
        'IpAddress:string LogonType:int TargetUserName:string',
    ),
    table(
      'OfficeActivity',
      'TimeGenerated:datetime UserId:string Operation:string ClientIP:string OfficeWorkload:string Parameters:string',
    ),
    table(
      'AzureActivity',
      'TimeGenerated:datetime Caller:string OperationNameValue:string CallerIpAddress:string ResourceGroup:string ' +
        'ActivityStatusValue:string Properties_d:dynamic',
    ),
    table(
      'DnsEvents',
      'TimeGenerated:datetime ClientIP:string Name:string IPAddresses:string QueryType:string',
    ),
    table(
      'SecurityAlert',
      'TimeGenerated:datetime AlertName:string AlertSeverity:string Entities:string ExtendedProperties:string',
    ),
    table('Operation', 'TimeGenerated:datetime Detail:string'),
    table('EmailEvents', 'TimeGenerated:datetime Subject:string SenderFromAddress:string'),
    table('LAQueryLogs', 'TimeGenerated:datetime QueryText:string AADEmail:string'),
    table('Firewall_CL', ''),
    table('ContainerLogV2', 'TimeGenerated:datetime LogMessage:string PodName:string', 'basic'),
    table('Archive_CL', 'TimeGenerated:datetime Text:string', 'auxiliary'),
  ],
  functions: ['_GetWatchlist', '_Im_Dns', 'imDns', 'ASimNetworkSession', 'Everything'],
};

/** The same without tables that are billed by what is scanned. */
export const analytics: LogSchema = {
  ...workspace,
  tables: workspace.tables.filter(({ plan }) => plan === 'analytics'),
};

/** For somebody to whom nothing is closed. */
export const typed: GuardRules = { schema: workspace, closed: {}, isReviewed: false, mostRows: 500 };

/** For somebody who may not read mails, nor what others asked. */
export const closed: GuardRules = {
  ...typed,
  closed: {
    EmailEvents: 'lead, admin',
    LAQueryLogs: 'admin',
    Operation: 'nobody',
  },
};

function table(name: string, columns: string, plan: SchemaTable['plan'] = 'analytics'): SchemaTable {
  return { name, columns: columns.split(' ').filter(Boolean).map(column), plan };
}

function column(text: string): LogColumn {
  const [name = '', type = ''] = text.split(':');
  return { name, type };
}
