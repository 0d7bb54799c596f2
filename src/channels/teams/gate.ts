import { jwtVerify } from 'jose';
import { describe } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import { type Envelope, envelope } from './activity.ts';
import { isConnector } from './service-url.ts';
import type { FindSigningKey } from './signing-keys.ts';

/** Whether a request is let in. A refusal's reason is for our log only: the sender learns the status. */
export type Admission =
  | { admitted: true; activity: Envelope; body: Record<string, unknown> }
  | { admitted: false; status: 400 | 401 | 403 | 409 | 503; reason: string };

export interface GateOptions {
  appId: string;
  tenantId: string;
  tokenIssuer: string;
  /** The configured service URL; its origin is trusted beside Microsoft's. */
  serviceUrl: string;
  findKey: FindSigningKey;
  firstTime(key: string): Promise<boolean>;
  now: () => number;
}

/** A captured request is worthless after this long, and the memory of seen ones need not reach further. */
const longestAge = 10 * 60 * 1_000;
/** Clock skew that the Bot Framework's own libraries allow, in seconds. */
const clockTolerance = 300;

/**
 * Decides on an activity before botbuilder sees it: token (issuer, audience, signature, expiry, endorsed key,
 * service URL), then our tenant, then age, then whether it was here before. botbuilder alone answers a wrong
 * signature with 500 and takes tokens of issuers that a Teams bot never needs.
 */
export function createGate(options: GateOptions) {
  return async (authorization: string | undefined, body: unknown): Promise<Admission> => {
    const { data: activity } = safeParse(envelope, body);
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return refuse(401, 'no bearer token');
    if (!activity || !isObject(body)) return refuse(400, 'not an activity of Teams');

    const distrust = await verifyToken(token, activity, options);
    if (distrust) return distrust;
    if (!isConnector(activity.serviceUrl, options.serviceUrl))
      return refuse(403, 'service URL of a foreign host');
    if (!isOurTenant(activity, options.tenantId)) return refuse(403, 'another tenant');
    if (Math.abs(options.now() - Date.parse(activity.timestamp)) > longestAge) return refuse(403, 'too old');
    return refuseReplay(activity, body, options);
  };
}

async function verifyToken(
  token: string,
  activity: Envelope,
  { appId, tokenIssuer, findKey, now }: GateOptions,
): Promise<Admission | undefined> {
  let unreachable: unknown;
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const found = await findKey(kid ?? '').catch((error: unknown) => {
          unreachable = error;
          throw error;
        });
        if (!found) throw new Error('unknown signing key');
        if (!found.endorsements.includes(activity.channelId)) throw new Error('key not endorsed for Teams');
        return found.key;
      },
      {
        algorithms: ['RS256', 'RS384', 'RS512'],
        issuer: tokenIssuer,
        audience: appId,
        requiredClaims: ['exp'],
        clockTolerance,
        currentDate: new Date(now()),
      },
    );
    if (payload.serviceurl !== activity.serviceUrl) return refuse(401, 'token for another service URL');
    return undefined;
  } catch (error) {
    if (unreachable) return refuse(503, `signing keys are out of reach: ${describe(unreachable)}`);
    return refuse(401, describe(error));
  }
}

/** Guests act in our tenant; whoever writes from a conversation of another tenant is none of ours. */
function isOurTenant({ conversation, channelData }: Envelope, tenantId: string): boolean {
  const tenants = [conversation.tenantId, channelData?.tenant?.id].filter((id) => id !== undefined);
  return tenants.length > 0 && tenants.every((id) => id.toLowerCase() === tenantId.toLowerCase());
}

async function refuseReplay(
  activity: Envelope,
  body: Record<string, unknown>,
  { firstTime }: GateOptions,
): Promise<Admission> {
  try {
    // Ids of messages are unique only within a conversation.
    const isNew = await firstTime(`teams ${activity.conversation.id} ${activity.id} ${activity.timestamp}`);
    return isNew ? { admitted: true, activity, body } : refuse(409, 'seen before');
  } catch (error) {
    return refuse(503, `cannot tell whether it was seen before: ${describe(error)}`);
  }
}

function refuse(status: 400 | 401 | 403 | 409 | 503, reason: string): Admission {
  return { admitted: false, status, reason };
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
