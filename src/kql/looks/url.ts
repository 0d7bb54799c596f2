import { kqlString } from '../escape.ts';
import type { Look, Names } from './look.ts';

/** `url` as it was given, `domain` its host's name, `ending` that of the names below it. */
export function urlNames(url: string): Names {
  const [, host] = url.match(/^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#@]*@)?([^/?#:]+)/i) ?? [];
  const domain = (host ?? url).toLowerCase();
  return { url: kqlString(url), domain: kqlString(domain), ending: kqlString(`.${domain}`) };
}

export const urlLooks: Look[] = [
  {
    title: 'Alerts',
    needs: ['SecurityAlert'],
    rows: 'SecurityAlert\n| where Entities has domain or ExtendedProperties has domain or Description has domain',
    glance:
      'summarize arg_max(TimeGenerated, AlertSeverity, ProductName) by AlertName\n| top 5 by TimeGenerated desc\n| project TimeGenerated, AlertSeverity, AlertName',
    columns: 'TimeGenerated, AlertSeverity, AlertName, Description, CompromisedEntity, ProductName',
  },
  {
    title: 'Known to threat intelligence',
    needs: ['ThreatIntelIndicators'],
    rows: 'ThreatIntelIndicators\n| where IsActive and (ObservableValue =~ domain or ObservableValue =~ url)',
    glance: 'summarize arg_max(TimeGenerated, Confidence, ValidUntil, Tags) by SourceSystem',
    columns: 'TimeGenerated, SourceSystem, Pattern, Confidence, ValidFrom, ValidUntil, Tags',
  },
  {
    title: 'Who clicked',
    needs: ['UrlClickEvents'],
    rows: 'UrlClickEvents\n| where Url has domain or UrlChain has domain',
    glance:
      'summarize Clicks = count(), Through = countif(IsClickedThrough or ActionType == "ClickAllowed"), Last = max(TimeGenerated) by AccountUpn\n| top 5 by Last desc',
    columns: 'TimeGenerated, AccountUpn, ActionType, IsClickedThrough, Workload, Url, IPAddress',
  },
  {
    title: 'In mail',
    needs: ['EmailUrlInfo', 'EmailEvents'],
    rows: 'EmailUrlInfo\n| where UrlDomain =~ domain or UrlDomain endswith ending or Url has domain\n| join kind=inner (EmailEvents | project NetworkMessageId, SenderFromAddress, RecipientEmailAddress, Subject, DeliveryAction) on NetworkMessageId',
    glance:
      'summarize Mails = dcount(NetworkMessageId), Recipients = dcount(RecipientEmailAddress), Last = max(TimeGenerated) by SenderFromAddress, DeliveryAction\n| top 5 by Mails desc',
    columns: 'TimeGenerated, SenderFromAddress, RecipientEmailAddress, Subject, DeliveryAction, Url',
  },
  {
    title: 'Machines that connect to it',
    needs: ['DeviceNetworkEvents'],
    rows: 'DeviceNetworkEvents\n| where RemoteUrl has domain',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by DeviceName, InitiatingProcessFileName, RemoteIP\n| top 5 by Last desc',
    columns:
      'TimeGenerated, DeviceName, ActionType, RemoteUrl, RemoteIP, RemotePort, InitiatingProcessFileName, InitiatingProcessCommandLine',
  },
  {
    title: 'Who looks its name up',
    needs: ['DnsEvents'],
    rows: 'DnsEvents\n| where Name =~ domain or Name endswith ending',
    glance:
      'summarize Count = count(), Names = dcount(Name), Last = max(TimeGenerated) by ClientIP, Computer\n| top 5 by Count desc',
    columns: 'TimeGenerated, ClientIP, Computer, Name, QueryType, Result, IPAddresses',
  },
  {
    title: 'At the firewall',
    needs: ['CommonSecurityLog'],
    rows: 'CommonSecurityLog\n| where RequestURL has domain or DestinationHostName =~ domain or DestinationHostName endswith ending',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by SourceIP, DeviceAction\n| top 5 by Count desc',
    columns: 'TimeGenerated, DeviceVendor, DeviceAction, SourceIP, SourceUserName, RequestURL, DestinationIP',
  },
];
