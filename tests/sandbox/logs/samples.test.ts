import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSamples } from '../../../src/sandbox/azure/samples.ts';
import { evaluate } from '../../../src/sandbox/logs/evaluate.ts';
import { noiseOf } from '../../../src/sandbox/logs/samples/noise.ts';
import { stories, storiesAt } from '../../../src/sandbox/logs/samples/stories.ts';
import { workspaces } from '../../../src/sandbox/logs/tables-workspaces.ts';
import type { Happened } from '../../../src/sandbox/logs/worker-query.ts';
import { SampleRows } from '../../../src/sandbox/logs/worker-rows.ts';

const HOUR = 3_600_000;
/** A Wednesday noon. */
const NOON = Date.UTC(2026, 10, 18, 12);
const rows = new SampleRows();

function ask(query: string, at: { now?: number; happened?: Happened[]; hours?: number } = {}) {
  const { now = NOON, happened = [], hours = 24 } = at;
  const tables = rows.tables({
    now,
    happened,
    workspaces: workspaces.map(({ id }) => id),
    resource: undefined,
  });
  const span = { from: now - hours * HOUR, to: now + 1 };
  const answer = evaluate(query, { tables }, { now, span, mostRows: 100_000 });
  return answer.rows.map((row) =>
    Object.fromEntries(answer.columns.map(({ name }, place) => [name, row[place]])),
  );
}

/** Sample → what an analyst would type, and what they would see. */
const traces: [string, string, object][] = [
  [
    'identity-password-spray',
    'SigninLogs | where ResultType in (0, 50126, 50074) | summarize Accounts = dcount(UserPrincipalName), Right = make_set_if(UserPrincipalName, ResultType != "50126") by IPAddress | where Accounts > 30 and IPAddress !startswith "203.0.113"| project IPAddress, Accounts, Right = array_sort_asc(Right)',
    { IPAddress: '198.51.100.23', Accounts: 58 },
  ],
  [
    'identity-mfa-fatigue',
    'SigninLogs | where UserPrincipalName startswith "adm-keller" and IPAddress == "198.51.100.23" and ResultType in ("0", "500121") | summarize Refused = countif(ResultType == "500121"), Given = countif(ResultType == "0"), Last = arg_max(TimeGenerated, ResultType)',
    { Refused: 22, Given: 1, ResultType: '0' },
  ],
  [
    'identity-impossible-travel',
    'SigninLogs | where UserPrincipalName == "nina.berg@contoso.com" and RiskEventTypes has "impossibleTravel" | project City = tostring(LocationDetails.city), IPAddress',
    { City: 'Recife', IPAddress: '198.51.100.23' },
  ],
  [
    'identity-mass-download',
    'OfficeActivity | where Operation == "FileDownloaded" and UserId == "adam@contoso.com" and Site_Url has "Payments" | summarize Files = dcount(SourceFileName), Minutes = datetime_diff("minute", max(TimeGenerated), min(TimeGenerated)) by ClientIP | where Files > 100',
    { ClientIP: '198.51.100.31', Files: 2140, Minutes: 12 },
  ],
  [
    'identity-risky-sign-in',
    'AADUserRiskEvents | where RiskLevel == "high" | project UserPrincipalName, IpAddress, RiskEventType',
    { UserPrincipalName: 'adm-keller@contoso.com', IpAddress: '198.51.100.201' },
  ],
  [
    'identity-employee-sign-in',
    'SigninLogs | where UserPrincipalName == "adam@contoso.com" and ResultType == 0 and Location != "DE" | project IPAddress, City = tostring(LocationDetails.city), Managed = tobool(DeviceDetail.isManaged)',
    { IPAddress: '198.51.100.77', City: 'Lisbon', Managed: false },
  ],
  [
    'app-consent',
    'AuditLogs | where OperationName == "Consent to application" | extend App = tostring(TargetResources[0].displayName), By = tostring(InitiatedBy.user.userPrincipalName) | where App == "Invoice Reader" | project App, By',
    { App: 'Invoice Reader', By: 'nina.berg@contoso.com' },
  ],
  [
    'break-glass-tested',
    'SigninLogs | where UserPrincipalName startswith "bg-" and ResultType == 0 | project UserPrincipalName, IPAddress',
    { UserPrincipalName: 'bg-01@contoso.com', IPAddress: '203.0.113.9' },
  ],
  [
    'sql-injection',
    'AzureDiagnostics | where Category == "SQLSecurityAuditEvents" and statement_s has "information_schema" | summarize Statements = count() by server_principal_name_s, host_name_s',
    { server_principal_name_s: 'pay_web', host_name_s: 'vm-pay-web-01', Statements: 12 },
  ],
  [
    'vm-reverse-shell',
    'DeviceNetworkEvents | where RemotePort == 4444 | project DeviceName, RemoteIP, InitiatingProcessCommandLine',
    { DeviceName: 'vm-pay-web-01', RemoteIP: '203.0.113.66' },
  ],
  [
    'keyvault-enumeration',
    'AZKVAuditLogs | where _ResourceId has "kv-payments" | summarize Lists = countif(OperationName == "SecretList"), Secrets = dcountif(Id, OperationName == "SecretGet") by CallerIpAddress',
    { CallerIpAddress: '10.20.4.11', Lists: 34, Secrets: 31 },
  ],
  [
    'dns-tunnel',
    'DnsEvents | where Name endswith ".sync.cdn-update.example" | summarize Names = dcount(Name, 4), Rows = count(), Longest = max(strlen(Name)) by ClientIP',
    { ClientIP: '10.20.4.11', Rows: 2918 },
  ],
  [
    'sql-unusual-export',
    'AzureDiagnostics | where Category == "SQLSecurityAuditEvents" and server_principal_name_s == "svc-pay-report" and response_rows_d > 40000 | project client_ip_s, response_rows_d',
    { client_ip_s: '2001:db8:66::17', response_rows_d: 1_804_211 },
  ],
  [
    'api-probing',
    'ApiManagementGatewayLogs | where ApiId == "payments-v2" | summarize Calls = count(), Refused = countif(ResponseCode in (404, 405)), Paths = dcount(Url) by CallerIpAddress | top 1 by Refused',
    { CallerIpAddress: '203.0.113.66', Calls: 412, Refused: 388 },
  ],
  [
    'vm-rdp-brute-force',
    'SecurityEvent | where EventID in (4624, 4625) and IpAddress == "198.51.100.23" | summarize Failed = countif(EventID == 4625), Worked = make_set_if(TargetUserName, EventID == 4624), Names = dcount(TargetUserName) by Computer',
    { Computer: 'vm-jump-01.contoso.com', Failed: 1359, Worked: ['svc-backup'], Names: 58 },
  ],
  [
    'vm-credential-dump',
    'SecurityEvent | where EventID == 4688 and CommandLine has_all ("comsvcs", "MiniDump") | project Computer, Account, SubjectLogonId',
    { Computer: 'vm-dc-01.contoso.com', Account: 'CONTOSO\\svc-backup', SubjectLogonId: '0x3e7a91' },
  ],
  [
    'vm-shadow-copies-deleted',
    'DeviceProcessEvents | where FileName =~ "vssadmin.exe" and ProcessCommandLine has "delete shadows" | project DeviceName, AccountName',
    { DeviceName: 'vm-dc-01.contoso.com', AccountName: 'svc-backup' },
  ],
  [
    'storage-tor-access',
    'StorageBlobLogs | extend Ip = tostring(split(CallerIpAddress, ":")[0]) | where Ip == "198.51.100.201" and OperationName == "GetBlob" | summarize Blobs = dcount(Uri) by AccountName, AuthenticationType',
    { AccountName: 'stcontosobackup', AuthenticationType: 'AccountKey' },
  ],
  [
    'storage-mass-deletion',
    'StorageBlobLogs | where OperationName == "DeleteBlob" and CallerIpAddress startswith "198.51.100.201" | summarize Deleted = count(), Minutes = datetime_diff("minute", max(TimeGenerated), min(TimeGenerated)) by AccountName',
    { AccountName: 'stcontosobackup', Deleted: 4120, Minutes: 6 },
  ],
  [
    'arm-role-elevation',
    'AzureActivity | where OperationNameValue =~ "Microsoft.Authorization/roleAssignments/write" | project Caller, CallerIpAddress',
    { Caller: 'adm-keller@contoso.com', CallerIpAddress: '198.51.100.201' },
  ],
  [
    'vm-malware-cleaned',
    'DeviceEvents | where ActionType == "AntivirusDetection" | project DeviceName, FileName, Threat = tostring(AdditionalFields.ThreatName)',
    { DeviceName: 'vm-fin-07.contoso.com', FileName: 'offer.js', Threat: 'Trojan:Script/Sample' },
  ],
  [
    'registry-malicious-image',
    'ContainerRegistryRepositoryEvents | where OperationName == "Push" and Tag == "2.14.1" | project Identity, CallerIpAddress, Repository',
    { Identity: 'svc-deploy@contoso.com', CallerIpAddress: '192.0.2.147', Repository: 'shop/cart' },
  ],
  [
    'aks-privileged-container',
    'AKSAuditAdmin | where Verb == "patch" and tostring(RequestObject) has "privileged" | project Who = tostring(User.username), What = tostring(ObjectRef.name)',
    { Who: 'svc-deploy@contoso.com', What: 'cart' },
  ],
  [
    'aks-crypto-miner',
    'ContainerLogV2 | where tostring(LogMessage) has "pool.coin-dig.example" | summarize Pods = dcount(PodName) by PodNamespace',
    { PodNamespace: 'shop', Pods: 6 },
  ],
  [
    'postgres-brute-force',
    'PGSQLServerLogs | where Message has "authentication failed" | extend Ip = tostring(split(ConnectionFrom, ":")[0]) | summarize Failed = count(), Users = dcount(UserName) by Ip | top 1 by Failed',
    { Ip: '192.0.2.147', Failed: 3204, Users: 3 },
  ],
  [
    'ddos-mitigated',
    'AzureMetrics | where Resource == "PIP-SHOP-FRONT" and MetricName == "IfUnderDDoSAttack" | summarize Minutes = count(), Worst = max(Maximum)',
    { Minutes: 34, Worst: 1 },
  ],
  [
    'cosmos-key-listing',
    'AzureActivity | where OperationNameValue endswith "databaseAccounts/listKeys/action" | project Caller, CallerIpAddress',
    { Caller: 'priya@contoso.com', CallerIpAddress: '203.0.113.9' },
  ],
  [
    'appservice-dangling-dns',
    'DnsEvents | where Name == "sale.contoso.com" | summarize Rows = count() by Result',
    { Rows: 6, Result: 'NXDomain' },
  ],
  [
    'aws-ec2-mining',
    'AWSCloudTrail | where EventName == "RunInstances" | project UserIdentityUserName, SourceIpAddress, Instance = tostring(parse_json(ResponseElements).instancesSet.items[0].instanceId)',
    { UserIdentityUserName: 'svc-deploy', SourceIpAddress: '192.0.2.147', Instance: 'i-0c0ffee5ec1234567' },
  ],
  [
    'gcp-service-account-key',
    'GCPAuditLogs | where MethodName endswith "CreateServiceAccountKey" | project PrincipalEmail, Ip = tostring(RequestMetadata.callerIp)',
    { PrincipalEmail: 'etl@contoso-analytics.example', Ip: '192.0.2.147' },
  ],
  [
    'hostile-mail',
    'EmailEvents | where ThreatTypes == "Phish" | join kind=inner EmailUrlInfo on NetworkMessageId | project RecipientEmailAddress, UrlDomain',
    { RecipientEmailAddress: 'nina.berg@contoso.com', UrlDomain: 'evil.example' },
  ],
  [
    'hostile-process-name',
    'DeviceFileEvents | where FileName startswith "invoice_" | project DeviceName, FileName',
    { DeviceName: 'vm-fin-07.contoso.com', FileName: 'invoice_\u202excod.exe' },
  ],
  [
    'hostile-user-agent',
    'AppServiceHTTPLogs | where ScStatus == 403 | summarize Requests = count() by CIp, UserAgent | top 1 by Requests',
    { CIp: '203.0.113.66', Requests: 900 },
  ],
];

describe('every sample alert', () => {
  it('has a story, and a query here that finds it', () => {
    const samples = [...readSamples().keys()].sort();
    expect(
      Object.keys(stories)
        .filter((id) => id !== 'hostile-values')
        .sort(),
    ).toEqual(samples);
    const campaigns = samples.filter((id) => id.startsWith('campaign-'));
    expect([...traces.map(([id]) => id), ...campaigns].sort()).toEqual(samples);
  });

  it.each(traces)('%s left traces that are found', (_sample, query, seen) => {
    expect(ask(query)[0]).toMatchObject(seen);
  });

  it.each([...readSamples().values()].map((sample) => [sample.id, sample] as const))(
    '%s: its accounts, addresses and machines stand in the rows of its story',
    (id, sample) => {
      const contained = sample.source === 'sentinel' ? sample.contains : [];
      const told = storiesAt(NOON, []).filter(({ story }) => story === id || contained.includes(story));
      const text = JSON.stringify(told.flatMap(({ tell }) => tell())).toLowerCase();
      const wanted = entitiesOf(sample.source === 'defender' ? sample.body.properties : sample.entities);
      expect(wanted.filter((name) => !text.includes(name.toLowerCase()))).toEqual([]);
    },
  );

  it('asks in its own rule for what is there', () => {
    const asked = [...readSamples().values()].flatMap((sample) => [
      ...JSON.stringify(sample).matchAll(/"Query":("(?:[^"\\]|\\.)*")/g),
    ]);
    expect(asked).toHaveLength(4);
    for (const [, query = ''] of asked) expect(ask(JSON.parse(query)).length).toBeGreaterThan(0);
  });
});

describe('a story', () => {
  const spray =
    'SigninLogs | where IPAddress == "198.51.100.23" and ResultType == "50126" | summarize count(), min(TimeGenerated), max(TimeGenerated)';
  const usual = Date.UTC(2026, 10, 18, 9, 30);

  it('lies before the last half past nine while nobody sent its alert', () => {
    const [seen] = ask(spray, { now: usual - 1 });
    const [today] = ask(spray, { now: usual + 1 });
    expect(Number(seen?.max_TimeGenerated)).toBeLessThan(usual - 24 * HOUR);
    expect(Number(today?.max_TimeGenerated)).toBeLessThan(usual);
    expect(Number(today?.min_TimeGenerated)).toBeGreaterThan(usual - HOUR);
  });

  it('lies just before its alert once that was sent, with the alert beside it', () => {
    const at = NOON - 5 * 60_000;
    const happened = [{ story: 'identity-password-spray', at }];
    const [seen] = ask(spray, { happened });
    expect(seen?.count_).toBe(ask(spray)[0]?.count_);
    expect(Number(seen?.min_TimeGenerated)).toBeGreaterThan(at - HOUR);
    expect(Number(seen?.max_TimeGenerated)).toBeLessThanOrEqual(at);
    expect(
      ask('SecurityAlert | where Status == "New" | project AlertName, AlertSeverity', { happened }),
    ).toEqual([{ AlertName: 'Password spray against 58 accounts', AlertSeverity: expect.any(String) }]);
  });

  it('is told twice where its alert was sent twice', () => {
    const happened = [2, 8].map((hours) => ({ story: 'identity-password-spray', at: NOON - hours * HOUR }));
    const once = Number(ask(spray)[0]?.count_);
    expect(ask(spray, { happened })[0]?.count_).toBe(2 * once);
  });
});

describe('the sample logs', () => {
  it('are more than 50,000 rows of 14 days, in all the tables that matter', () => {
    const filled = workspaces
      .flatMap(({ id }) => [
        ...rows.tables({ now: NOON, happened: [], workspaces: [id], resource: undefined }),
      ])
      .filter(([, table]) => table.rows.length > 0);
    const total = filled.reduce((sum, [, table]) => sum + table.rows.length, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(new Set(filled.map(([name]) => name)).size).toBeGreaterThan(40);
    const [first] = ask('Heartbeat | summarize First = min(TimeGenerated)', { hours: 24 * 15 });
    expect(Number(first?.First)).toBeGreaterThan(NOON - 14.1 * 24 * HOUR);
    expect(Number(first?.First)).toBeLessThan(NOON - 13.9 * 24 * HOUR);
  });

  it('are the same whenever they are made, and an hour stays what it was', () => {
    const hour = NOON / HOUR;
    expect(noiseOf(7, hour)).toEqual(noiseOf(7, hour));
    expect(noiseOf(8, hour)).not.toEqual(noiseOf(7, hour));
    const query = `SecurityEvent | where TimeGenerated between (datetime(2026-11-17T08:00:00Z) .. datetime(2026-11-17T09:00:00Z)) | summarize count(), sum(strlen(CommandLine)) by EventID | sort by EventID asc`;
    const later = ask(query, { now: NOON + 20 * HOUR, hours: 96 });
    expect(ask(query, { hours: 48 })).toEqual(later);
    expect(
      new SampleRows()
        .tables({ now: NOON, happened: [], workspaces: [workspaces[0]?.id ?? ''], resource: undefined })
        .get('SigninLogs'),
    ).toEqual(
      rows
        .tables({ now: NOON, happened: [], workspaces: [workspaces[0]?.id ?? ''], resource: undefined })
        .get('SigninLogs'),
    );
  });

  it('hold nothing of the future', () => {
    const now = NOON + 17 * 60_000;
    const [latest] = ask('union * | summarize max(TimeGenerated)', { now, hours: 2 });
    expect(Number(latest?.max_TimeGenerated)).toBeLessThanOrEqual(now);
    expect(Number(latest?.max_TimeGenerated)).toBeGreaterThan(now - 10 * 60_000);
  });

  it('are quieter at night and on Sunday', () => {
    const [seen] = ask(
      'SigninLogs | where IPAddress startswith "203.0.113" | summarize Day = countif(hourofday(TimeGenerated) between (8 .. 15)), Night = countif(hourofday(TimeGenerated) < 5), Sunday = countif(dayofweek(TimeGenerated) == 0d), Monday = countif(dayofweek(TimeGenerated) == 1d)',
      { hours: 24 * 14 },
    );
    expect(Number(seen?.Day)).toBeGreaterThan(4 * Number(seen?.Night));
    expect(Number(seen?.Monday)).toBeGreaterThan(2 * Number(seen?.Sunday));
  });

  it('name no address outside of private and documentation ranges', () => {
    const text =
      JSON.stringify(storiesAt(NOON, []).flatMap(({ tell }) => tell())) +
      JSON.stringify(noiseOf(1, NOON / HOUR));
    const addresses = new Set(
      [...text.matchAll(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g)].map(([ip]) => ip),
    );
    const known = /^(10\.|127\.0\.0\.1$|169\.254\.169\.254$|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/;
    // Versions of programs look like addresses.
    const versions = /^(24\.\d+\.|1\.30\.|0\.0\.0\.0$)/;
    expect([...addresses].filter((ip) => !known.test(ip) && !versions.test(ip))).toEqual([]);
  });

  it('try every place where values are shown', () => {
    const text = JSON.stringify(
      storiesAt(NOON, [])
        .filter(({ story }) => story.startsWith('hostile'))
        .flatMap(({ tell }) => tell()),
    );
    for (const trick of [
      '<!channel>',
      '<at>',
      '=cmd|',
      '@SUM',
      '\u202e',
      '](https://evil.example',
      '<@U0OLIVIA>',
      '```',
    ])
      expect(text).toContain(trick);
    const longest = 'DeviceProcessEvents | summarize Longest = max(strlen(ProcessCommandLine))';
    expect(ask(longest)).toEqual([{ Longest: 10_000 }]);
  });
});

const entity = z.looseObject({
  type: z.string().optional(),
  kind: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

/** Names by which an analyst would look for what the alert is about. */
function entitiesOf(given: unknown): string[] {
  const list = Array.isArray(given)
    ? given
    : z.looseObject({ entities: z.array(z.unknown()).default([]) }).parse(given).entities;
  return list.flatMap((one) => {
    const { type = '', kind = '', properties, ...rest } = entity.parse(one);
    const fields: Record<string, unknown> = { ...rest, ...properties };
    const name = (field: string) => (typeof fields[field] === 'string' ? [fields[field]] : []);
    switch ((type || kind).toLowerCase()) {
      case 'account':
        return [...name('name'), ...name('accountName')];
      case 'ip':
        return name('address');
      case 'host':
        return name('hostName');
      case 'process':
        // Their backslashes and quotation marks are escaped in JSON.
        return name('commandLine').map((line) => JSON.stringify(line).slice(1, -1));
      case 'dns':
      case 'dnsresolution':
        return name('domainName');
      default:
        return [];
    }
  });
}
