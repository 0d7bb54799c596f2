import type { LogEvent } from '../../ingest.ts';
import type { Bag } from '../../value.ts';
import type { Dice } from '../dice.ts';
import { type Account, type Place, tenant } from '../estate.ts';

/** Entra's result codes that the samples need, with Entra's meaning. */
export const results = {
  '0': '',
  '50126': 'Invalid username or password or Invalid on-premise username or password.',
  '50074': 'Strong Authentication is required.',
  '500121': 'Authentication failed during strong authentication request.',
  '50053':
    'Account is locked because user tried to sign in too many times with an incorrect user ID or password.',
  '50057': 'User account is disabled. The account has been disabled by an administrator.',
  '50140': 'This error occurred due to Keep me signed in interrupt when the user was signing-in.',
} as const;

export const browsers = {
  edge: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
  phone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
  script: 'python-requests/2.32.3',
};

export interface SignIn {
  at: number;
  who: Account;
  from: Place;
  app?: string;
  result?: keyof typeof results;
  agent?: string;
  /** Managed by Contoso. */
  isManaged?: boolean;
  risk?: 'none' | 'low' | 'medium' | 'high';
  riskEvents?: string[];
  mfa?: string;
}

export function signIn(dice: Dice, it: SignIn): LogEvent {
  return {
    table: 'SigninLogs',
    at: it.at,
    values: { ...common(dice, it), ...interactive(it), IsInteractive: true },
  };
}

/** Tokens that a program renews; its columns that hold JSON are text. */
export function quietSignIn(dice: Dice, it: SignIn): LogEvent {
  const { DeviceDetail, LocationDetails, Status, ...rest } = common(dice, it);
  const values = {
    ...rest,
    DeviceDetail: JSON.stringify(DeviceDetail),
    LocationDetails: JSON.stringify(LocationDetails),
    Status: JSON.stringify(Status),
    IsInteractive: false,
    IncomingTokenType: 'primaryRefreshToken',
  };
  return { table: 'AADNonInteractiveUserSignInLogs', at: it.at, values };
}

function common(dice: Dice, it: SignIn) {
  const { who, from, result = '0', risk = 'none' } = it;
  const id = dice.guid();
  const isManaged = it.isManaged ?? true;
  return {
    OperationName: 'Sign-in activity',
    OperationVersion: '1.0',
    Category: 'SignInLogs',
    ResultType: result,
    ResultSignature: 'None',
    ResultDescription: results[result],
    CorrelationId: dice.guid(),
    ResourceGroup: 'Microsoft.aadiam',
    Identity: who.displayName,
    Location: from.country,
    AppDisplayName: it.app ?? 'Office 365 Exchange Online',
    AppId: appIdOf(it.app ?? 'Office 365 Exchange Online'),
    AuthenticationRequirement: it.mfa ? 'multiFactorAuthentication' : 'singleFactorAuthentication',
    ClientAppUsed: it.agent === browsers.script ? 'Authenticated SMTP' : 'Browser',
    ConditionalAccessStatus: result === '0' ? 'success' : 'notApplied',
    CreatedDateTime: it.at,
    DeviceDetail: {
      deviceId: isManaged ? `d0${who.oid.slice(2)}` : '',
      displayName: isManaged ? who.device : '',
      operatingSystem: it.agent === browsers.phone ? 'Ios' : 'Windows',
      browser: it.agent === browsers.firefox ? 'Firefox 127.0' : 'Edge 126.0',
      isCompliant: isManaged,
      isManaged,
      trustType: isManaged ? 'Hybrid Azure AD joined' : '',
    } satisfies Bag,
    Id: id,
    IPAddress: from.ip,
    LocationDetails: {
      city: from.city,
      state: '',
      countryOrRegion: from.country,
      geoCoordinates: {},
    } satisfies Bag,
    OriginalRequestId: id,
    RiskDetail: 'none',
    RiskEventTypes: JSON.stringify(it.riskEvents ?? []),
    RiskLevelAggregated: risk,
    RiskLevelDuringSignIn: risk,
    RiskState: risk === 'none' ? 'none' : 'atRisk',
    ResourceDisplayName: 'Microsoft Graph',
    Status: {
      errorCode: Number(result),
      failureReason: results[result] || 'Other.',
      ...(it.mfa ? { additionalDetails: it.mfa } : {}),
    } satisfies Bag,
    TokenIssuerType: 'AzureAD',
    UserAgent: it.agent ?? browsers.edge,
    UserDisplayName: who.displayName,
    UserId: who.oid,
    UserPrincipalName: who.upn,
    UserType: 'Member',
    UniqueTokenIdentifier: dice.hex(22),
    AutonomousSystemNumber: String(from.asn),
    SourceSystem: 'Azure AD',
  } satisfies Bag;
}

function interactive({ who, from, result = '0', mfa, risk = 'none', riskEvents = [] }: SignIn): Bag {
  const step = (method: string, succeeded: boolean, detail: string): Bag => ({
    authenticationMethod: method,
    succeeded,
    authenticationStepResultDetail: detail,
  });
  const steps = [
    step('Password', result !== '50126', result === '50126' ? 'Incorrect password' : 'Correct password'),
  ];
  if (mfa) steps.push(step('Mobile app notification', result === '0', mfa));
  return {
    AlternateSignInName: who.upn,
    AADTenantId: tenant,
    AuthenticationDetails: JSON.stringify(steps),
    ConditionalAccessPolicies: [
      { displayName: 'Second factor for everybody', result: result === '0' ? 'success' : 'notApplied' },
    ],
    IsRisky: risk !== 'none',
    RiskEventTypes_V2: JSON.stringify(riskEvents),
    MfaDetail: mfa ? { authMethod: 'Mobile app notification', authDetail: '' } : {},
    NetworkLocationDetails:
      from.city === 'Frankfurt' ? '[{"networkType":"trustedNamedLocation","networkNames":["Office"]}]' : '[]',
    HomeTenantId: tenant,
    ResourceTenantId: tenant,
    ResourceId: `/tenants/${tenant}/providers/Microsoft.aadiam`,
  };
}

const appIds: Record<string, string> = {
  'Azure Portal': 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
  'Office 365 Exchange Online': '00000002-0000-0ff1-ce00-000000000000',
  'Office 365 SharePoint Online': '00000003-0000-0ff1-ce00-000000000000',
  'Microsoft Teams': '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
};
const appIdOf = (name: string) => appIds[name] ?? '4765445b-32c6-49b0-83e6-1d93765276ca';

export interface Audit {
  at: number;
  operation: string;
  category: string;
  by: Account | { app: string; id: string };
  from?: string;
  targets: Bag[];
  details?: { key: string; value: string }[];
  result?: 'success' | 'failure';
}

export function audit(dice: Dice, { at, by, ...it }: Audit): LogEvent {
  const result = it.result ?? 'success';
  const initiatedBy: Bag =
    'upn' in by
      ? {
          user: {
            id: by.oid,
            userPrincipalName: by.upn,
            displayName: by.displayName,
            ipAddress: it.from ?? '',
            roles: [],
          },
        }
      : { app: { appId: by.id, displayName: by.app, servicePrincipalId: by.id, servicePrincipalName: '' } };
  return {
    table: 'AuditLogs',
    at,
    values: {
      ResourceId: `/tenants/${tenant}/providers/Microsoft.aadiam`,
      OperationName: it.operation,
      OperationVersion: '1.0',
      Category: it.category,
      ResultSignature: 'None',
      CorrelationId: dice.guid(),
      Resource: 'Microsoft.aadiam',
      ResourceGroup: 'Microsoft.aadiam',
      Identity: 'upn' in by ? by.displayName : by.app,
      Level: '4',
      AdditionalDetails: it.details ?? [],
      Id: `Directory_${dice.guid()}`,
      InitiatedBy: initiatedBy,
      LoggedByService: 'Core Directory',
      Result: result,
      TargetResources: it.targets,
      AADTenantId: tenant,
      ActivityDisplayName: it.operation,
      ActivityDateTime: at,
      AADOperationType: 'Update',
      SourceSystem: 'Azure AD',
    },
  };
}

export const targetUser = (who: Account, changes: Bag[] = []): Bag => ({
  id: who.oid,
  displayName: who.displayName,
  type: 'User',
  userPrincipalName: who.upn,
  modifiedProperties: changes,
});
