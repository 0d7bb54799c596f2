import type { LogEvent } from '../../ingest.ts';
import { type Account, accountNamed, humans, machineNamed } from '../estate.ts';
import { browsers } from '../events/identity.ts';
import { type Hour, times } from './hour.ts';

const billed = [
  ['SecurityEvent', 5.2],
  ['SigninLogs', 1.6],
  ['AADNonInteractiveUserSignInLogs', 3.4],
  ['OfficeActivity', 1.1],
  ['DeviceProcessEvents', 4.8],
  ['NTANetAnalytics', 2.6],
  ['ContainerLogV2', 6.3],
  ['StorageBlobLogs', 0.8],
] as const;
/** Known to be bad; two of them turn up in the sample stories. */
const indicators = [
  ['ipv4-addr:value', '198.51.100.201', 'tor-exit'],
  ['domain-name:value', 'pool.coin-dig.example', 'mining'],
  ['ipv4-addr:value', '192.0.2.199', 'botnet'],
  ['domain-name:value', 'login-contoso.example', 'phishing'],
  ['url:value', 'http://bargain.example/dropper', 'malware'],
] as const;

const oldNews = ['Sign-in from a new country', 'Mail reported as phishing', 'Malware removed'];

/** What the workspace says of itself, the old IIS server, and indicators. */
export function workspaceNoise({ dice, busy, some, time, start, ofDay }: Hour): LogEvent[] {
  return [
    ...(ofDay % 3 === 0
      ? billed.map(([table, megabytes]) =>
          usage(start, table, megabytes * (0.3 + busy) * (0.9 + dice.roll() / 5)),
        )
      : []),
    ...times(some(0.8 * busy), () => {
      const who = accountNamed(dice.pick(['adam', 'lena', 'olivia']));
      const text = dice.pick([
        'SigninLogs | where ResultType != 0 | take 50',
        'SecurityEvent | summarize count() by EventID',
        'Heartbeat | summarize max(TimeGenerated) by Computer',
      ]);
      return {
        table: 'LAQueryLogs' as const,
        at: time(),
        values: {
          CorrelationId: dice.guid(),
          AADObjectId: who.oid,
          AADEmail: who.upn,
          RequestClientApp: 'AppAnalytics',
          QueryText: text,
          ResponseCode: 200,
          ResponseRowCount: dice.between(1, 50),
          ResponseDurationMs: dice.between(60, 900),
          StatsWorkspaceCount: 1,
          WorkspaceRegion: 'westeurope',
        },
      };
    }),
    ...times(some(3 * busy + 0.5), () =>
      webServer(
        time(),
        dice.pick(['/owa/', '/ews/exchange.asmx', '/Handbook/start.aspx']),
        `203.0.113.${dice.between(150, 240)}`,
        '200',
      ),
    ),
    ...(ofDay === 3 ? indicators.flatMap((one) => indicator(start + 60_000, one)) : []),
    ...(ofDay === 8 ? [oldIncident(start, dice.between(100, 900), dice.pick(oldNews))] : []),
    ...(ofDay % 8 === 5 ? [oldAlert(time(), dice.pick(oldNews), dice.pick(humans))] : []),
  ];
}

function usage(start: number, table: string, megabytes: number): LogEvent {
  return {
    table: 'Usage',
    at: start + 3_540_000,
    values: {
      StartTime: start,
      EndTime: start + 3_600_000,
      DataType: table,
      Solution: 'SecurityInsights',
      Quantity: Math.round(megabytes * 1_000) / 1_000,
      QuantityUnit: 'MBytes',
      IsBillable: true,
      TotalBatches: 12,
      BatchesWithinSla: 12,
      BatchesOutsideSla: 0,
      BatchesCapped: 0,
      AvgLatencyInSeconds: 41.5,
    },
  };
}

export function webServer(
  at: number,
  path: string,
  from: string,
  status: string,
  query = '',
  agent: string = browsers.edge,
): LogEvent {
  const machine = machineNamed('vm-file-01');
  return {
    table: 'W3CIISLog',
    at,
    values: {
      Computer: machine.name,
      sSiteName: 'Default Web Site',
      sComputerName: machine.name.toUpperCase(),
      sIP: machine.ip,
      csMethod: 'GET',
      csUriStem: path,
      csUriQuery: query,
      sPort: 443,
      cIP: from,
      csUserAgent: agent.replaceAll(' ', '+'),
      csHost: 'old.contoso.com',
      scStatus: status,
      scSubStatus: '0',
      scWin32Status: '0',
      scBytes: 4_096,
      csBytes: 512,
      TimeTaken: 31,
      SourceSystem: 'OpsManager',
      _ResourceId: machine.id.toLowerCase(),
    },
  };
}

function indicator(at: number, [key, value, tag]: (typeof indicators)[number]): LogEvent[] {
  const day = 86_400_000;
  return [
    {
      table: 'ThreatIntelIndicators',
      at,
      values: {
        Id: `indicator--${tag}`,
        Pattern: `[${key} = '${value}']`,
        ObservableKey: key,
        ObservableValue: value,
        Confidence: 80,
        ValidFrom: at - 30 * day,
        ValidUntil: at + 60 * day,
        IsActive: true,
        IsDeleted: false,
        Revoked: false,
        Created: at - 30 * day,
        Modified: at,
        Data: { labels: [tag], pattern_type: 'stix' },
        AdditionalFields: {},
        SourceSystem: 'Contoso threat list',
      },
    },
    {
      table: 'ThreatIntelligenceIndicator',
      at,
      values: {
        Action: 'alert',
        Active: true,
        ConfidenceScore: 80,
        Description: tag,
        ThreatType: tag,
        IndicatorId: `indicator--${tag}`,
        ExternalIndicatorId: tag,
        ExpirationDateTime: at + 60 * day,
        NetworkIP: key.startsWith('ipv4') ? value : '',
        DomainName: key.startsWith('domain') ? value : '',
        Url: key.startsWith('url') ? value : '',
        SourceSystem: 'Contoso threat list',
      },
    },
  ];
}

/** An alert of a quiet day, long closed. */
function oldAlert(at: number, name: string, who: Account): LogEvent {
  return {
    table: 'SecurityAlert',
    at,
    values: {
      DisplayName: name,
      AlertName: name,
      AlertSeverity: 'Low',
      Description: `${name}: ${who.displayName}.`,
      ProviderName: 'ASI Scheduled Alerts',
      ProductName: 'Azure Sentinel',
      VendorName: 'Microsoft',
      AlertType: name,
      SystemAlertId: `old-${at}`,
      StartTime: at - 3_600_000,
      EndTime: at,
      ProcessingEndTime: at,
      Entities: JSON.stringify([{ $id: '1', Name: who.name, UPNSuffix: 'contoso.com', Type: 'account' }]),
      ExtendedProperties: '{}',
      Status: 'Resolved',
      CompromisedEntity: who.upn,
      SourceSystem: 'Detection',
    },
  };
}

function oldIncident(at: number, number: number, title: string): LogEvent {
  return {
    table: 'SecurityIncident',
    at,
    values: {
      IncidentName: `old-${number}`,
      Title: title,
      Severity: 'Low',
      Status: 'Closed',
      Classification: 'BenignPositive',
      ClassificationReason: 'SuspiciousButExpected',
      IncidentNumber: number,
      CreatedTime: at - 7_200_000,
      ClosedTime: at,
      LastModifiedTime: at,
      ProviderName: 'Azure Sentinel',
      Owner: { assignedTo: 'Lena Fischer', userPrincipalName: 'lena@contoso.com' },
      Labels: [],
      AlertIds: [],
      SourceSystem: 'Azure Sentinel',
    },
  };
}
