import { kqlString } from '../escape.ts';
import type { Look, Names } from './look.ts';

/** `file` as it was given, a path or a hash; `name` without its folders; `ending` as a path ends in it. */
export function fileNames(file: string): Names {
  const name = file.split(/[\\/]/).findLast((part) => part !== '') ?? file;
  return { file: kqlString(file), name: kqlString(name), ending: kqlString(`\\${name}`) };
}

export const fileLooks: Look[] = [
  {
    title: 'Alerts',
    needs: ['SecurityAlert'],
    rows: 'SecurityAlert\n| where Entities has name or ExtendedProperties has name or Description has name',
    glance:
      'summarize arg_max(TimeGenerated, AlertSeverity, ProductName) by AlertName\n| top 5 by TimeGenerated desc\n| project TimeGenerated, AlertSeverity, AlertName',
    columns: 'TimeGenerated, AlertSeverity, AlertName, Description, CompromisedEntity, ProductName',
  },
  {
    title: 'Where it lies',
    needs: ['DeviceFileEvents'],
    rows: 'DeviceFileEvents\n| where FileName =~ name or SHA256 =~ file or SHA1 =~ file or MD5 =~ file',
    glance:
      'summarize Count = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by DeviceName, FolderPath, ActionType\n| top 5 by First asc',
    columns:
      'TimeGenerated, DeviceName, ActionType, FolderPath, SHA256, InitiatingProcessFileName, InitiatingProcessAccountName',
  },
  {
    title: 'Where it runs',
    needs: ['DeviceProcessEvents'],
    rows: 'DeviceProcessEvents\n| where FileName =~ name or SHA256 =~ file or SHA1 =~ file or MD5 =~ file or ProcessCommandLine has name',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by DeviceName, FileName, AccountName\n| top 5 by Last desc',
    columns:
      'TimeGenerated, DeviceName, AccountName, FileName, ProcessCommandLine, InitiatingProcessFileName, SHA256',
  },
  {
    title: 'Where Windows saw it start',
    needs: ['SecurityEvent'],
    rows: 'SecurityEvent\n| where EventID == 4688 and (NewProcessName endswith ending or Process =~ name or CommandLine has name)',
    glance: 'summarize Count = count(), Last = max(TimeGenerated) by Computer, Account\n| top 5 by Last desc',
    columns: 'TimeGenerated, Computer, Account, NewProcessName, CommandLine, ParentProcessName',
  },
  {
    title: 'Where it connects to',
    needs: ['DeviceNetworkEvents'],
    rows: 'DeviceNetworkEvents\n| where InitiatingProcessFileName =~ name or InitiatingProcessSHA256 =~ file',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by DeviceName, RemoteIP, RemotePort\n| top 5 by Last desc',
    columns:
      'TimeGenerated, DeviceName, ActionType, RemoteIP, RemotePort, RemoteUrl, InitiatingProcessCommandLine',
  },
  {
    title: 'In mail',
    needs: ['EmailAttachmentInfo'],
    rows: 'EmailAttachmentInfo\n| where FileName =~ name or SHA256 =~ file',
    glance:
      'summarize Mails = count(), Recipients = dcount(RecipientEmailAddress), Last = max(TimeGenerated) by SenderFromAddress\n| top 5 by Mails desc',
    columns: 'TimeGenerated, SenderFromAddress, RecipientEmailAddress, FileName, SHA256, ThreatNames',
  },
  {
    title: 'In SharePoint and OneDrive',
    needs: ['OfficeActivity'],
    rows: 'OfficeActivity\n| where SourceFileName =~ name or OfficeObjectId endswith strcat("/", name)',
    glance: 'summarize Count = count(), Last = max(TimeGenerated) by UserId, Operation\n| top 5 by Last desc',
    columns: 'TimeGenerated, UserId, Operation, ClientIP, OfficeObjectId',
  },
  {
    title: 'In storage accounts',
    needs: ['StorageBlobLogs'],
    rows: 'StorageBlobLogs\n| where ObjectKey endswith strcat("/", name)',
    glance:
      'summarize Count = count(), Last = max(TimeGenerated) by AccountName, OperationName, CallerIpAddress\n| top 5 by Last desc',
    columns: 'TimeGenerated, AccountName, OperationName, CallerIpAddress, RequesterUpn, ObjectKey',
  },
];
