import { accountNamed, accounts, admKeller, bg01, nina, places, svcBackup } from '../estate.ts';
import { audit, browsers, quietSignIn, signIn } from '../events/identity.ts';
import { labelOperation, sensitivityLabels } from '../events/labels.ts';
import { fileOperation, mailboxOperation } from '../events/office.ts';
import type { Story } from './story.ts';

/** One address, 58 accounts, one or two passwords each; two are right, and one of those meets the second factor. */
const passwordSpray: Story = ({ dice, spread }) => {
  const tried = [
    svcBackup,
    admKeller,
    ...accounts.filter((one) => one !== svcBackup && one !== admKeller),
  ].slice(0, 58);
  const tries = [...tried, ...tried.slice(2).filter((_, n) => n % 2 === 0)];
  const wrong = spread(tries.length, 41, 2).map((at, n) =>
    signIn(dice, {
      at,
      who: tries[n] ?? svcBackup,
      from: places.recife,
      result: '50126',
      agent: browsers.script,
      isManaged: false,
    }),
  );
  const [first = 0, second = 0] = spread(2, 1.5, 1);
  return [
    ...wrong,
    signIn(dice, {
      at: first,
      who: svcBackup,
      from: places.recife,
      agent: browsers.script,
      isManaged: false,
      risk: 'medium',
      riskEvents: ['passwordSpray'],
    }),
    signIn(dice, {
      at: second,
      who: admKeller,
      from: places.recife,
      result: '50074',
      agent: browsers.script,
      isManaged: false,
      risk: 'medium',
      riskEvents: ['passwordSpray'],
    }),
  ];
};

const mfaFatigue: Story = ({ dice, before, spread }) => [
  ...spread(22, 15, 2).map((at) =>
    signIn(dice, {
      at,
      who: admKeller,
      from: places.recife,
      app: 'Azure Portal',
      result: '500121',
      isManaged: false,
      agent: browsers.firefox,
      mfa: 'MFA denied; user declined the authentication',
    }),
  ),
  signIn(dice, {
    at: before(1),
    who: admKeller,
    from: places.recife,
    app: 'Azure Portal',
    isManaged: false,
    agent: browsers.firefox,
    mfa: 'MFA completed in Azure AD',
    risk: 'high',
    riskEvents: ['suspiciousAuthAppApproval'],
  }),
];

const impossibleTravel: Story = ({ dice, before }) => [
  signIn(dice, { at: before(23), who: nina, from: places.office }),
  signIn(dice, {
    at: before(1),
    who: nina,
    from: places.recife,
    agent: browsers.firefox,
    isManaged: false,
    risk: 'medium',
    riskEvents: ['impossibleTravel'],
  }),
  mailboxOperation(dice, {
    at: before(0.7),
    who: nina,
    from: places.recife.ip,
    operation: 'MailItemsAccessed',
    client: 'Client=REST',
  }),
  mailboxOperation(dice, {
    at: before(0.5),
    who: nina,
    from: places.recife.ip,
    operation: 'New-InboxRule',
    parameters: [
      { Name: 'Name', Value: '.' },
      { Name: 'SubjectContainsWords', Value: 'invoice;payment' },
      { Name: 'MoveToFolder', Value: 'RSS Feeds' },
    ],
  }),
];

const massDownload: Story = ({ dice, before, spread }) => {
  const adam = accountNamed('adam');
  const lena = accountNamed('lena');
  const folders = ['Contracts', 'Customers', 'Reconciliation', 'Keys and accounts'];
  const placeOf = (n: number) => ({
    folder: `Shared Documents/${folders[n % folders.length]}`,
    file: `payment-${String(n + 1).padStart(4, '0')}.xlsx`,
  });
  const labelled = (n: number) => {
    const { folder, file } = placeOf(n);
    return { who: adam, file: `https://contoso.sharepoint.com/sites/Payments/${folder}/${file}` };
  };
  const { general, confidential, highlyConfidential } = sensitivityLabels;
  const days = (count: number) => before(count * 24 * 60);
  return [
    // The site labels what comes into it by its folder.
    ...Array.from({ length: 160 }, (_, n) =>
      labelOperation(dice, {
        ...labelled(n),
        at: days(5) + n * 1_000,
        who: lena,
        from: places.office.ip,
        label: n % folders.length === 3 ? highlyConfidential : confidential,
      }),
    ),
    labelOperation(dice, {
      ...labelled(3),
      at: before(19),
      from: places.officeGuest.ip,
      label: general,
      before: highlyConfidential,
      justification: 'No longer sensitive',
    }),
    signIn(dice, {
      at: before(17),
      who: adam,
      from: places.officeGuest,
      app: 'Office 365 SharePoint Online',
    }),
    ...spread(2_140, 16, 4).map((at, n) =>
      fileOperation(dice, {
        at,
        who: adam,
        from: places.officeGuest.ip,
        operation: 'FileDownloaded',
        site: 'Payments',
        ...placeOf(n),
        agent: 'Microsoft SkyDriveSync 24.116.0609.0003 ship; Windows NT 10.0',
      }),
    ),
  ];
};

const riskySignIn: Story = ({ dice, before }) => [
  signIn(dice, {
    at: before(2),
    who: admKeller,
    from: places.tor,
    app: 'Azure Portal',
    agent: browsers.firefox,
    isManaged: false,
    risk: 'high',
    riskEvents: ['anonymizedIPAddress', 'unfamiliarFeatures'],
    mfa: 'MFA completed in Azure AD',
  }),
  {
    table: 'AADUserRiskEvents',
    at: before(1),
    values: {
      Activity: 'signin',
      ActivityDateTime: before(2),
      DetectedDateTime: before(2),
      DetectionTimingType: 'realtime',
      Id: dice.guid(),
      IpAddress: places.tor.ip,
      Location: '{"city":"Cluj-Napoca","countryOrRegion":"RO"}',
      RiskEventType: 'anonymizedIPAddress',
      RiskLevel: 'high',
      RiskState: 'atRisk',
      RiskDetail: 'none',
      Source: 'IdentityProtection',
      UserDisplayName: admKeller.displayName,
      UserId: admKeller.oid,
      UserPrincipalName: admKeller.upn,
      OperationName: 'User Risk Detection',
    },
  },
  {
    table: 'BehaviorAnalytics',
    at: before(1),
    values: {
      UserName: admKeller.name,
      UserPrincipalName: admKeller.upn,
      ActionType: 'InteractiveLogon',
      ActivityType: 'LogOn',
      SourceIPAddress: places.tor.ip,
      SourceIPLocation: 'Romania',
      EventSource: 'Azure AD',
      InvestigationPriority: 9,
      ActivityInsights: {
        FirstTimeUserConnectedFromCountry: true,
        FirstTimeUserConnectedViaISP: true,
        CountryUncommonlyConnectedFromInTenant: true,
      },
      DevicesInsights: { Browser: 'Firefox', ThreatIntelIndicatorType: 'tor' },
      UsersInsights: { BlastRadius: 'High' },
    },
  },
];

/** The harmless one: on a trip. */
const employeeSignIn: Story = ({ dice, before, spread }) => {
  const adam = accountNamed('adam');
  return [
    signIn(dice, {
      at: before(6),
      who: adam,
      from: places.lisbon,
      app: 'Microsoft Teams',
      agent: browsers.phone,
      isManaged: false,
      mfa: 'MFA completed in Azure AD',
      risk: 'low',
      riskEvents: ['unfamiliarFeatures'],
    }),
    ...spread(6, 5, 1).map((at) =>
      quietSignIn(dice, { at, who: adam, from: places.lisbon, agent: browsers.phone, isManaged: false }),
    ),
  ];
};

const appConsent: Story = ({ dice, before, spread }) => {
  const app = {
    id: 'f3d21c90-5b6e-47a8-9c01-e2a4b6d8f013',
    displayName: 'Invoice Reader',
    type: 'ServicePrincipal',
  };
  const told = (operation: string, minutes: number) =>
    audit(dice, {
      at: before(minutes),
      operation,
      category: 'ApplicationManagement',
      by: nina,
      from: places.recife.ip,
      targets: [
        {
          ...app,
          modifiedProperties: [
            { displayName: 'ConsentContext.IsAdminConsent', oldValue: '[]', newValue: '["False"]' },
            {
              displayName: 'ConsentAction.Permissions',
              oldValue: '[]',
              newValue: '["Mail.Read offline_access"]',
            },
          ],
        },
      ],
      details: [{ key: 'User-Agent', value: browsers.firefox }],
    });
  return [
    signIn(dice, {
      at: before(22),
      who: nina,
      from: places.recife,
      agent: browsers.firefox,
      isManaged: false,
    }),
    told('Add service principal', 2.2),
    told('Add delegated permission grant', 2.1),
    told('Consent to application', 2),
    ...spread(40, 1.5, 0.1).map((at) =>
      mailboxOperation(dice, {
        at,
        who: nina,
        from: places.recife.ip,
        operation: 'MailItemsAccessed',
        client: 'Client=REST;AppId=f3d21c90-5b6e-47a8-9c01-e2a4b6d8f013',
      }),
    ),
  ];
};

const breakGlass: Story = ({ dice, before }) => [
  signIn(dice, {
    at: before(2),
    who: bg01,
    from: places.office,
    app: 'Azure Portal',
    mfa: 'MFA completed in Azure AD',
  }),
];

export const identityStories: Record<string, Story> = {
  'identity-password-spray': passwordSpray,
  'identity-mfa-fatigue': mfaFatigue,
  'identity-impossible-travel': impossibleTravel,
  'identity-mass-download': massDownload,
  'identity-risky-sign-in': riskySignIn,
  'identity-employee-sign-in': employeeSignIn,
  'app-consent': appConsent,
  'break-glass-tested': breakGlass,
};
