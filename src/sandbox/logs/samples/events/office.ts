import type { LogEvent } from '../../ingest.ts';
import type { Dice } from '../dice.ts';
import { type Account, tenant } from '../estate.ts';
import { browsers } from './identity.ts';

export interface FileOperation {
  at: number;
  who: Account;
  from: string;
  operation:
    | 'FileDownloaded'
    | 'FileAccessed'
    | 'FileModified'
    | 'FileUploaded'
    | 'SharingSet'
    | 'FileDeleted';
  site: string;
  folder?: string;
  file: string;
  agent?: string;
}

export function fileOperation(dice: Dice, it: FileOperation): LogEvent {
  const site = `https://contoso.sharepoint.com/sites/${it.site}/`;
  const folder = it.folder ?? 'Shared Documents';
  return {
    table: 'OfficeActivity',
    at: it.at,
    values: {
      RecordType: 'SharePointFileOperation',
      Operation: it.operation,
      OrganizationId: tenant,
      OrganizationName: 'contoso.onmicrosoft.com',
      OfficeId: dice.guid(),
      UserType: 'Regular',
      UserKey: `i:0h.f|membership|${it.who.oid.slice(0, 16)}@live.com`,
      OfficeWorkload: 'SharePoint',
      ResultStatus: 'Succeeded',
      OfficeObjectId: `${site}${folder}/${it.file}`,
      UserId: it.who.upn,
      ClientIP: it.from,
      UserAgent: it.agent ?? browsers.edge,
      ItemType: 'File',
      EventSource: 'SharePoint',
      Site_: `5b1c${dice.hex(4)}`,
      Site_Url: site,
      SourceRelativeUrl: folder,
      SourceFileName: it.file,
      SourceFileExtension: it.file.split('.').at(-1) ?? '',
      Start_Time: it.at,
      SourceSystem: 'OfficeActivityManager',
    },
  };
}

export interface MailboxOperation {
  at: number;
  who: Account;
  from: string;
  operation: 'MailItemsAccessed' | 'New-InboxRule' | 'Send' | 'Set-Mailbox';
  parameters?: { Name: string; Value: string }[];
  client?: string;
}

export function mailboxOperation(dice: Dice, it: MailboxOperation): LogEvent {
  const isAdmin = it.operation.includes('-');
  return {
    table: 'OfficeActivity',
    at: it.at,
    values: {
      RecordType: isAdmin ? 'ExchangeAdmin' : 'ExchangeItem',
      Operation: it.operation,
      OrganizationId: tenant,
      OrganizationName: 'contoso.onmicrosoft.com',
      OfficeId: dice.guid(),
      UserType: 'Regular',
      UserKey: it.who.oid,
      OfficeWorkload: 'Exchange',
      ResultStatus: isAdmin ? 'True' : 'Succeeded',
      UserId: it.who.upn,
      ClientIP: it.from,
      Client_IPAddress: it.from,
      ClientInfoString: it.client ?? 'Client=OWA;Action=ViaProxy',
      MailboxOwnerUPN: it.who.upn,
      MailboxGuid: dice.guid(),
      Logon_Type: 'Owner',
      ExternalAccess: false,
      OriginatingServer: 'AM0PR01MB0001',
      Parameters: it.parameters ? JSON.stringify(it.parameters) : '',
      Start_Time: it.at,
      SourceSystem: 'OfficeActivityManager',
    },
  };
}

export interface Mail {
  at: number;
  from: string;
  displayName: string;
  senderIp: string;
  to: Account;
  subject: string;
  url?: string;
  threat?: 'Phish' | 'Spam' | '';
  delivered?: boolean;
  attachment?: { name: string; sha256: string };
}

export function mail(dice: Dice, it: Mail): LogEvent[] {
  const id = dice.guid();
  const domain = it.from.split('@')[1] ?? '';
  const event: LogEvent = {
    table: 'EmailEvents',
    at: it.at,
    values: {
      Timestamp: it.at,
      NetworkMessageId: id,
      InternetMessageId: `<${dice.hex(12)}@${domain}>`,
      SenderMailFromAddress: it.from,
      SenderFromAddress: it.from,
      SenderDisplayName: it.displayName,
      SenderMailFromDomain: domain,
      SenderFromDomain: domain,
      SenderIPv4: it.senderIp,
      RecipientEmailAddress: it.to.upn,
      RecipientObjectId: it.to.oid,
      Subject: it.subject,
      EmailDirection: domain === 'contoso.com' ? 'Intra-org' : 'Inbound',
      DeliveryAction: it.delivered === false ? 'Blocked' : 'Delivered',
      DeliveryLocation: it.delivered === false ? 'Quarantine' : 'Inbox/folder',
      ThreatTypes: it.threat ?? '',
      DetectionMethods: it.threat ? '{"Phish":["URL detonation reputation"]}' : '',
      ConfidenceLevel: it.threat ? '{"Phish":"High"}' : '',
      AttachmentCount: it.attachment ? 1 : 0,
      UrlCount: it.url ? 1 : 0,
      EmailLanguage: 'en',
      ReportId: dice.guid(),
    },
  };
  const events = [event];
  if (it.url) {
    events.push({
      table: 'EmailUrlInfo',
      at: it.at,
      values: {
        Timestamp: it.at,
        NetworkMessageId: id,
        Url: it.url,
        UrlDomain: /^\w+:\/\/(?:[^/@]*@)?([^/:?]+)/.exec(it.url)?.[1] ?? '',
        UrlLocation: 'Body',
        ReportId: dice.guid(),
      },
    });
  }
  if (it.attachment) {
    events.push({
      table: 'EmailAttachmentInfo',
      at: it.at,
      values: {
        Timestamp: it.at,
        NetworkMessageId: id,
        SenderFromAddress: it.from,
        SenderDisplayName: it.displayName,
        RecipientEmailAddress: it.to.upn,
        RecipientObjectId: it.to.oid,
        FileName: it.attachment.name,
        FileType: it.attachment.name.split('.').at(-1) ?? '',
        SHA256: it.attachment.sha256,
        FileSize: dice.between(20_000, 400_000),
        ReportId: dice.guid(),
      },
    });
  }
  return events;
}
