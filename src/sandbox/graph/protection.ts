import { z } from 'zod';
import { type Identities, type Identity, idOf } from './identities.ts';
import { type Licence, refuseProtection } from './licence.ts';
import { topIn, unsupportedFilter } from './query.ts';
import { GraphRefusal } from './refusal.ts';
import { page, type Route, single } from './route.ts';
import type { SignInRow, SignIns } from './sign-ins.ts';

const dayMs = 86_400_000;

/**
 * What Identity Protection thinks of accounts. Microsoft allows one call a second over all applications of a tenant;
 * here any number may come.
 */
export function mountProtection(
  route: Route,
  identities: Identities,
  signIns: SignIns,
  licence: () => Licence,
): void {
  /** What administrators made of them, by object id. */
  const judged = new Map<string, Judgement>();
  const readers = ['IdentityRiskyUser.Read.All', 'IdentityRiskyUser.ReadWrite.All'];
  const riskyUser = (user: Identity | undefined) => {
    const risk = user && (judged.get(user.oid) ?? user.part.risk);
    if (!risk) return undefined;
    const [newest] = detectionsOf(user, signIns);
    return {
      id: user.oid,
      isDeleted: false,
      isProcessing: false,
      riskLevel: risk.level,
      riskState: risk.state,
      riskDetail: 'detail' in risk ? risk.detail : 'none',
      riskLastUpdatedDateTime:
        'at' in risk ? risk.at : (newest?.detectedDateTime ?? new Date().toISOString()),
      userDisplayName: user.name,
      userPrincipalName: user.upn,
    };
  };

  route('/v1.0/identityProtection/riskyUsers', readers, ({ url }) => {
    refuseProtection(licence(), 'P2');
    const rows = oidsIn(url, 'id').flatMap((oid) => riskyUser(identities.find(oid)) ?? []);
    return page(url, 'identityProtection/riskyUsers', rows, topIn(url, 20, 500));
  });

  route('/v1.0/identityProtection/riskyUsers/:id', readers, ({ id, url }) => {
    refuseProtection(licence(), 'P2');
    const found = riskyUser(identities.find(id));
    if (!found) throw new GraphRefusal(404, 'NotFound', `User '${id}' is not a risky user.`);
    return single(url, 'identityProtection/riskyUsers/$entity', found);
  });

  const riskOf = ({ oid }: Identity) => {
    const found = judged.get(oid);
    return found && { riskState: found.state, riskDetail: found.detail };
  };
  const judge = (as: keyof typeof judgements) =>
    route(
      `/v1.0/identityProtection/riskyUsers/${as}`,
      ['IdentityRiskyUser.ReadWrite.All'],
      ({ body }) => {
        refuseProtection(licence(), 'P2');
        const users = usersIn(body, identities);
        const at = new Date().toISOString();
        for (const { oid, part } of users) {
          if (as === 'dismiss' && !judged.has(oid) && !part.risk) continue;
          judged.set(oid, { ...judgements[as], at });
        }
        return undefined;
      },
      'post',
    );
  judge('confirmCompromised');
  judge('dismiss');

  route('/v1.0/identityProtection/riskDetections', ['IdentityRiskEvent.Read.All'], ({ url }) => {
    refuseProtection(licence(), 'P1');
    const detections = oidsIn(url, 'userId').flatMap((oid) => {
      const user = identities.find(oid);
      return user ? detectionsOf(user, signIns).map((one) => ({ ...one, ...riskOf(user) })) : [];
    });
    // Microsoft promises no order; here the oldest come first.
    detections.reverse();
    // Premium detections are told to P2 alone.
    const told = detections.map((one) => (licence() === 'P2' ? one : { ...one, riskEventType: 'generic' }));
    return page(url, 'identityProtection/riskDetections', told, topIn(url, 20, 500));
  });
}

interface Judgement {
  level: string;
  state: string;
  detail: string;
  at: string;
}

const judgements = {
  confirmCompromised: {
    level: 'high',
    state: 'confirmedCompromised',
    detail: 'adminConfirmedUserCompromised',
  },
  dismiss: { level: 'none', state: 'dismissed', detail: 'adminDismissedAllRiskForUser' },
} as const;

/** https://learn.microsoft.com/graph/api/riskyuser-dismiss: at most 60 in one call. */
const asked = z.strictObject({ userIds: z.array(z.guid()).min(1).max(60) });

function usersIn(body: unknown, identities: Identities): Identity[] {
  const { data } = asked.safeParse(body);
  if (!data) throw new GraphRefusal(400, 'BadRequest', 'Request body needs userIds, of 1 to 60 object ids.');
  return data.userIds.map((id) => {
    const user = identities.find(id);
    if (!user) throw new GraphRefusal(404, 'NotFound', `User '${id}' not found.`);
    return user;
  });
}

/** Accounts that `id eq 'x' or id eq 'y'` means; no other filter is understood. */
function oidsIn(url: URL, field: string): string[] {
  const parts = (url.searchParams.get('$filter') ?? '').split(' or ');
  return parts.map((part) => {
    const [, oid] = new RegExp(`^${field} eq '([\\da-f-]{36})'$`).exec(part) ?? [];
    if (oid === undefined) throw unsupportedFilter();
    return oid;
  });
}

interface Detection {
  riskEventType: string;
  detectedDateTime: string;
}

/** Newest first: those of risky sign-ins, and those that no sign-in shows. */
function detectionsOf(user: Identity, signIns: SignIns): Detection[] {
  const now = Date.now();
  const risky = signIns.of(user.oid, now).filter((row) => row.RiskLevelDuringSignIn !== 'none');
  const offline = (user.part.detections ?? []).map(({ type, level, daysAgo, address }) => {
    const midnight = Math.floor(now / dayMs) * dayMs - daysAgo * dayMs;
    const at = (daysAgo === 0 ? risky[0]?.CreatedDateTime : undefined) ?? midnight;
    return { ...toDetection(user, type, level, at), ipAddress: address ?? null, location: null };
  });
  return [...risky.flatMap((row) => ofSignIn(user, row)), ...offline].sort((a, b) =>
    b.detectedDateTime.localeCompare(a.detectedDateTime),
  );
}

const ofSignIn = (user: Identity, row: SignInRow) =>
  typesIn(row).map((type) => ({
    ...toDetection(user, type, String(row.RiskLevelDuringSignIn), row.CreatedDateTime),
    ipAddress: row.IPAddress,
    location: row.LocationDetails,
    activity: 'signin',
    detectionTimingType: 'realtime',
    correlationId: row.CorrelationId,
  }));

const typesIn = (row: SignInRow): string[] => JSON.parse(String(row.RiskEventTypes));

const toDetection = ({ oid, name, upn }: Identity, type: string, level: string, at: number) => ({
  id: idOf(`${oid} ${type} ${at}`),
  riskEventType: type,
  riskState: 'atRisk',
  riskLevel: level,
  riskDetail: 'none',
  source: 'IdentityProtection',
  detectionTimingType: 'offline',
  activity: 'user',
  tokenIssuerType: 'AzureAD',
  activityDateTime: new Date(at).toISOString(),
  detectedDateTime: new Date(at).toISOString(),
  lastUpdatedDateTime: new Date(at).toISOString(),
  userId: oid,
  userDisplayName: name,
  userPrincipalName: upn,
});
