import { column } from '../ask-logs.ts';

/** Where a resource writes whose settings do not say that it has a table of its own, and Azure SQL's audit always. */
export const generalTable = 'AzureDiagnostics';

const firstOf = (...columns: string[]): string => `coalesce(${columns.join(', ')})`;

const isWebFirewall = 'Category == "ApplicationGatewayFirewallLog"';
/** The old form of Azure Firewall's rows is a sentence: `TCP request from … to 10.20.4.12:22. Action: Deny`. */
const isOldFirewall = 'Category startswith "AzureFirewall"';
const isFirewall = `${isOldFirewall} or Category startswith "AZFW"`;
const isApi = 'Category == "GatewayLogs"';
/** https://learn.microsoft.com/azure/azure-sql/database/audit-log-format */
const isSqlAudit = 'Category == "SQLSecurityAuditEvents"';
const isPostgres = 'Category == "PostgreSQLLogs"';

/** As the tables of their own are titled. */
export const generalTitle = `case(${[
  `${isWebFirewall}, "Web application firewall"`,
  `${isFirewall}, "Azure Firewall"`,
  `${isApi}, "API Management"`,
  `${isSqlAudit}, "SQL audit"`,
  `${isPostgres}, "PostgreSQL"`,
].join(', ')}, Category)`;

export const generalOfAddress = [
  'CallerIPAddress == address',
  ...[
    'clientIp_s',
    'clientIP_s',
    'client_ip_s',
    'sourcePublicIpAddress_s',
    'SourceIp_s',
    'DestinationIp_s',
  ].map((name) => `${column(name)} == address`),
  `(${isOldFirewall} and ${column('msg_s')} has address)`,
  `(${isPostgres} and ${column('Message')} has address)`,
].join(' or ');

/** A server's audit of all its databases is written in the name of `master`. */
export const generalOfResource =
  '_ResourceId =~ resource or _ResourceId startswith strcat(resource, "/")' +
  ` or (${isSqlAudit} and _ResourceId endswith "/databases/master"` +
  ` and strcat(replace_string(tolower(_ResourceId), "/databases/master", "/databases/"), ${column('database_name_s')}) =~ resource)`;

const anyAction = firstOf(
  ...['action_s', 'Action_s', 'action_name_s'].map(column),
  'ResultType',
  'OperationName',
);
const status = 'toint(column_ifexists("responseCode_d", real(null)))';
export const generalAction = `case(${[
  `${isOldFirewall}, ${firstOf(`extract(@"Action: (\\w+)", 1, ${column('msg_s')})`, 'OperationName')}`,
  `${isApi} and isnotnull(${status}), case(${status} < 400, "Answered", ${status} < 500, "Refused", "Failed")`,
  `${isSqlAudit}, iff(${column('succeeded_s')} in~ ("true", "1"), "Done", "Failed")`,
  `${isPostgres}, iff(${column('errorLevel_s')} in ("FATAL", "ERROR"), "Failed", "Done")`,
].join(', ')}, ${anyAction})`;

const anyDetail = firstOf(
  ...['ruleName_s', 'Message', 'details_message_s', 'hostname_s', 'Resource'].map(column),
);
export const generalDetail = `case(${[
  `${isWebFirewall}, strcat(${column('hostname_s')}, " ", ${firstOf(column('Message'), column('details_message_s'))})`,
  `${isOldFirewall}, strcat(extract(@" to (\\S+)\\. Action", 1, ${column('msg_s')}), " ", extract(@"Rule: (.+)$", 1, ${column('msg_s')}))`,
  `${isFirewall}, strcat(${firstOf(column('DestinationIp_s'), column('Fqdn_s'))}, " ", ${firstOf(column('Rule_s'), column('ActionReason_s'))})`,
  `${isApi}, strcat(${column('apiId_s')}, " ", tostring(${status}))`,
  `${isSqlAudit}, strcat(${column('server_principal_name_s')}, " by ", ${column('application_name_s')}, " from ", ${column('client_ip_s')})`,
].join(', ')}, ${anyDetail})`;
