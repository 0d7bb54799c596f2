import { randomUUID } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import restify, { type Server } from 'restify';
import { z } from 'zod';
import { Applications, type Registration } from './entra/applications.ts';
import { mountAuthorize } from './entra/authorize.ts';
import { Codes } from './entra/codes.ts';
import { RefreshTokens } from './entra/refresh-tokens.ts';
import { createTokenEndpoint } from './entra/tokens.ts';
import { Directory } from './graph/directory.ts';

/** Stand-in for Entra ID: signs people in, gives tokens to known applications, and knows its own tokens again. */
export interface Entra {
  /** Adds the sign-in routes. `origin` is the server's own https address. */
  mount(secure: Server, origin: () => string): void;
  /** A signed token for this audience; `claims` win over the usual ones. `expiresIn` as jose takes it ('1h', '-1m'). */
  issue(audience: string, claims?: object, expiresIn?: string): Promise<string>;
  /** Adds `POST /api/entra`, as docs/sandbox.md lists it; the server needs restify's body parser. */
  mountControls(plain: Server): void;
  /** The claims of an `Authorization: Bearer …` header. Throws where the token is absent, forged, expired or not for one of these audiences. */
  verify(authorization: string | undefined, audiences: string[]): Promise<JWTPayload>;
  /** The next token of somebody who signs in holds these claims, or is signed by a stranger's key. */
  spoilNext(spoiled: { claims?: object; forged?: boolean }): void;
  /** Everybody, or this person by object id, has to sign in again. */
  revoke(oid?: string): void;
}

interface EntraOptions {
  tenantId: string;
  clients: Registration[];
  directory?: Directory;
  /** Milliseconds since 1970; codes, sign-ins and the times in tokens go by it. */
  now?: () => number;
}

const usualSeconds = 3_599;
const toleranceSeconds = 60;
const secretToMake = z.object({ clientId: z.string(), keepOld: z.boolean().default(false) });
const lifetimeToSet = z.object({ tokenSeconds: z.number().int().min(1).max(usualSeconds) });

export async function createEntra(options: EntraOptions): Promise<Entra> {
  const { tenantId, clients, directory = new Directory(), now = Date.now } = options;
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const applications = new Applications(clients);
  const codes = new Codes(now);
  const sessions = new RefreshTokens(directory);
  let lifetimeSeconds = usualSeconds;
  let ownOrigin = () => '';
  let spoiled: { claims?: object; forged?: boolean } = {};

  async function sign(
    from: string,
    audience: string,
    claims: object,
    expiresIn: string | Date,
    forged = false,
  ) {
    const key = forged ? (await generateKeyPair('RS256')).privateKey : privateKey;
    const seconds = Math.floor(now() / 1_000);
    return new SignJWT({ ver: '2.0', tid: tenantId, iss: from, aud: audience, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .setIssuedAt(seconds)
      .setNotBefore(seconds - 300)
      .setExpirationTime(expiresIn)
      .setJti(randomUUID())
      .sign(key);
  }

  const issue = (audience: string, claims: object = {}, expiresIn = `${lifetimeSeconds}s`): Promise<string> =>
    sign(issuer, audience, claims, expiresIn);

  /** Of the authority that was asked, which is how a client finds that it came from there. */
  function issueIdToken(clientId: string, claims: object): Promise<string> {
    const { claims: wrong, forged } = spoiled;
    spoiled = {};
    const until = new Date(now() + lifetimeSeconds * 1_000);
    return sign(`${ownOrigin()}/${tenantId}/v2.0`, clientId, { ...claims, ...wrong }, until, forged);
  }

  async function verify(authorization: string | undefined, audiences: string[]): Promise<JWTPayload> {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw new Error('There is no bearer token. Send "Authorization: Bearer <token>".');
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ['RS256'],
      issuer,
      audience: audiences,
      // Tokens made short to see them expire expire on time.
      clockTolerance: lifetimeSeconds < usualSeconds ? 0 : toleranceSeconds,
      requiredClaims: ['exp'],
    });
    return payload;
  }

  return {
    issue,
    verify,
    spoilNext(wrong) {
      spoiled = wrong;
    },
    revoke: (oid) => sessions.revoke(oid),
    mountControls(plain) {
      plain.post('/api/entra/secret', async (request, response) => {
        const asked = secretToMake.safeParse(request.body);
        if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
        const { clientId, keepOld } = asked.data;
        response.send(200, { secret: applications.replaceSecret(clientId, keepOld) });
      });
      plain.post('/api/entra', async (request, response) => {
        const asked = lifetimeToSet.safeParse(request.body);
        if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
        lifetimeSeconds = asked.data.tokenSeconds;
        response.send(200, { tokenSeconds: lifetimeSeconds });
      });
    },
    mount(secure, origin) {
      ownOrigin = origin;
      secure.get(`/${tenantId}/v2.0/.well-known/openid-configuration`, async (_request, response) => {
        response.send(200, {
          issuer: `${origin()}/${tenantId}/v2.0`,
          authorization_endpoint: `${origin()}/${tenantId}/oauth2/v2.0/authorize`,
          token_endpoint: `${origin()}/${tenantId}/oauth2/v2.0/token`,
          jwks_uri: `${origin()}/${tenantId}/discovery/v2.0/keys`,
          token_endpoint_auth_methods_supported: ['client_secret_post'],
          response_types_supported: ['code'],
          response_modes_supported: ['query'],
          scopes_supported: ['openid', 'profile', 'offline_access'],
          subject_types_supported: ['pairwise'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      });
      secure.get(`/${tenantId}/discovery/v2.0/keys`, async (_request, response) => {
        response.send(200, { keys: [{ ...jwk, kid, use: 'sig', alg: 'RS256', issuer }] });
      });
      mountAuthorize(secure, { tenantId, applications, codes, directory, now });
      secure.post(
        `/${tenantId}/oauth2/v2.0/token`,
        restify.plugins.bodyParser({ mapParams: false }),
        createTokenEndpoint({
          applications,
          codes,
          sessions,
          issue,
          issueIdToken,
          lifetimeSeconds: () => lifetimeSeconds,
        }),
      );
    },
  };
}
