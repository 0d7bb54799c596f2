import { kqlString } from '../escape.ts';
import type { Look, Names } from './look.ts';

/** `host` is its short name: logs write it with its domain or without. */
export function hostNames(host: string): Names {
  const [short = host] = host.split('.', 1);
  return { host: kqlString(short), start: kqlString(`${short}.`) };
}

export const hostLooks: Look[] = [
  {
    title: 'Alerts',
    needs: ['SecurityAlert'],
    rows: 'SecurityAlert\n| where CompromisedEntity has host or Entities has host',
    glance:
      'summarize arg_max(TimeGenerated, AlertSeverity, ProductName) by AlertName\n| top 5 by TimeGenerated desc\n| project TimeGenerated, AlertSeverity, AlertName',
    columns: 'TimeGenerated, AlertSeverity, AlertName, Description, CompromisedEntity, ProductName',
  },
  {
    title: 'The machine',
    needs: ['Heartbeat'],
    rows: 'Heartbeat\n| where Computer =~ host or Computer startswith start',
    glance:
      'summarize arg_max(TimeGenerated, OSType, OSName, ComputerIP, ResourceGroup) by Computer\n| project Computer, OSType, OSName, ComputerIP, ResourceGroup, LastSeen = TimeGenerated',
    columns:
      'TimeGenerated, Computer, OSType, OSName, ComputerIP, ComputerPrivateIPs, ResourceGroup, SubscriptionId',
  },
  {
    title: 'Who signs in on it',
    needs: ['SecurityEvent'],
    rows: 'SecurityEvent\n| where EventID in (4624, 4625) and (Computer =~ host or Computer startswith start)',
    glance:
      'summarize Worked = countif(EventID == 4624), Failed = countif(EventID == 4625), Last = max(TimeGenerated) by TargetAccount, IpAddress\n| top 5 by Last desc',
    columns: 'TimeGenerated, EventID, TargetAccount, IpAddress, LogonType, WorkstationName',
  },
  {
    title: 'Its system log',
    needs: ['Syslog'],
    rows: 'Syslog\n| where Computer =~ host or Computer startswith start or HostName =~ host',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by ProcessName, SeverityLevel\n| top 5 by Count desc',
    columns: 'TimeGenerated, Facility, SeverityLevel, ProcessName, SyslogMessage',
  },
  {
    title: 'Its rarest programs',
    needs: ['DeviceProcessEvents'],
    rows: 'DeviceProcessEvents\n| where DeviceName =~ host or DeviceName startswith start',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by FileName, InitiatingProcessFileName, AccountName\n| top 5 by Count asc',
    columns:
      'TimeGenerated, AccountName, FileName, ProcessCommandLine, InitiatingProcessFileName, InitiatingProcessCommandLine',
  },
  {
    title: 'Where it connects to',
    needs: ['DeviceNetworkEvents'],
    rows: 'DeviceNetworkEvents\n| where DeviceName =~ host or DeviceName startswith start',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by RemoteIP, RemotePort, InitiatingProcessFileName\n| top 5 by Count desc',
    columns:
      'TimeGenerated, ActionType, RemoteIP, RemotePort, RemoteUrl, InitiatingProcessFileName, InitiatingProcessCommandLine',
  },
  {
    title: 'Names it looks up',
    // The computer of a lookup is the server that was asked: who asked is known by its address.
    needs: ['DnsEvents', 'Heartbeat'],
    rows: 'DnsEvents\n| where ClientIP in ((Heartbeat | where Computer =~ host or Computer startswith start | mv-expand Address = ComputerPrivateIPs | distinct tostring(Address)))',
    glance:
      'extend Parts = split(Name, ".")\n| extend Domain = strcat(Parts[-2], ".", Parts[-1])\n| summarize Count = count(), Names = dcount(Name) by Domain\n| top 5 by Names desc',
    columns: 'TimeGenerated, ClientIP, Name, QueryType, Result, IPAddresses',
  },
  {
    title: 'Changes to it in Azure',
    needs: ['AzureActivity'],
    rows: 'AzureActivity\n| where _ResourceId endswith strcat("/virtualmachines/", host) or Resource =~ host',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by OperationNameValue, Caller\n| top 5 by Last desc',
    columns: 'TimeGenerated, OperationNameValue, ActivityStatusValue, Caller, CallerIpAddress',
  },
];
