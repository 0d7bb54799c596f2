import type { LogEvent } from '../../ingest.ts';
import { accountNamed, accounts, admKeller, humans, machineNamed, places, tenant } from '../estate.ts';
import { deviceLogon } from '../events/devices.ts';
import { audit, browsers, quietSignIn, signIn, targetUser } from '../events/identity.ts';
import { fileOperation, mail, mailboxOperation } from '../events/office.ts';
import { logon } from '../events/windows.ts';
import { type Hour, times } from './hour.ts';

const apps = [
  'Office 365 Exchange Online',
  'Office 365 SharePoint Online',
  'Microsoft Teams',
  'Azure Portal',
  'Contoso Shop Back Office',
] as const;
const sites = ['Finance', 'Shop', 'Payments', 'Handbook', 'ServiceDesk'] as const;
const files = ['Budget.xlsx', 'Rota.xlsx', 'Invoice.pdf', 'Minutes.docx', 'Price list.xlsx', 'Returns.docx'];
const subjects = [
  'Rota for next week',
  'Your invoice',
  'Minutes',
  'Delivery note',
  'Return of an order',
  'Newsletter',
];

/** People sign in, read mail, open files; now and then somebody mistypes a password. */
export function peopleNoise(hour: Hour): LogEvent[] {
  const { dice, busy, some, time } = hour;
  const from = () => (dice.chance(0.8) ? places.office : dice.chance(0.5) ? places.officeGuest : places.home);
  const agent = () =>
    dice.chance(0.2) ? browsers.phone : dice.chance(0.1) ? browsers.firefox : browsers.edge;
  const who = () => dice.pick(humans);
  return [
    ...times(some(24 * busy), () =>
      signIn(dice, { at: time(), who: who(), from: from(), app: dice.pick(apps), agent: agent() }),
    ),
    ...times(some(2 * busy), () => {
      const person = who();
      return signIn(dice, {
        at: time(),
        who: person,
        from: from(),
        result: dice.chance(0.8) ? '50126' : '50140',
      });
    }),
    ...times(some(0.7 * busy), () =>
      signIn(dice, {
        at: time(),
        who: admKeller,
        from: places.office,
        app: 'Azure Portal',
        mfa: 'MFA requirement satisfied by claim in the token',
      }),
    ),
    ...times(some(0.04), () =>
      // Whoever left is tried now and then by a phone that nobody told.
      signIn(dice, {
        at: time(),
        who: accountNamed('dora'),
        from: places.home,
        result: '50057',
        agent: browsers.phone,
      }),
    ),
    ...times(some(14 * busy + 2), () =>
      quietSignIn(dice, { at: time(), who: who(), from: from(), app: dice.pick(apps), agent: agent() }),
    ),
    ...times(some(26 * busy), () =>
      fileOperation(dice, {
        at: time(),
        who: who(),
        from: from().ip,
        operation: dice.pick(['FileAccessed', 'FileDownloaded', 'FileModified', 'FileUploaded']),
        site: dice.pick(sites),
        file: dice.pick(files),
        agent: agent(),
      }),
    ),
    ...times(some(8 * busy), () =>
      mailboxOperation(dice, {
        at: time(),
        who: who(),
        from: from().ip,
        operation: dice.chance(0.8) ? 'MailItemsAccessed' : 'Send',
      }),
    ),
    ...[...times(some(14 * busy), () => ordinaryMail(hour))].flat(),
    ...times(some(10 * busy), () => {
      const person = who();
      const machine = machineNamed(person.device);
      return dice.chance(0.5)
        ? logon(dice, { machine, at: time(), account: person.name, type: 2, from: '127.0.0.1' })
        : logon(dice, {
            machine: machineNamed('vm-file-01'),
            at: time(),
            account: person.name,
            type: 3,
            from: machine.ip,
            workstation: machine.name,
          });
    }),
    ...times(some(4 * busy), () => {
      const person = who();
      const machine = machineNamed(person.device);
      return deviceLogon(dice, {
        machine,
        at: time(),
        account: person.name,
        type: 'Interactive',
        from: machine.ip,
      });
    }),
    ...directoryNoise(hour),
    ...(hour.ofDay === 2 ? accounts.map((one) => profile(hour, one)) : []),
  ];
}

function ordinaryMail({ dice, time }: Hour): LogEvent[] {
  const to = dice.pick(humans);
  const isSpam = dice.chance(0.08);
  const shop = dice.chance(0.4);
  return mail(dice, {
    at: time(),
    from: isSpam
      ? `offers@bargain-${dice.between(1, 9)}.example`
      : shop
        ? 'orders@supplier.example'
        : `${dice.pick(humans).name}@contoso.com`,
    displayName: isSpam ? 'Bargains' : shop ? 'Supplier' : 'Contoso',
    senderIp: isSpam ? `192.0.2.${dice.between(2, 99)}` : '203.0.113.25',
    to,
    subject: isSpam ? 'Only today' : dice.pick(subjects),
    ...(dice.chance(0.4)
      ? { url: isSpam ? 'http://bargain.example/today' : 'https://supplier.example/orders' }
      : {}),
    threat: isSpam ? 'Spam' : '',
    delivered: !isSpam,
  });
}

function directoryNoise({ dice, busy, some, time }: Hour): LogEvent[] {
  const amara = accountNamed('amara');
  const sync = { app: 'Microsoft Entra Connect', id: '6eb59a73-39b2-4c23-a70f-e2e3ce8965b1' };
  return [
    ...times(some(1.2 * busy), () => {
      const who = dice.pick(humans);
      return audit(dice, {
        at: time(),
        operation: dice.pick([
          'Update user',
          'Change user password',
          'Reset user password',
          'Disable account',
          'Enable account',
        ]),
        category: 'UserManagement',
        by: amara,
        from: places.office.ip,
        targets: [targetUser(who)],
      });
    }),
    ...times(some(0.5 * busy), () =>
      audit(dice, {
        at: time(),
        operation: dice.pick(['Add member to group', 'Remove member from group']),
        category: 'GroupManagement',
        by: amara,
        from: places.office.ip,
        targets: [
          targetUser(dice.pick(humans)),
          { id: dice.guid(), displayName: 'Shop staff', type: 'Group', modifiedProperties: [] },
        ],
      }),
    ),
    ...times(some(0.6), () =>
      audit(dice, {
        at: time(),
        operation: 'Update user',
        category: 'UserManagement',
        by: sync,
        targets: [targetUser(dice.pick(humans))],
      }),
    ),
    ...times(some(0.03), () =>
      audit(dice, {
        at: time(),
        operation: 'Consent to application',
        category: 'ApplicationManagement',
        by: amara,
        from: places.office.ip,
        targets: [
          {
            id: dice.guid(),
            displayName: 'Contoso Shop Back Office',
            type: 'ServicePrincipal',
            modifiedProperties: [],
          },
        ],
      }),
    ),
  ];
}

function profile({ start, dice }: Hour, who: (typeof accounts)[number]): LogEvent {
  return {
    table: 'IdentityInfo',
    at: start + 90_000,
    values: {
      AccountDisplayName: who.displayName,
      AccountDomain: 'CONTOSO',
      AccountName: who.name,
      AccountObjectId: who.oid,
      AccountTenantId: tenant,
      AccountUPN: who.upn,
      MailAddress: who.upn,
      SAMAccountName: who.name,
      AssignedRoles: who.roles,
      GroupMembership: who.kind === 'workplace' ? ['All staff', who.department] : ['All staff'],
      BlastRadius: who.roles.length > 0 ? 'High' : 'Low',
      City: 'Frankfurt',
      Country: 'Germany',
      Department: who.department,
      JobTitle: who.title,
      IsAccountEnabled: who.enabled,
      IsMFARegistered: who.kind === 'person' || who.kind === 'admin',
      IsServiceAccount: who.kind === 'service',
      InvestigationPriority: who.roles.length * 3 + dice.between(0, 2),
      RiskLevel: 'None',
      RiskState: 'None',
      Tags: who.roles.length > 0 ? ['Sensitive'] : [],
      UserState: who.enabled ? 'Active' : 'Disabled',
      UserType: 'Member',
      ChangeSource: 'AzureActiveDirectory',
      SourceSystem: 'UEBA',
    },
  };
}
