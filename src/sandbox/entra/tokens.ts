import { createHash } from 'node:crypto';
import type { Request, Response } from 'restify';
import { z } from 'zod';
import { principalNameOf, type SandboxPerson } from '../people.ts';
import type { Applications } from './applications.ts';
import type { Codes } from './codes.ts';
import { EntraRefusal, refuse } from './refusal.ts';

export interface TokenParts {
  applications: Applications;
  codes: Codes;
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
  const { applications, codes, issue, issueIdToken, lifetimeSeconds } = parts;
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
        access_token: await issue('00000003-0000-0000-c000-000000000000', claims),
        id_token: await issueIdToken(clientId, { ...claims, ...time }),
      };
    }
  }
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
