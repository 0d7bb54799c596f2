import { kqlString } from '../escape.ts';
import type { Look, Names } from './look.ts';

/**
 * `who` as it was given, `name` as machines know it, and `start` with which its principal name begins: `adam@contoso.com`, or
 * `adam@` where nothing is known of its domain.
 */
export function accountNames(account: string): Names {
  const name = account.slice(account.lastIndexOf('\\') + 1).split('@', 1)[0] ?? account;
  return {
    who: kqlString(account),
    name: kqlString(name),
    start: kqlString(account.includes('@') ? account : `${name}@`),
  };
}

export const accountLooks: Look[] = [
  {
    title: 'Alerts',
    needs: ['SecurityAlert'],
    rows: 'SecurityAlert\n| where Entities has name or CompromisedEntity has name or ExtendedProperties has who',
    glance:
      'summarize arg_max(TimeGenerated, AlertSeverity, ProductName) by AlertName\n| top 5 by TimeGenerated desc\n| project TimeGenerated, AlertSeverity, AlertName',
    columns: 'TimeGenerated, AlertSeverity, AlertName, Description, CompromisedEntity, ProductName',
  },
  {
    title: 'Sign-ins by place',
    needs: ['SigninLogs'],
    rows: 'SigninLogs\n| where UserPrincipalName startswith start or UserId =~ who',
    glance:
      'summarize Worked = countif(ResultType == "0"), Failed = countif(ResultType != "0"), Last = max(TimeGenerated) by Location, IPAddress\n| top 5 by Last desc',
    columns:
      'TimeGenerated, Location, IPAddress, AppDisplayName, ResultType, ResultDescription, RiskLevelDuringSignIn, UserAgent',
  },
  {
    title: 'Risks that Entra sees',
    needs: ['AADUserRiskEvents'],
    rows: 'AADUserRiskEvents\n| where UserPrincipalName startswith start or UserId =~ who',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by RiskEventType, RiskLevel\n| top 5 by Last desc',
    columns: 'TimeGenerated, RiskEventType, RiskLevel, RiskState, IpAddress, Location',
  },
  {
    title: 'Changes in the directory, by or to it',
    needs: ['AuditLogs'],
    rows: 'AuditLogs\n| where tostring(InitiatedBy) has start or tostring(TargetResources) has start or tostring(TargetResources) has who',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by OperationName, Result\n| top 5 by Last desc',
    columns: 'TimeGenerated, OperationName, Result, InitiatedBy, TargetResources',
  },
  {
    title: 'Changes in Azure',
    needs: ['AzureActivity'],
    rows: 'AzureActivity\n| where Caller startswith start or Caller =~ who',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by OperationNameValue, ActivityStatusValue\n| top 5 by Last desc',
    columns:
      'TimeGenerated, OperationNameValue, ActivityStatusValue, CallerIpAddress, ResourceGroup, _ResourceId',
  },
  {
    title: 'Sign-ins on Windows machines',
    needs: ['SecurityEvent'],
    rows: 'SecurityEvent\n| where EventID in (4624, 4625) and TargetUserName =~ name',
    glance:
      'summarize Worked = countif(EventID == 4624), Failed = countif(EventID == 4625), Last = max(TimeGenerated) by Computer, IpAddress\n| top 5 by Last desc',
    columns: 'TimeGenerated, EventID, Computer, IpAddress, LogonType, TargetAccount, WorkstationName',
  },
  {
    title: 'Programs',
    needs: ['DeviceProcessEvents'],
    rows: 'DeviceProcessEvents\n| where AccountName =~ name or AccountUpn startswith start',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by DeviceName, FileName\n| top 5 by Last desc',
    columns: 'TimeGenerated, DeviceName, FileName, ProcessCommandLine, InitiatingProcessFileName',
  },
  {
    title: 'In Microsoft 365',
    needs: ['OfficeActivity'],
    rows: 'OfficeActivity\n| where UserId startswith start',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by Operation, ClientIP\n| top 5 by Count desc',
    columns: 'TimeGenerated, OfficeWorkload, Operation, ClientIP, OfficeObjectId, UserAgent',
  },
];
