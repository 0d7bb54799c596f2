import type { TokenCredential } from '@azure/core-auth';
import type { CallFarSide } from '../telemetry.ts';
import { graphScopeOf } from './graph.ts';
import {
  type Account,
  accountsOver,
  type Membership,
  type Principal,
  type ServicePrincipal,
} from './graph-accounts.ts';
import type { Told } from './graph-lacking.ts';
import { protectionOver, type RiskDetection, type UserRisk } from './graph-protection.ts';
import type { Ask } from './graph-read.ts';
import { type Registration, reportsOver, type SignIn } from './graph-reports.ts';
import { type DirectoryRole, rolesOver } from './graph-roles.ts';
import { createPace, type Pace } from './pace.ts';
import { createRest } from './rest.ts';

/**
 * Microsoft Graph, as far as one account goes. Ids are object ids. Names, places and reasons are as Graph tells them:
 * untrusted text. Every call throws `FarSideError`, but what our application may not ask or the tenant has not bought
 * is an answer of its own.
 */
export interface GraphIdentity {
  /** By object id or user principal name; `undefined` where there is no such user. */
  user(id: string, signal?: AbortSignal): Promise<Account | undefined>;
  /** Whoever has this name in this domain of Active Directory (`CONTOSO`, `svc-backup`), where it is one alone. */
  userOnPremises(domain: string, name: string, signal?: AbortSignal): Promise<Account | undefined>;
  servicePrincipal(id: string, signal?: AbortSignal): Promise<Told<ServicePrincipal | undefined>>;
  /** Groups and directory roles, through groups as well. */
  memberships(of: Principal, signal?: AbortSignal): Promise<Told<Membership[]>>;
  /** Directory roles that the account may take up by itself or with an approval. */
  eligibleRoles(id: string, signal?: AbortSignal): Promise<Told<DirectoryRole[]>>;
  /** `undefined` where the report has no such user: it leaves out those that are disabled or new. */
  registration(id: string, signal?: AbortSignal): Promise<Told<Registration | undefined>>;
  /** `undefined` where the user was never at risk. */
  risk(id: string, signal?: AbortSignal): Promise<Told<UserRisk | undefined>>;
  /** Newest first. */
  detections(id: string, signal?: AbortSignal): Promise<Told<RiskDetection[]>>;
  /** Interactive ones, newest first, at most 50. */
  signIns(id: string, since: Date, signal?: AbortSignal): Promise<Told<SignIn[]>>;
}

export interface GraphIdentityOptions {
  /** `https://graph.microsoft.com`, that of a sovereign cloud, or of a stand-in. */
  endpoint: string;
  credential: TokenCredential;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
  /** How often the two narrow services are asked; what Graph allows when absent. */
  limits?: Limits;
}

/** Calls that may leave within so many milliseconds. */
export interface Limit {
  calls: number;
  ms: number;
}
export interface Limits {
  reports: Limit;
  protection: Limit;
}

/**
 * Far below what Graph allows elsewhere: reports 5 in 10 s for one app and tenant, Identity Protection 1 in 1 s for
 * all apps of a tenant, without a `Retry-After` (https://learn.microsoft.com/graph/throttling-limits). A `$batch` would
 * save no calls: its requests are counted one by one.
 */
const graphLimits: Limits = {
  reports: { calls: 5, ms: 10_000 },
  protection: { calls: 1, ms: 1_000 },
};

export function createGraphIdentity(options: GraphIdentityOptions): GraphIdentity {
  const { limits = graphLimits, ...rest } = options;
  const ask: Ask = createRest({ ...rest, scope: graphScopeOf(options.endpoint) }).get;
  return {
    ...accountsOver(ask),
    ...rolesOver(ask),
    ...reportsOver(paced(ask, createPace(limits.reports))),
    ...protectionOver(ask, createPace(limits.protection)),
  };
}

function paced(ask: Ask, pace: Pace): Ask {
  return async (path, wishes) => {
    await pace(wishes.signal);
    return ask(path, wishes);
  };
}
