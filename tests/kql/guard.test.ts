import { describe, expect, it } from 'vitest';
import type { GuardRules, Verdict } from '../../src/kql/guard.ts';
import { judge } from '../../src/kql/judge.ts';
import { tablesOf } from '../../src/kql/kusto.ts';
import { analytics, closed, typed, workspace } from './workspace.ts';

const known = tablesOf(workspace.tables);
const unknown = tablesOf([]);
const check = (text: string, rules: GuardRules = typed): Verdict =>
  judge(text, rules, rules.schema ? known : unknown);
const allowed = (text: string, rules: GuardRules = typed) => {
  const verdict = check(text, rules);
  if (verdict.kind === 'refused') throw new Error(`${verdict.rule}: ${verdict.message} in ${text}`);
  return verdict;
};
const refused = (text: string, rules: GuardRules = typed) => {
  const verdict = check(text, rules);
  if (verdict.kind === 'allowed') throw new Error(`allowed: ${text}`);
  return verdict;
};

describe('what analysts ask every day', () => {
  it.each([
    'SigninLogs',
    'SigninLogs | take 5',
    'SigninLogs | count',
    'SigninLogs | where TimeGenerated > ago(4h) | where ResultType != "0"',
    'SigninLogs | where UserPrincipalName =~ "ana@contoso.example" | project TimeGenerated, IPAddress, Location',
    'SigninLogs | summarize count() by ResultType | order by count_ desc',
    'SigninLogs | summarize Failures = countif(ResultType != "0"), dcount(IPAddress) by UserPrincipalName | top 10 by Failures',
    'SigninLogs | summarize arg_max(TimeGenerated, *) by UserPrincipalName',
    'SigninLogs | extend Os = tostring(DeviceDetail.operatingSystem) | summarize count() by Os | render piechart',
    'SigninLogs | extend City = tostring(LocationDetails["city"]), First = LocationDetails.geo[0].lat',
    'SigninLogs | summarize count() by bin(TimeGenerated, 1h) | render timechart',
    'SigninLogs | make-series n = count() default = 0 on TimeGenerated from ago(7d) to now() step 1h by Location',
    'SigninLogs | make-series n = count() on TimeGenerated step 1h | extend (flag, score, base) = series_decompose_anomalies(n, 2.5)',
    'SigninLogs | where IPAddress has_any ("198.51.100.", "203.0.113.")',
    'SigninLogs | where ipv4_is_in_range(IPAddress, "10.0.0.0/8") or ipv4_is_private(IPAddress)',
    'SigninLogs | distinct UserPrincipalName, Location',
    "['SigninLogs'] | where ['UserPrincipalName'] has 'ana'",
    'SigninLogs // failures of today\n| where ResultType == 50126 // wrong password\n| count',
    'let since = ago(1d);\nlet bad = SigninLogs | where TimeGenerated > since and ResultType != 0;\nbad | summarize count() by IPAddress',
    'let failed = (n:int) { SigninLogs | summarize c = count() by UserId | where c > n }; failed(5)',
    'let recent = (T:(TimeGenerated:datetime)) { T | summarize max(TimeGenerated) }; recent(SigninLogs)',
    'let recent = (T:(*)) { T | where UserId has "a" }; SigninLogs | invoke recent()',
    'let m = materialize(SigninLogs | where ResultType != "0"); union (m | count), (m | summarize Count = dcount(UserId))',
    'SecurityEvent | where EventID in (4624, 4625, 4672) | summarize count() by Account, EventID',
    'SecurityEvent | where EventID == 4688 and CommandLine contains "-enc" | project TimeGenerated, Computer, CommandLine',
    'SecurityEvent | where CommandLine matches regex @"(?i)invoke-\\w+" | parse CommandLine with * "-f " File " " *',
    'SecurityEvent | join kind=inner (SigninLogs | project UserId, IPAddress) on $left.IpAddress == $right.IPAddress',
    'SecurityEvent | join kind=leftanti (SecurityEvent | where TimeGenerated < ago(1d)) on NewProcessName',
    'union SigninLogs, OfficeActivity | summarize count() by UserId',
    'union isfuzzy=true withsource=Source (SigninLogs | take 5), (NotHere_CL | take 5)',
    'OfficeActivity | extend P = parse_json(Parameters) | mv-expand P | where P.Name == "ForwardTo"',
    'OfficeActivity | mv-apply p = parse_json(Parameters) on (where p.Name has "Forward" | project To = tostring(p.Value))',
    'AzureActivity | where OperationNameValue endswith "/delete" | summarize make_set(ResourceGroup, 50) by Caller',
    'AzureActivity | evaluate bag_unpack(Properties_d) | where anything == "x"',
    'AzureActivity | evaluate pivot(ActivityStatusValue, count(), Caller)',
    'AzureActivity | serialize | extend Before = prev(Caller), n = row_number() | where Before != Caller',
    'AzureActivity | partition by Caller (top 3 by TimeGenerated)',
    'AzureActivity | sample 10',
    'AzureActivity | top-nested 3 of Caller by count(), top-nested 2 of ResourceGroup by count()',
    'AzureActivity | summarize percentile(strlen(Caller), 95), stdev(strlen(Caller))',
    'AzureActivity | where _ResourceId has "vault" and Type == "AzureActivity"',
    'AzureActivity | getschema',
    'DnsEvents | where Name has "evil.example" | extend Parts = split(Name, ".") | extend Tld = Parts[-1]',
    'DnsEvents | summarize hint.shufflekey=ClientIP n = count() by ClientIP, bin(TimeGenerated, 5m)',
    'SecurityAlert | extend E = todynamic(Entities) | mv-expand with_itemindex=i E | project AlertName, i, E.Type',
    'Firewall_CL | where action_s == "deny" | summarize sum(bytes_d) by src_s',
    '_GetWatchlist("vips") | project SearchKey',
    'SigninLogs | where UserPrincipalName in ((_GetWatchlist("vips") | project SearchKey))',
    'imDns(starttime=ago(1d), responsecodename="NXDOMAIN") | summarize count() by SrcIpAddr',
    'print now(), ago(1d), 1 + 1',
    'range day from ago(7d) to now() step 1d',
    'datatable(name:string, n:long) ["a", 1, "b", 2] | where n > 1',
    'SigninLogs | lookup kind=leftouter (OfficeActivity | summarize n = count() by UserId) on UserId',
    'SigninLogs | as all | join kind=inner all on UserId | count',
    'SigninLogs | where UserId == "Zoë Müller – 雪"',
    'SigninLogs\u00a0| where\u202fResultType == "0"\u3000| count',
    'SigninLogs | project-away User*, *Detail | project-rename Ip = IPAddress | project-reorder Ip, *',
    'SigninLogs | scan declare (n:long = 0) with (step s: true => n = s.n + 1;)',
    'SigninLogs | reduce by AppDisplayName with threshold=0.2',
    'SigninLogs | limit 5;',
  ])('%j', (text) => {
    const { bounded } = allowed(text);
    // What is run is itself fit to run, and means the same tables.
    expect(allowed(bounded).tables).toEqual(allowed(text).tables);
  });
});

describe('what a hunt may, and a typed query may not', () => {
  const reviewed = { ...typed, isReviewed: true };
  const cheap = { ...reviewed, schema: analytics };

  it.each([
    'search in (SigninLogs) "x"',
    'find in (SigninLogs, SecurityEvent) where TimeGenerated > ago(1d)',
    'union withsource=T Security* | count',
    'let list = externaldata(ip:string)[@"https://lists.example/ips.csv"] with (format="csv"); SigninLogs | where IPAddress in (list)',
    'Everything | count',
    'Everything()',
  ])('%j', (text) => {
    expect(allowed(text, reviewed).kind).toBe('allowed');
    expect(check(text).kind).toBe('refused');
  });

  it.each([
    'search "x" | take 5',
    'find where UserId == "x"',
    'union * | count',
    'find in (S*) where UserId == "x"',
  ])('%j, where no table is billed by what is scanned', (text) => {
    expect(allowed(text, cheap).isSearch).toBe(false);
    expect(check(text).kind).toBe('refused');
  });

  it('may be longer', () => {
    const long = `SigninLogs | where UserId in (${'"somebody",'.repeat(1_200)}"x")`;
    expect(refused(long).rule).toBe('too-long');
    expect(allowed(long, reviewed).tables).toEqual(['SigninLogs']);
  });

  it('may name columns that a table does not have today, but no table that is not there', () => {
    const text = 'SigninLogs | where NewColumn == "x"';
    expect(refused(text).rule).toBe('unknown-name');
    expect(allowed(text, reviewed).tables).toEqual(['SigninLogs']);
    expect(refused('NewTable | where NewColumn == "x"', reviewed).rule).toBe('unknown-table');
  });

  it('may call functions of a workspace that nobody has asked for its schema', () => {
    const blind = { ...reviewed, schema: undefined };
    expect(allowed('PulseConnectSecure | take 1', blind).tables).toEqual(['PulseConnectSecure']);
    expect(allowed('vimDnsAzure(pack=true) | take 1', blind).tables).toEqual([]);
    expect(refused('workspace("x").SigninLogs', blind).rule).toBe('other-cluster');
  });
});

describe('the verdict', () => {
  const reviewed = { ...typed, isReviewed: true };
  const cheap = { ...reviewed, schema: analytics };

  it.each([
    ['search "x"', analytics.tables.map(({ name }) => name)],
    ['find where Subject == "x"', analytics.tables.map(({ name }) => name)],
    ['union *', analytics.tables.map(({ name }) => name)],
    ['union Email* | count', ['EmailEvents']],
    ['find in (Email*, DnsEvents) where Subject == "x"', ['DnsEvents', 'EmailEvents']],
    ['search in (*Logs) "x"', ['LAQueryLogs', 'SigninLogs']],
    ['SigninLogs | search "x"', ['SigninLogs']],
    ['SigninLogs | project-away *Id', ['SigninLogs']],
  ])('names every table that %j reads', (text, tables) => {
    const verdict = allowed(text, cheap);
    expect(verdict.tables.toSorted()).toEqual(tables.toSorted());
    expect(verdict.readsUnknown).toBe(false);
  });

  it.each([
    ['Everything', reviewed],
    ['Everything() | take 1', reviewed],
    ['SigninLogs | where UserId in (Everything)', reviewed],
    ['imDns()', typed],
    ['union isfuzzy=true SigninLogs, (EmailViewNew | take 1)', typed],
    ['EmailView() | take 1', { ...reviewed, schema: undefined }],
    ['EmailView | take 1', { ...reviewed, schema: undefined }],
    ['search "x"', { ...reviewed, schema: undefined }],
    ['union Email*', { ...reviewed, schema: undefined }],
  ])('tells of %j that nobody knows all that it reads', (text, rules) => {
    expect(allowed(text, rules).readsUnknown).toBe(true);
  });

  it('knows what a watchlist is', () => {
    expect(allowed('_GetWatchlist("vips") | project SearchKey')).toMatchObject({
      tables: ['Watchlist'],
      readsUnknown: false,
    });
  });

  it('names the tables that are read, through let, functions and subqueries', () => {
    const text =
      'let f = () { OfficeActivity }; SigninLogs | where UserId in ((DnsEvents | project ClientIP)) | union f, (SecurityEvent)';
    expect(allowed(text).tables.toSorted()).toEqual([
      'DnsEvents',
      'OfficeActivity',
      'SecurityEvent',
      'SigninLogs',
    ]);
  });

  it('names tables where no schema is known', () => {
    const text =
      'let a = One; let f = (T:(*)) { T }; a | join (Two) on x | union f(Three), Four | where y in ((Five | project y))';
    expect(allowed(text, { ...typed, schema: undefined }).tables.toSorted()).toEqual([
      'Five',
      'Four',
      'One',
      'Three',
      'Two',
    ]);
  });

  it('tells the columns where all are known', () => {
    expect(allowed('SigninLogs | summarize n = count() by Day = bin(TimeGenerated, 1d)').columns).toEqual([
      { name: 'Day', type: 'datetime' },
      { name: 'n', type: 'long' },
    ]);
    expect(allowed('Firewall_CL | where a == 1').columns).toBeUndefined();
    expect(allowed('SigninLogs', { ...typed, schema: undefined }).columns).toBeUndefined();
  });

  it('tells tables that are billed by what is scanned', () => {
    expect(allowed('ContainerLogV2 | where LogMessage has "x" | project PodName')).toMatchObject({
      isSearch: true,
    });
    expect(allowed('SigninLogs')).toMatchObject({ isSearch: false });
  });

  it('leaves a column that is called like a closed table to whoever may read the other table', () => {
    expect(allowed('OfficeActivity | where Operation == "x"', closed).tables).toEqual(['OfficeActivity']);
    expect(refused('Operation | count', closed).rule).toBe('closed-table');
  });

  it('leaves the columns of a row that is not all known to whom something is closed', () => {
    const bag = 'SecurityEvent | evaluate bag_unpack(Computer) | where';
    expect(allowed(`${bag} Account in (TargetUserName)`, closed).tables).toEqual(['SecurityEvent']);
    expect(allowed(`${bag} a in ((SigninLogs | project UserId))`, closed).tables).toContain('SigninLogs');
    expect(allowed(`let l = SigninLogs | project UserId; ${bag} a in (l)`, closed).tables).toContain(
      'SigninLogs',
    );
    expect(allowed(`${bag} "x" in (tostring(a), "y")`, closed).tables).toEqual(['SecurityEvent']);
    expect(allowed(`${bag} a in (b)`).tables).toEqual(['SecurityEvent']);
    expect(refused(`${bag} a in (b)`, closed).message).toContain('tostring(b)');
  });
});

describe('what is run', () => {
  it.each([
    ['SigninLogs', 'SigninLogs\n| take 501'],
    ['SigninLogs;', 'SigninLogs\n| take 501\n;'],
    ['SigninLogs | sort by UserId asc // all', 'SigninLogs | sort by UserId asc\n| take 501'],
    ['SigninLogs // | take 1\n| count', 'SigninLogs\n| count\n| take 501'],
    ['SigninLogs | count | render card', 'SigninLogs | count\n| take 501\n| render card'],
    [
      'let a = 5; // five\nSigninLogs | take a | render table with (title="// no | render")',
      'let a = 5;\nSigninLogs | take a\n| take 501\n| render table with (title="// no | render")',
    ],
    ['SigninLogs | where UserId == "http://x//y"', 'SigninLogs | where UserId == "http://x//y"\n| take 501'],
    ['SigninLogs | where UserId == @"a\\" // "', 'SigninLogs | where UserId == @"a\\"\n| take 501'],
    ['SigninLogs\t|  take\u00a05', 'SigninLogs | take 5\n| take 501'],
    ['SigninLogs | as all', 'SigninLogs | as all\n| take 501'],
    ['union SigninLogs, SecurityEvent', 'union SigninLogs, SecurityEvent\n| take 501'],
    ['print x=```a // b\n``` // c', 'print x=```a // b\n```\n| take 501'],
  ])('%j', (text, bounded) => {
    expect(allowed(text).bounded).toBe(bounded);
  });
});

describe('a refusal', () => {
  it.each([
    [
      'SigninLogs | where UserPrincipalNme == "x"',
      'unknown-name',
      'UserPrincipalNme',
      'Did you mean UserPrincipalName?',
    ],
    ['signinlogs | count', 'unknown-table', 'signinlogs', 'It is written SigninLogs.'],
    ['SigninLog | count', 'unknown-table', 'SigninLog', 'Did you mean SigninLogs?'],
    ['SigninLogs | where ResultType = "0"', 'syntax', 'ResultType = "0"', 'Compare by =='],
    ['SigninLogs | summarise count()', 'syntax', 'summarise', undefined],
    ['SigninLogs | where strlen(1, 2) > 1', 'semantics', 'strlen', undefined],
    ['1 + 1', 'not-a-table', undefined, 'print'],
    ['SigninLogs | render timechart | count', 'render', 'render timechart', 'last'],
    [
      'SigninLogs | join (EmailEvents) on TimeGenerated',
      'closed-table',
      'EmailEvents',
      'EmailEvents is closed to you: it is for lead, admin. Ask one of them.',
    ],
  ])('of %j says what and where', (text, rule, place, words) => {
    const refusal = refused(text, closed);
    expect(refusal.rule).toBe(rule);
    if (place) expect(text.slice(refusal.at?.start).startsWith(place)).toBe(true);
    if (words) expect(refusal.message).toContain(words);
  });
});
