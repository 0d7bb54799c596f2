import { createHash } from 'node:crypto';
import type { Request, Response } from 'restify';
import { z } from 'zod';
import { principalNameOf, type SandboxPerson } from '../people.ts';
import type { Applications } from './applications.ts';
import type { Codes } from './codes.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { EntraRefusal, refuse } from './refusal.ts';

export interface TokenParts {
  applications: Applications;
  codes: Codes;
  sessions: RefreshTokens;
  issue(audience: string, claims: object): Promise<string>;
  /** A token for the application itself, of who signed in. */
  issueIdToken(clientId: string, claims: object): Promise<string>;
  lifetimeSeconds(): number;
}

const form = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('client_credentials'),
    client_id: z.string().min(1),
    client_secret: z.string().min(1),
    scope: z.string().min(1),
  }),
  z.object({
    grant_type: z.literal('authorization_code'),
    client_id: z.string().min(1),
    client_secret: z.string().min(1),
    code: z.string().min(1),
    redirect_uri: z.string().min(1),
    code_verifier: z.string().min(43),
  }),
  z.object({
    grant_type: z.literal('refresh_token'),
    client_id: z.string().min(1),
    client_secret: z.string().min(1),
    refresh_token: z.string().min(1),
    scope: z.string().default(''),
  }),
]);

/** The token endpoint: for applications themselves, and for a code that a browser brought back. */
export function createTokenEndpoint(parts: TokenParts) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      response.header('Cache-Control', 'no-store');
      response.send(200, await answer(parts, read(request.body)));
    } catch (failure) {
      if (!(failure instanceof EntraRefusal)) throw failure;
      refuse(response, failure);
    }
  };
}

function read(body: unknown): z.infer<typeof form> {
  const parsed = form.safeParse(body);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new EntraRefusal(
    400,
    'invalid_request',
    `AADSTS900144: The request body lacks or misuses: ${missing}.`,
  );
}

async function answer(parts: TokenParts, asked: z.infer<typeof form>): Promise<object> {
  const { applications, codes, sessions, issue, issueIdToken, lifetimeSeconds } = parts;
  const { clientId, oid, permissions } = applications.authenticate(asked.client_id, asked.client_secret);
  const usual = {
    token_type: 'Bearer',
    expires_in: lifetimeSeconds(),
    ext_expires_in: lifetimeSeconds(),
  };
  switch (asked.grant_type) {
    case 'client_credentials': {
      const audience = audienceIn(asked.scope);
      const roles = permissions?.[audience];
      const claims = { appid: clientId, azp: clientId, oid, sub: oid, idtyp: 'app', ...(roles && { roles }) };
      return { ...usual, access_token: await issue(audience, claims) };
    }
    case 'authorization_code': {
      const { code, redirect_uri: redirectUri, code_verifier: verifier } = asked;
      const redeemed = codes.redeem(code, { clientId, redirectUri, verifier });
      const { person, at } = redeemed.signedIn;
      const { nonce, scope } = redeemed.asked;
      const claims = claimsOf(person, clientId);
      const time = { auth_time: Math.floor(at / 1_000), ...(nonce && { nonce }) };
      return {
        ...usual,
        scope,
        access_token: await issueDelegated(issue, scope, person, claims),
        ...(isLasting(scope) && { refresh_token: sessions.issue({ clientId, person, scope }) }),
        id_token: await issueIdToken(clientId, { ...claims, ...time }),
      };
    }
    case 'refresh_token': {
      const consent = sessions.redeem(asked.refresh_token, clientId);
      const wanted = asked.scope || consent.scope;
      const audience = delegatedAudience(wanted);
      if (audience !== delegatedAudience(consent.scope)) {
        throw new EntraRefusal(
          400,
          'invalid_grant',
          'AADSTS65001: The user or administrator has not consented to use the application.',
        );
      }
      return {
        ...usual,
        scope: wanted,
        access_token: await issueDelegated(issue, wanted, consent.person, claimsOf(consent.person, clientId)),
        // Another one each time; the one before goes on being good.
        ...(isLasting(wanted) && { refresh_token: sessions.issue(consent) }),
      };
    }
  }
}

const graph = '00000003-0000-0000-c000-000000000000';
const isLasting = (scope: string): boolean => scope.split(' ').includes('offline_access');

/** For whom a token in a person's name is: the resource whose permissions are asked for, else Graph. */
function delegatedAudience(scope: string): string {
  const found = scope.split(' ').find((word) => word.endsWith('/.default'));
  return found ? found.slice(0, -'/.default'.length) : graph;
}

function issueDelegated(
  issue: TokenParts['issue'],
  scope: string,
  person: SandboxPerson,
  claims: object,
): Promise<string> {
  const audience = delegatedAudience(scope);
  if (audience === graph) return issue(graph, claims);
  return issue(audience, { ...claims, upn: principalNameOf(person), scp: 'Data.Read' });
}

function audienceIn(scope: string): string {
  const found = scope.split(' ').find((word) => word.endsWith('/.default'));
  if (found) return found.slice(0, -'/.default'.length);
  throw new EntraRefusal(
    400,
    'invalid_scope',
    `AADSTS1002012: The scope '${scope}' does not end in /.default.`,
  );
}

/** `sub` is another one for each application, as in Entra. */
function claimsOf(person: SandboxPerson, clientId: string): object {
  return {
    sub: createHash('sha256').update(`${person.oid} ${clientId}`).digest('base64url'),
    oid: person.oid,
    name: person.name,
    preferred_username: person.guest ? person.upn : principalNameOf(person),
    acct: person.guest ? 1 : 0,
  };
}
