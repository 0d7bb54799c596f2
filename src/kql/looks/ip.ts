import { kqlString } from '../escape.ts';
import type { Look, Names } from './look.ts';

/** `address`, and `start` with which it begins where a port follows. */
export function ipNames(address: string): Names {
  return {
    address: kqlString(address),
    start: kqlString(address.includes(':') ? `[${address}]:` : `${address}:`),
  };
}

export const ipLooks: Look[] = [
  {
    title: 'Alerts',
    needs: ['SecurityAlert'],
    rows: 'SecurityAlert\n| where Entities has address or ExtendedProperties has address or Description has address',
    glance:
      'summarize arg_max(TimeGenerated, AlertSeverity, ProductName) by AlertName\n| top 5 by TimeGenerated desc\n| project TimeGenerated, AlertSeverity, AlertName',
    columns: 'TimeGenerated, AlertSeverity, AlertName, Description, CompromisedEntity, ProductName',
  },
  {
    title: 'Known to threat intelligence',
    needs: ['ThreatIntelIndicators'],
    rows: 'ThreatIntelIndicators\n| where ObservableValue == address and IsActive',
    glance: 'summarize arg_max(TimeGenerated, Confidence, ValidUntil, Tags) by SourceSystem',
    columns: 'TimeGenerated, SourceSystem, Pattern, Confidence, ValidFrom, ValidUntil, Tags',
  },
  {
    title: 'Sign-ins from it',
    needs: ['SigninLogs'],
    rows: 'SigninLogs\n| where IPAddress == address',
    glance:
      'summarize Worked = countif(ResultType == "0"), Failed = countif(ResultType != "0"), Last = max(TimeGenerated) by UserPrincipalName\n| sort by Worked desc, Last desc\n| take 5',
    columns:
      'TimeGenerated, UserPrincipalName, Location, AppDisplayName, ResultType, ResultDescription, UserAgent',
  },
  {
    title: 'Sign-ins on Windows machines',
    needs: ['SecurityEvent'],
    rows: 'SecurityEvent\n| where EventID in (4624, 4625) and IpAddress == address',
    glance:
      'summarize Worked = countif(EventID == 4624), Failed = countif(EventID == 4625), Accounts = dcount(TargetUserName), Last = max(TimeGenerated) by Computer\n| top 5 by Last desc',
    columns: 'TimeGenerated, EventID, Computer, TargetAccount, LogonType, WorkstationName',
  },
  {
    title: 'Machines that speak with it',
    needs: ['DeviceNetworkEvents'],
    rows: 'DeviceNetworkEvents\n| where RemoteIP == address',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by DeviceName, InitiatingProcessFileName, RemotePort\n| top 5 by Last desc',
    columns:
      'TimeGenerated, DeviceName, ActionType, RemotePort, RemoteUrl, InitiatingProcessFileName, InitiatingProcessCommandLine',
  },
  {
    title: 'Network flows',
    needs: ['NTANetAnalytics'],
    rows: 'NTANetAnalytics\n| where SrcIp == address or DestIp == address or SrcPublicIps has address or DestPublicIps has address',
    glance:
      'summarize Flows = count(), Bytes = sum(BytesSrcToDest + BytesDestToSrc), Last = max(TimeGenerated) by SrcIp, DestIp, DestPort, FlowStatus\n| top 5 by Bytes desc',
    columns:
      'TimeGenerated, FlowDirection, FlowStatus, SrcIp, DestIp, DestPort, SrcVm, DestVm, BytesSrcToDest, BytesDestToSrc',
  },
  {
    title: 'Changes in Azure',
    needs: ['AzureActivity'],
    rows: 'AzureActivity\n| where CallerIpAddress == address',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by Caller, OperationNameValue\n| top 5 by Last desc',
    columns: 'TimeGenerated, Caller, OperationNameValue, ActivityStatusValue, ResourceGroup, _ResourceId',
  },
  {
    title: 'Storage',
    needs: ['StorageBlobLogs'],
    rows: 'StorageBlobLogs\n| where CallerIpAddress == address or CallerIpAddress startswith start',
    glance:
      'summarize Count = count(), Bytes = sum(ResponseBodySize), Last = max(TimeGenerated) by AccountName, OperationName, AuthenticationType\n| top 5 by Count desc',
    columns:
      'TimeGenerated, AccountName, OperationName, StatusText, AuthenticationType, RequesterUpn, ObjectKey',
  },
];
