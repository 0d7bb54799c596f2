import type { Identities, Identity } from './identities.ts';
import { type Licence, refuseReports } from './licence.ts';
import { topIn, unsupportedFilter } from './query.ts';
import { GraphRefusal } from './refusal.ts';
import { page, type Route, single } from './route.ts';
import type { SignInRow, SignIns } from './sign-ins.ts';

/** What Entra's reports tell: who registered which second factor, and who signed in. */
export function mountReports(
  route: Route,
  identities: Identities,
  signIns: SignIns,
  licence: () => Licence,
): void {
  const readers = ['AuditLog.Read.All'];
  route('/v1.0/reports/authenticationMethods/userRegistrationDetails/:id', readers, ({ id, url }) => {
    refuseReports(licence());
    const user = identities.find(id);
    // The report leaves out accounts that are switched off.
    if (!user || !identities.isEnabled(user))
      throw new GraphRefusal(404, 'NotFound', `User '${id}' not found.`);
    const what = 'reports/authenticationMethods/userRegistrationDetails/$entity';
    return single(url, what, toRegistration(user));
  });

  route('/v1.0/auditLogs/signIns', readers, ({ url }) => {
    refuseReports(licence());
    const { user, since } = filterIn(url);
    const rows = signIns.of(user, Date.now()).filter(({ CreatedDateTime }) => CreatedDateTime >= since);
    return page(url, 'auditLogs/signIns', rows.map(toSignIn), topIn(url, 1_000, 1_000));
  });
}

/** The filter that is understood: `userId eq 'x' and createdDateTime ge 2026-11-20T10:00:00Z`. */
function filterIn(url: URL): { user: string; since: number } {
  const filter = url.searchParams.get('$filter') ?? '';
  const [, user, since] =
    /^userId eq '([\da-f-]{36})'(?: and createdDateTime ge (\d{4}-\d\d-\d\dT[\d:.]+Z))?$/.exec(filter) ?? [];
  for (const option of ['$select', '$orderby', '$expand', '$search']) {
    if (url.searchParams.has(option))
      throw new GraphRefusal(400, 'BadRequest', `Query option '${option}' is not allowed.`);
  }
  if (user === undefined) throw unsupportedFilter();
  return { user, since: since ? Date.parse(since) : 0 };
}

function toRegistration({ oid, upn, name, guest, part }: Identity): object {
  const methods = part.methods ?? [];
  const strong = methods.filter((method) => method !== 'email' && method !== 'securityQuestion');
  return {
    id: oid,
    userPrincipalName: upn,
    userDisplayName: name,
    userType: guest ? 'guest' : 'member',
    isAdmin: Boolean(part.roles?.length),
    isSsprRegistered: strong.length > 0,
    isSsprEnabled: true,
    isSsprCapable: strong.length > 0,
    isMfaRegistered: strong.length > 0,
    isMfaCapable: strong.length > 0,
    isPasswordlessCapable: methods.some((method) => /^passKey|windowsHello/.test(method)),
    lastUpdatedDateTime: `${new Date().toISOString().slice(0, 10)}T00:41:07.7133333Z`,
    methodsRegistered: methods,
    isSystemPreferredAuthenticationMethodEnabled: true,
    systemPreferredAuthenticationMethods: [],
    userPreferredMethodForSecondaryAuthentication: 'none',
  };
}

function toSignIn(row: SignInRow): object {
  return {
    id: row.Id,
    createdDateTime: new Date(row.CreatedDateTime).toISOString(),
    userDisplayName: row.UserDisplayName,
    userPrincipalName: row.UserPrincipalName,
    userId: row.UserId,
    appId: row.AppId,
    appDisplayName: row.AppDisplayName,
    ipAddress: row.IPAddress,
    clientAppUsed: row.ClientAppUsed,
    correlationId: row.CorrelationId,
    conditionalAccessStatus: row.ConditionalAccessStatus,
    isInteractive: true,
    riskDetail: row.RiskDetail,
    riskLevelAggregated: row.RiskLevelAggregated,
    riskLevelDuringSignIn: row.RiskLevelDuringSignIn,
    riskState: row.RiskState,
    riskEventTypes_v2: JSON.parse(String(row.RiskEventTypes)),
    resourceDisplayName: row.ResourceDisplayName,
    status: row.Status,
    deviceDetail: row.DeviceDetail,
    location: row.LocationDetails,
  };
}
