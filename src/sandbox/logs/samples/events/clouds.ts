import type { LogEvent } from '../../ingest.ts';
import type { Bag } from '../../value.ts';
import type { Dice } from '../dice.ts';

const ACCOUNT = '111122223333';

export interface CloudTrail {
  at: number;
  user: string;
  from: string;
  source: string;
  event: string;
  request?: Bag;
  response?: Bag;
  error?: string;
  agent?: string;
  key?: string;
}

export function cloudTrail(dice: Dice, it: CloudTrail): LogEvent {
  return {
    table: 'AWSCloudTrail',
    at: it.at,
    values: {
      AwsEventId: dice.guid(),
      EventVersion: '1.09',
      EventSource: it.source,
      EventTypeName: 'AwsApiCall',
      EventName: it.event,
      UserIdentityType: 'IAMUser',
      UserIdentityPrincipalid: `AIDASAMPLE${it.user.toUpperCase().replaceAll('-', '')}`,
      UserIdentityArn: `arn:aws:iam::${ACCOUNT}:user/${it.user}`,
      UserIdentityAccountId: ACCOUNT,
      UserIdentityAccessKeyId: it.key ?? 'AKIASAMPLEKEYFORCI00',
      UserIdentityUserName: it.user,
      SessionMfaAuthenticated: false,
      AWSRegion: 'eu-central-1',
      SourceIpAddress: it.from,
      UserAgent: it.agent ?? 'aws-cli/2.17.9 Python/3.11.8',
      ErrorCode: it.error ?? '',
      RequestParameters: it.request ? JSON.stringify(it.request) : '',
      ResponseElements: it.response ? JSON.stringify(it.response) : '',
      ReadOnly: /^(Describe|List|Get)/.test(it.event),
      RecipientAccountId: ACCOUNT,
      ManagementEvent: true,
      EventTime: it.at,
      SourceSystem: 'AWS',
    },
  };
}

export interface GcpCall {
  at: number;
  who: string;
  from: string;
  service: string;
  method: string;
  resource: string;
  request?: Bag;
}

export function gcpCall(dice: Dice, it: GcpCall): LogEvent {
  return {
    table: 'GCPAuditLogs',
    at: it.at,
    values: {
      ProjectId: 'contoso-analytics',
      LogName: 'projects/contoso-analytics/logs/cloudaudit.googleapis.com%2Factivity',
      MethodName: it.method,
      ServiceName: it.service,
      PrincipalEmail: it.who,
      GCPResourceName: it.resource,
      GCPResourceType: 'service_account',
      InsertId: dice.hex(14),
      Severity: 'NOTICE',
      AuthenticationInfo: { principalEmail: it.who },
      Request: it.request ?? {},
      RequestMetadata: { callerIp: it.from, callerSuppliedUserAgent: 'google-cloud-sdk gcloud/482.0.0' },
      Status: {},
      Timestamp: it.at,
      SourceSystem: 'GCP',
    },
  };
}
